"""Published architectures as a person writes them: the weights of a drawing fit in by their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Kernel: TypeAlias = int | tuple[int, int]


def unit(
    before: int,
    channels: int,
    kernel: Kernel = 1,
    act: Callable[[], nn.Module] = nn.ReLU,
    eps: float = 1e-5,
    **window: Any,
) -> nn.Sequential:
    """Convolution, batch norm and activation."""
    conv = nn.Conv2d(before, channels, kernel, bias=False, **window)
    return nn.Sequential(conv, nn.BatchNorm2d(channels, eps=eps), act())


def drop_path(x: Tensor, p: float, training: bool) -> Tensor:
    """Leave out the branch of whole samples."""
    if not training:
        return x
    kept = torch.rand(x.shape[0], *[1] * (x.dim() - 1)) >= p
    return x * kept / (1.0 - p)


class Fire(nn.Module):
    def __init__(self, before: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(before, squeeze, 1)
        self.one = nn.Conv2d(squeeze, expand, 1)
        self.three = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.one(x)), F.relu(self.three(x))], dim=1)


def squeezenet() -> nn.Module:
    def pool() -> nn.Module:
        return nn.MaxPool2d(3, stride=2, ceil_mode=True)

    return nn.Sequential(
        nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(), pool(),
        Fire(64, 16, 64), Fire(128, 16, 64), pool(),
        Fire(128, 32, 128), Fire(256, 32, 128), pool(),
        Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
        nn.Dropout(0.5), nn.Conv2d(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


class Inverted(nn.Module):
    def __init__(self, before: int, channels: int, stride: int, expand: int) -> None:
        super().__init__()
        wide = before * expand
        self.skip = stride == 1 and before == channels
        self.widen = unit(before, wide, act=nn.ReLU6) if expand > 1 else nn.Identity()
        self.depthwise = unit(wide, wide, 3, nn.ReLU6, stride=stride, padding=1, groups=wide)
        self.project = unit(wide, channels, act=nn.Identity)

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.widen(x)))
        return x + y if self.skip else y


def _head(features: list[nn.Module], wide: int, dropout: float) -> nn.Module:
    return nn.Sequential(*features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(wide, 1000))


def mobilenet_v2() -> nn.Module:
    layers: list[nn.Module] = [unit(3, 32, 3, nn.ReLU6, stride=2, padding=1)]
    before = 32
    for expand, channels, count, stride in (
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ):  # fmt: skip
        for number in range(count):
            layers.append(Inverted(before, channels, stride if number == 0 else 1, expand))
            before = channels
    return _head([*layers, unit(320, 1280, act=nn.ReLU6)], 1280, 0.2)


class Gate(nn.Module):
    def __init__(self, wide: int, narrow: int) -> None:
        super().__init__()
        self.reduce, self.excite = nn.Conv2d(wide, narrow, 1), nn.Conv2d(narrow, wide, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.excite(F.silu(self.reduce(F.adaptive_avg_pool2d(x, 1)))))


class MBConv(nn.Module):
    def __init__(self, before: int, channels: int, kernel: int, stride: int, expand: int, drop: float) -> None:
        super().__init__()
        wide = before * expand
        self.drop = drop
        self.skip = stride == 1 and before == channels
        self.widen = unit(before, wide, act=nn.SiLU) if expand > 1 else nn.Identity()
        self.depthwise = unit(wide, wide, kernel, nn.SiLU, stride=stride, padding=kernel // 2, groups=wide)
        self.gate = Gate(wide, before // 4)
        self.project = unit(wide, channels, act=nn.Identity)

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.gate(self.depthwise(self.widen(x))))
        return x + drop_path(y, self.drop, self.training) if self.skip else y


def efficientnet_b0() -> nn.Module:
    layers: list[nn.Module] = [unit(3, 32, 3, nn.SiLU, stride=2, padding=1)]
    before = 32
    for expand, kernel, stride, channels, count in (
        (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
        (6, 3, 1, 320, 1),
    ):  # fmt: skip
        for number in range(count):
            drop = 0.2 * (len(layers) - 1) / 16
            layers.append(MBConv(before, channels, kernel, stride if number == 0 else 1, expand, drop))
            before = channels
    return _head([*layers, unit(320, 1280, act=nn.SiLU)], 1280, 0.2)


class Aggregated(nn.Module):
    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            unit(before, width),
            unit(width, width, 3, stride=stride, padding=1, groups=32),
            unit(width, width * 2, act=nn.Identity),
        )
        project = before != width * 2
        self.skip = unit(before, width * 2, act=nn.Identity, stride=stride) if project else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.main(x) + self.skip(x))


def resnext50() -> nn.Module:
    layers: list[nn.Module] = [unit(3, 64, 7, stride=2, padding=3), nn.MaxPool2d(3, stride=2, padding=1)]
    before = 64
    for width, count, stride in ((128, 3, 1), (256, 4, 2), (512, 6, 2), (1024, 3, 2)):
        for number in range(count):
            layers.append(Aggregated(before, width, stride if number == 0 else 1))
            before = width * 2
    return _head(layers, 2048, 0.0)


class DenseLayer(nn.Module):
    def __init__(self, before: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(before), nn.Conv2d(before, 128, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(128), nn.Conv2d(128, 32, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))], dim=1)


def densenet121() -> nn.Module:
    layers: list[nn.Module] = [unit(3, 64, 7, stride=2, padding=3), nn.MaxPool2d(3, stride=2, padding=1)]
    channels = 64
    for count in (6, 12, 24, 16):
        layers += [DenseLayer(channels + 32 * number) for number in range(count)]
        channels += 32 * count
        layers += [nn.BatchNorm2d(channels), nn.ReLU()]
        if count != 16:
            layers += [nn.Conv2d(channels, channels // 2, 1, bias=False), nn.AvgPool2d(2)]
            channels //= 2
    return _head(layers, 1024, 0.0)


class ChannelNorm(nn.LayerNorm):
    """A layer norm over the channels of an image."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class LayerScale(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels, 1, 1, 1), 1e-6))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight.flatten()[:, None, None]


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.expand, self.reduce = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.scale = LayerScale(channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.reduce(F.gelu(self.expand(self.norm(self.depthwise(x).permute(0, 2, 3, 1))))).permute(0, 3, 1, 2)
        return x + drop_path(self.scale(y), 0.05, self.training)


def convnext_tiny() -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(3, 96, 4, stride=4), ChannelNorm(96, eps=1e-6)]
    before = 96
    for channels, count in ((96, 3), (192, 3), (384, 9), (768, 3)):
        if channels != before:
            layers += [ChannelNorm(before, eps=1e-6), nn.Conv2d(before, channels, 2, stride=2)]
        layers += [ConvNeXtBlock(channels) for _ in range(count)]
        before = channels
    pooled = [nn.AdaptiveAvgPool2d(1), ChannelNorm(768, eps=1e-6), nn.Flatten(), nn.Linear(768, 1000)]
    return nn.Sequential(*layers, *pooled)


class EncoderBlock(nn.Module):
    def __init__(self, width: int, heads: int, eps: float = 1e-6, causal: bool = False) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=eps)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm2 = nn.LayerNorm(width, eps=eps)
        self.expand, self.reduce = nn.Linear(width, width * 4), nn.Linear(width * 4, width)
        self.causal = causal

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(x)
        mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1) if self.causal else None
        x = x + self.attention(y, y, y, attn_mask=mask, is_causal=self.causal, need_weights=False)[0]
        return x + self.reduce(F.gelu(self.expand(self.norm2(x)), approximate="tanh" if self.causal else "none"))


class ViT(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.class_token = nn.Parameter(torch.zeros(1, 768))
        self.patches = nn.Conv2d(3, 768, 16, stride=16)
        self.positions = nn.Embedding(197, 768)
        self.blocks = nn.Sequential(*(EncoderBlock(768, 12) for _ in range(12)))
        self.norm = nn.LayerNorm(768, eps=1e-6)
        self.scores = nn.Linear(768, 1000)

    def forward(self, image: Tensor) -> Tensor:
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), 1, 768), x], dim=1) + self.positions.weight
        return self.scores(self.norm(self.blocks(x))[:, 0])


class GPT(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.characters, self.positions = nn.Embedding(32, 64), nn.Embedding(64, 64)
        self.blocks = nn.Sequential(*(EncoderBlock(64, 4, 1e-5, causal=True) for _ in range(3)))
        self.norm = nn.LayerNorm(64)
        self.scores = nn.Linear(64, 32, bias=False)
        self.scores.weight = self.characters.weight

    def forward(self, text: Tensor) -> Tensor:
        x = self.characters(text) + self.positions(torch.arange(text.shape[1]))
        return self.scores(self.norm(self.blocks(x)))


class AttentiveTranslator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.read, self.encoder = nn.Embedding(12, 16), nn.GRU(16, 64, batch_first=True)
        self.letters, self.decoder = nn.Embedding(12, 16), nn.GRU(16, 64, batch_first=True)
        self.combine, self.scores = nn.Linear(128, 64, bias=False), nn.Linear(64, 12)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        states, last = self.encoder(self.read(source))
        asked, _ = self.decoder(self.letters(target), last)
        weights = torch.softmax(asked @ states.transpose(1, 2), dim=-1)
        return self.scores(torch.tanh(self.combine(torch.cat([weights @ states, asked], dim=2))))


class Gated(nn.Module):
    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.filter, self.gate = (nn.Conv1d(32, 32, 2, padding=dilation, dilation=dilation) for _ in range(2))
        self.mix, self.skip = nn.Conv1d(32, 32, 1), nn.Conv1d(32, 64, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z = torch.tanh(self.filter(x)[..., : -self.dilation]) * torch.sigmoid(self.gate(x)[..., : -self.dilation])
        return x + self.mix(z), self.skip(z)


class WaveNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.levels = nn.Embedding(64, 32)
        self.gated = nn.ModuleList(Gated(2**number) for number in range(8))
        self.hidden, self.scores = nn.Conv1d(64, 64, 1), nn.Conv1d(64, 64, 1)

    def forward(self, levels: Tensor) -> Tensor:
        x, skips = self.levels(levels).transpose(1, 2), []
        for gated in self.gated:
            x, skip = gated(x)
            skips.append(skip)
        return self.scores(F.relu(self.hidden(F.relu(sum(skips[1:], skips[0])))))


def _shared(before: int, channels: int) -> list[nn.Module]:
    return [nn.Conv1d(before, channels, 1), nn.BatchNorm1d(channels), nn.ReLU()]


def _dense(before: int, features: int) -> list[nn.Module]:
    return [nn.Linear(before, features), nn.BatchNorm1d(features), nn.ReLU()]


class Largest(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.amax(2)


class Turn(nn.Module):
    """The T-Net of the authors: what it computes is added to the identity."""

    def __init__(self, k: int) -> None:
        super().__init__()
        points = [*_shared(k, 64), *_shared(64, 128), *_shared(128, 1024), Largest()]
        self.k, self.layers = k, nn.Sequential(*points, *_dense(1024, 512), *_dense(512, 256), nn.Linear(256, k * k))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x).reshape(-1, self.k, self.k) + torch.eye(self.k)


class PointNet(nn.Module):
    """Qi, Su, Mo and Guibas 2017, classification, as in the authors' own code."""

    def __init__(self) -> None:
        super().__init__()
        self.turn_points, self.first = Turn(3), nn.Sequential(*_shared(3, 64), *_shared(64, 64))
        self.turn_features = Turn(64)
        points = [*_shared(64, 64), *_shared(64, 128), *_shared(128, 1024), Largest()]
        self.second = nn.Sequential(*points, *_dense(1024, 512), *_dense(512, 256))
        self.dropout, self.scores = nn.Dropout(0.3), nn.Linear(256, 4)

    def forward(self, points: Tensor) -> Tensor:
        x = self.first((points @ self.turn_points(points.transpose(1, 2))).transpose(1, 2))
        x = (x.transpose(1, 2) @ self.turn_features(x)).transpose(1, 2)
        return self.scores(self.dropout(self.second(x)))


class DCGAN(nn.Module):
    """Radford, Metz and Chintala 2015, for pictures of 8 x 8 pixels; the critic learns beside the generator."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = nn.Sequential(
            nn.ConvTranspose2d(64, 128, 2, bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.ConvTranspose2d(64, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )
        self.critic = nn.Sequential(
            nn.Conv2d(1, 64, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 128, 4, 2, 1, bias=False),
            nn.BatchNorm2d(128),
            nn.LeakyReLU(0.2),
            nn.Conv2d(128, 1, 2, bias=False),
            nn.Flatten(),
        )

    def forward(self, code: Tensor) -> Tensor:
        made: Tensor = self.generator(code[:, :, None, None])
        return made
