"""Networks of papers that the catalogue was not made for: drawn, they are to the last bit what is written by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import layerloom
from compiler.to_onnx.export import export
from graph.analysis.summary import summarize
from graph.problems.checks import errors


def highway() -> layerloom.Drawing:
    d = layerloom.Drawing("Highway")
    with d.block("Highway", width=16) as b:
        x = b.input("width", name="x")
        t = b.linear(x, "width", bias_init="constant", bias_scale=-2.0, name="gate").sigmoid()
        b.output(t * b.linear(x, "width", name="plain").relu() + (1 - t) * x, name="y")
    x = d.use("Highway", d.input(16, name="x"), repeat=3, name="layers")
    d.output(x.linear(4, name="scores"), name="out")
    return d


class Highway(nn.Module):
    """Srivastava, Greff and Schmidhuber 2015."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.ModuleDict({"gate": nn.Linear(16, 16), "plain": nn.Linear(16, 16)}) for _ in range(3)
        )
        self.scores = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            assert isinstance(layer, nn.ModuleDict)
            t = torch.sigmoid(layer["gate"](x))
            x = t * torch.relu(layer["plain"](x)) + (1 - t) * x
        scores: Tensor = self.scores(x)
        return scores


def experts() -> layerloom.Drawing:
    d = layerloom.Drawing("Experts")
    x = d.input(16, name="x")
    chosen, places = x.linear(4, bias=False, name="router").topk(2)
    gates = d.constant(x, shape=[4]).scatter(places, chosen.softmax(-1), dim=1)
    with d.block("Expert") as b:
        b.output(b.input(16, name="x").linear(32, name="up").gelu().linear(16, name="down"), name="y")
    each = d.stack(*(d.use("Expert", x, name=f"expert{number}") for number in range(4)), dim=1)
    d.output(d.einsum(gates, each, equation="ne,ned->nd"), name="out")
    return d


class Expert(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(16, 32), nn.Linear(32, 16)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.down(F.gelu(self.up(x)))
        return found


class Experts(nn.Module):
    """Shazeer and others 2017, without noise."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(16, 4, bias=False)
        self.expert0, self.expert1, self.expert2, self.expert3 = (Expert() for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        chosen, places = torch.topk(self.router(x), 2)
        gates = torch.zeros(len(x), 4).scatter(1, places, chosen.softmax(-1))
        each = [expert(x) for expert in (self.expert0, self.expert1, self.expert2, self.expert3)]
        return torch.einsum("ne,ned->nd", gates, torch.stack(each, 1))


def perceiver() -> layerloom.Drawing:
    d = layerloom.Drawing("Perceiver")
    with d.block("Cross", width=32, heads=4) as b:
        z, x = b.input("L", "width", name="latents"), b.input("T", "C", name="data")
        k = x.layernorm(name="nk")
        y = z + z.layernorm(name="nq").multiheadattention(k, k, num_heads="heads", name="attn")
        b.output(
            y + y.layernorm(name="nf").linear("4*width", name="up").gelu().linear("width", name="down"), name="out"
        )
    x = d.input("T", 24, name="data")
    z = d.use("Cross", d.parameter(x, shape=[8, 32], name="latents"), x, name="read")
    z = d.use("Cross", z, z, name="think")
    d.output(z.mean(dim=[1]).linear(5, name="scores"), name="out")
    return d


class Cross(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.nk, self.nq, self.nf = nn.LayerNorm(width), nn.LayerNorm(32), nn.LayerNorm(32)
        self.attn = nn.MultiheadAttention(32, 4, kdim=width, vdim=width, batch_first=True)
        self.up, self.down = nn.Linear(32, 128), nn.Linear(128, 32)

    def forward(self, z: Tensor, x: Tensor) -> Tensor:
        k = self.nk(x)
        y = z + self.attn(self.nq(z), k, k, need_weights=False)[0]
        found: Tensor = y + self.down(F.gelu(self.up(self.nf(y))))
        return found


class Perceiver(nn.Module):
    """Jaegle and others 2021."""

    def __init__(self) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.randn(8, 32))
        self.read, self.think, self.scores = Cross(24), Cross(32), nn.Linear(32, 5)

    def forward(self, x: Tensor) -> Tensor:
        z = self.read(self.latents.expand(len(x), -1, -1), x)
        scores: Tensor = self.scores(self.think(z, z).mean(1))
        return scores


def pyramid_of_holes() -> layerloom.Drawing:
    d = layerloom.Drawing("ASPP")
    x = d.input(32, 16, 16, name="x")
    with d.block("Branch", kernel=1, dilation=1) as b:
        y = b.input(32, "h", "w", name="x")
        padding = "dilation*(kernel-1)//2"
        y = y.conv2d(8, "kernel", padding=padding, dilation="dilation", bias=False, name="conv")
        b.output(y.batchnorm2d(name="norm").relu(), name="y")
    parts = [d.use("Branch", x, name="one")]
    parts += [d.use("Branch", x, kernel=3, dilation=rate, name=f"rate{rate}") for rate in (6, 12, 18)]
    whole = x.adaptiveavgpool2d(1).conv2d(8, 1, bias=False, name="pooled").relu()
    y = d.concat(*parts, whole.upsample(size=(16, 16), mode="bilinear"), dim=1)
    y = y.conv2d(8, 1, bias=False, name="project").batchnorm2d(name="norm").relu()
    d.output(y.conv2d(5, 1, name="classes").upsample(scale_factor=4, mode="bilinear"), name="out")
    return d


class Branch(nn.Module):
    def __init__(self, kernel: int, rate: int) -> None:
        super().__init__()
        padding = rate * (kernel - 1) // 2
        self.conv = nn.Conv2d(32, 8, kernel, padding=padding, dilation=rate, bias=False)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)))


class PyramidOfHoles(nn.Module):
    """Chen and others 2017."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.rate6, self.rate12, self.rate18 = Branch(1, 1), Branch(3, 6), Branch(3, 12), Branch(3, 18)
        self.pooled = nn.Conv2d(32, 8, 1, bias=False)
        self.project, self.norm = nn.Conv2d(40, 8, 1, bias=False), nn.BatchNorm2d(8)
        self.classes = nn.Conv2d(8, 5, 1)

    def forward(self, x: Tensor) -> Tensor:
        whole = F.interpolate(F.relu(self.pooled(F.adaptive_avg_pool2d(x, 1))), size=(16, 16), mode="bilinear")
        y = torch.cat([self.one(x), self.rate6(x), self.rate12(x), self.rate18(x), whole], 1)
        y = self.classes(F.relu(self.norm(self.project(y))))
        return F.interpolate(y, scale_factor=4.0, mode="bilinear")


def shifted_windows() -> layerloom.Drawing:
    d = layerloom.Drawing("Swin")
    with d.block("SwinBlock", shift=2) as b:
        x = b.input(8, 8, 16, name="x")
        w = x.layernorm(name="n1").roll(shifts=["-shift", "-shift"], dims=[1, 2])
        w = w.reshape([2, 4, 2, 4, 16]).permute([0, 1, 3, 2, 4, 5]).reshape([4, 16, 16])
        w = w.linear(48, name="qkv").unflatten(-1, (3, 4, 4)).permute([0, 3, 1, 4, 2, 5])
        bias = b.parameter(shape=[4, 16, 16], name="bias")
        a = b.scaleddotproductattention(w[:, 0], w[:, 1], w[:, 2], bias).permute([0, 1, 3, 2, 4])
        a = a.reshape([4, 16, 16]).linear(16, name="proj").reshape([2, 2, 4, 4, 16]).permute([0, 1, 3, 2, 4, 5])
        y = x + a.reshape([8, 8, 16]).roll(shifts=["shift", "shift"], dims=[1, 2])
        b.output(y + y.layernorm(name="n2").linear(64, name="up").gelu().linear(16, name="down"), name="y")
    x = d.input(3, 32, 32, name="image").conv2d(16, 4, stride=4, name="patch").permute([0, 2, 3, 1])
    x = d.use("SwinBlock", d.use("SwinBlock", x, shift=0, name="plain"), name="shifted")
    d.output(x.mean(dim=[1, 2]).linear(5, name="scores"), name="out")
    return d


class SwinBlock(nn.Module):
    def __init__(self, shift: int) -> None:
        super().__init__()
        self.shift, self.bias = shift, nn.Parameter(torch.randn(4, 16, 16))
        self.n1, self.qkv, self.proj = nn.LayerNorm(16), nn.Linear(16, 48), nn.Linear(16, 16)
        self.n2, self.up, self.down = nn.LayerNorm(16), nn.Linear(16, 64), nn.Linear(64, 16)

    def forward(self, x: Tensor) -> Tensor:
        count = len(x)
        w = torch.roll(self.n1(x), (-self.shift, -self.shift), (1, 2))
        w = w.view(count, 2, 4, 2, 4, 16).permute(0, 1, 3, 2, 4, 5).reshape(count, 4, 16, 16)
        q, k, v = self.qkv(w).view(count, 4, 16, 3, 4, 4).permute(3, 0, 1, 4, 2, 5)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=self.bias)
        a = self.proj(a.transpose(2, 3).reshape(count, 4, 16, 16))
        a = a.view(count, 2, 2, 4, 4, 16).permute(0, 1, 3, 2, 4, 5).reshape(count, 8, 8, 16)
        y = x + torch.roll(a, (self.shift, self.shift), (1, 2))
        found: Tensor = y + self.down(F.gelu(self.up(self.n2(y))))
        return found


class ShiftedWindows(nn.Module):
    """Liu and others 2021, without the mask of what came round."""

    def __init__(self) -> None:
        super().__init__()
        self.patch, self.scores = nn.Conv2d(3, 16, 4, 4), nn.Linear(16, 5)
        self.plain, self.shifted = SwinBlock(0), SwinBlock(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).permute(0, 2, 3, 1)
        scores: Tensor = self.scores(self.shifted(self.plain(x)).mean((1, 2)))
        return scores


@pytest.mark.parametrize(
    ("draw", "by_hand", "shape"),
    [
        (highway, Highway, (3, 16)),
        (experts, Experts, (5, 16)),
        (perceiver, Perceiver, (3, 10, 24)),
        (pyramid_of_holes, PyramidOfHoles, (2, 32, 16, 16)),
        (shifted_windows, ShiftedWindows, (3, 3, 32, 32)),
    ],
)
def test_it_is_what_is_written_by_hand(
    draw: Callable[[], layerloom.Drawing], by_hand: type[nn.Module], shape: tuple[int, ...], tmp_path: Path
) -> None:
    drawing, hand = draw(), by_hand().eval()
    document = drawing.finish()
    assert not errors(document)
    module = drawing.module().eval()
    hand.load_state_dict(module.state_dict())
    assert summarize(document).parameters == sum(weight.numel() for weight in hand.parameters())
    torch.manual_seed(0)
    x = torch.randn(shape)
    assert torch.equal(module(x), hand(x))
    assert export(document, module.state_dict(), tmp_path / "net.onnx").max_abs_diff < 1e-6
