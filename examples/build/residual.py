"""Residual networks (He, Zhang, Ren and Sun 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from examples.build.endings import pooled
from graph.builder.sheet import Drawing, Sheet, Value
from graph.document import Document


def _conv(x: Value, number: str, *arguments: Any, relu: bool = True, when: str = "", **parameters: Any) -> Value:
    """A convolution without bias, batch norm and, but for the last of a block, ReLU."""
    options = {"bias": False, "name": f"conv{number}", "when": when, **parameters}
    x = x.conv2d(*arguments, **options)
    x = x.batchnorm2d(name=f"bn{number}", when=when)
    return x.relu(name=f"relu{number}") if relu else x


def _close(b: Sheet, main: Value, skip: Value) -> None:
    b.output(b.add(main, skip, name="add").relu(name="relu"), name="y")


def _two(x: Value, channels: int | str, **stride: Any) -> Value:
    """Two 3x3 convolutions."""
    last = _conv(x, "1", channels, padding=1, **stride)
    return _conv(last, "2", channels, padding=1, relu=False)


def _skip(x: Value, channels: str) -> Value:
    """The identity or, where size or channels change, a projection."""
    changes = f"stride != 1 or cin != {channels}"
    return _conv(x, "_skip", channels, 1, stride="stride", relu=False, when=changes)


def _basic(d: Drawing) -> None:
    """Two convolutions and what goes round them."""
    with d.block("BasicBlock", cin=64, channels=64, stride=1) as b:
        x = b.input("cin", 56, 56, name="x")
        _close(b, _two(x, "channels", stride="stride"), _skip(x, "channels"))


def _bottleneck(d: Drawing) -> None:
    """1x1, 3x3 and 1x1 convolutions, narrow in the middle; the stride is on the 3x3."""
    with d.block("Bottleneck", cin=256, channels=64, stride=1) as b:
        x = b.input("cin", 56, 56, name="x")
        y = _conv(_conv(x, "1", "channels", 1), "2", "channels", padding=1, stride="stride")
        _close(b, _conv(y, "3", "channels * 4", 1, relu=False), _skip(x, "channels * 4"))


def _stages(
    d: Drawing, block: str, x: Value, plan: Sequence[tuple[int, int]], wide: int = 1, before: int = 64
) -> Value:
    """Blocks in sequence; the first of each stage takes the channels of the one before and halves the size."""
    for stage, (channels, repeat) in enumerate(plan, 1):
        after = channels * wide
        first: dict[str, Any] = {"cin": f"{before} if i == 0 else {after}"} if before != after else {}
        if stage > 1:
            first["stride"] = "2 if i == 0 else 1"
        x = d.use(block, x, repeat=repeat, channels=channels, name=f"stage{stage}", **first)
        before = after
    return x


def _stem(d: Drawing) -> Value:
    x = _conv(d.input(3, 224, 224, name="image"), "1", 64, 7, stride=2, padding=3)
    return x.maxpool2d(3, stride=2, padding=1, name="pool1")


def resnet18() -> Document:
    d = Drawing(
        "ResNet-18",
        "Residual blocks of two convolutions: the sum with their own input lets the gradient pass unhindered. He et "
        "al. 2015.",
        data="made:pictures",
        batch_size=16,
    )
    _basic(d)
    return pooled(d, _stages(d, "BasicBlock", _stem(d), ((64, 2), (128, 2), (256, 2), (512, 2))))


def resnet50() -> Document:
    d = Drawing(
        "ResNet-50",
        "Bottleneck blocks: a 1x1 convolution narrows the channels, the 3x3 works on few, another 1x1 widens them "
        "again. The stride is on the 3x3 convolution. He et al. 2015.",
        data="made:pictures",
        batch_size=8,
    )
    _bottleneck(d)
    return pooled(d, _stages(d, "Bottleneck", _stem(d), ((64, 3), (128, 4), (256, 6), (512, 3)), wide=4))


def resnet20_cifar() -> Document:
    d = Drawing(
        "ResNet-20 for CIFAR",
        "The small residual network of He et al. 2015, section 4.2, with option A: where the size changes, the skip "
        "connection takes every second pixel and fills the new channels with zeros.",
        data="made:pictures",
        batch_size=32,
    )
    with d.block("BasicBlock", cin=16, channels=16, stride=1) as b:
        x = b.input("cin", 32, 32, name="x")
        skip = x.maxpool2d(1, stride="stride", name="subsample", when="stride != 1")
        skip = skip.pad([0, 0, 0, 0, 0, "channels - cin"], name="zeros", when="cin != channels")
        _close(b, _two(x, "channels", stride="stride"), skip)
    x = _conv(d.input(3, 32, 32, name="image"), "1", 16, padding=1)
    return pooled(d, _stages(d, "BasicBlock", x, ((16, 3), (32, 3), (64, 3)), before=16), 10)


def residual_block() -> Document:
    d = Drawing(
        "Residual block",
        "A residual block by itself: what the convolutions compute is added to their own input, so they learn only "
        "the difference from the identity (He et al. 2015).",
        data="made:pictures",
        epochs=20,
        batch_size=32,
        learning_rate=0.01,
    )
    x = d.input(3, 32, 32, name="image").conv2d(16, padding=1, name="widen")
    return pooled(d, d.add(_two(x, 16), x, name="add").relu(name="relu"), 10)


EXAMPLES = {
    "residual_block": residual_block,
    "resnet18": resnet18,
    "resnet50": resnet50,
    "resnet20_cifar": resnet20_cifar,
}
