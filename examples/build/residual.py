"""Residual networks (He, Zhang, Ren and Sun 2015)."""

from __future__ import annotations

from typing import Any

from examples.build.drawing import Drawing, Sheet
from graph.document import Document


def _conv(block: Sheet, source: str, number: str, relu: bool = True, **parameters: Any) -> str:
    """A convolution without bias, batch norm and, but for the last of a block, ReLU."""
    block.add(f"conv{number}", "Conv2d", source, bias=False, **parameters)
    last = block.add(f"bn{number}", "BatchNorm2d", f"conv{number}")
    return block.add(f"relu{number}", "ReLU", last) if relu else last


def _close(block: Sheet, main: str, skip: str) -> None:
    block.add("add", "Add", main, skip)
    block.chain("add", ("relu", "ReLU"), ("y", "Output"))


def _basic(drawing: Drawing) -> None:
    """Two 3x3 convolutions, with the identity or, where the size changes, a projection beside them."""
    block = drawing.block("BasicBlock", channels=64)
    block.add("x", "Input", shape=["channels", 56, 56])
    last = _conv(block, "x", "1", out_channels="channels", padding=1)
    last = _conv(block, last, "2", relu=False, out_channels="channels", padding=1)
    _close(block, last, "x")

    block = drawing.block("DownBlock", channels=128)
    block.add("x", "Input", shape=["channels // 2", 56, 56])
    last = _conv(block, "x", "1", out_channels="channels", stride=2, padding=1)
    last = _conv(block, last, "2", relu=False, out_channels="channels", padding=1)
    skip = _conv(block, "x", "_skip", relu=False, out_channels="channels", kernel_size=1, stride=2)
    _close(block, last, skip)


def _bottleneck(drawing: Drawing) -> None:
    """1x1, 3x3 and 1x1 convolutions, narrow in the middle; the stride is on the 3x3."""
    block = drawing.block("Bottleneck", channels=64)
    block.add("x", "Input", shape=["channels * 4", 56, 56])
    last = _conv(block, "x", "1", out_channels="channels", kernel_size=1)
    last = _conv(block, last, "2", out_channels="channels", padding=1)
    last = _conv(block, last, "3", relu=False, out_channels="channels * 4", kernel_size=1)
    _close(block, last, "x")

    block = drawing.block("ProjectionBottleneck", channels=64, stride=1)
    block.add("x", "Input", shape=["channels", 56, 56])
    last = _conv(block, "x", "1", out_channels="channels", kernel_size=1)
    last = _conv(block, last, "2", out_channels="channels", stride="stride", padding=1)
    last = _conv(block, last, "3", relu=False, out_channels="channels * 4", kernel_size=1)
    skip = _conv(block, "x", "_skip", relu=False, out_channels="channels * 4", kernel_size=1, stride="stride")
    _close(block, last, skip)


def _stem(drawing: Drawing) -> str:
    drawing.add("image", "Input", shape=[3, 224, 224])
    return drawing.chain(
        "image",
        ("conv1", "Conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3, "bias": False}),
        ("bn1", "BatchNorm2d"),
        ("relu1", "ReLU"),
        ("pool1", "MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}),
    )


def _head(drawing: Drawing, source: str) -> None:
    scores = drawing.chain(
        source,
        ("mean", "AdaptiveAvgPool2d", {"output_size": 1}),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 1000}),
    )
    drawing.classify(scores)


def resnet18() -> Document:
    drawing = Drawing(
        "ResNet-18",
        "Residual blocks of two convolutions: the sum with their own input lets the gradient pass unhindered. He et "
        "al. 2015.",
        data="made:pictures",
        batch_size=16,
    )
    _basic(drawing)
    source = _stem(drawing)
    source = drawing.add("stage1", "Block", source, definition="BasicBlock", repeat=2)
    for stage, channels in ((2, 128), (3, 256), (4, 512)):
        arguments = {"channels": channels}
        source = drawing.add(f"down{stage}", "Block", source, definition="DownBlock", arguments=arguments)
        source = drawing.add(f"stage{stage}", "Block", source, definition="BasicBlock", arguments=arguments)
    _head(drawing, source)
    return drawing.finish()


def resnet50() -> Document:
    drawing = Drawing(
        "ResNet-50",
        "Bottleneck blocks: a 1x1 convolution narrows the channels, the 3x3 works on few, another 1x1 widens them "
        "again. The stride is on the 3x3 convolution. He et al. 2015.",
        data="made:pictures",
        batch_size=8,
    )
    _bottleneck(drawing)
    source = _stem(drawing)
    drawing_stages = ((1, 64, 1, 2), (2, 128, 2, 3), (3, 256, 2, 5), (4, 512, 2, 2))
    for stage, channels, stride, repeat in drawing_stages:
        arguments = {"channels": channels}
        source = drawing.add(
            f"project{stage}",
            "Block",
            source,
            definition="ProjectionBottleneck",
            arguments={**arguments, "stride": stride},
        )
        source = drawing.add(
            f"stage{stage}", "Block", source, definition="Bottleneck", arguments=arguments, repeat=repeat
        )
    _head(drawing, source)
    return drawing.finish()


def _cifar(drawing: Drawing) -> None:
    block = drawing.block("BasicBlock", channels=16)
    block.add("x", "Input", shape=["channels", 32, 32])
    last = _conv(block, "x", "1", out_channels="channels", padding=1)
    last = _conv(block, last, "2", relu=False, out_channels="channels", padding=1)
    _close(block, last, "x")

    for channels in (32, 64):
        block = drawing.block(f"DownBlock{channels}")
        block.add("x", "Input", shape=[channels // 2, 32, 32])
        last = _conv(block, "x", "1", out_channels=channels, stride=2, padding=1)
        last = _conv(block, last, "2", relu=False, out_channels=channels, padding=1)
        block.add("subsample", "MaxPool2d", "x", kernel_size=1, stride=2)
        side = channels // 4
        block.add("zeros", "Pad", "subsample", padding=[0, 0, 0, 0, side, side])
        _close(block, last, "zeros")


def resnet20_cifar() -> Document:
    drawing = Drawing(
        "ResNet-20 for CIFAR",
        "The small residual network of He et al. 2015, section 4.2, with option A: where the size changes, the skip "
        "connection takes every second pixel and fills the new channels with zeros.",
        data="made:pictures",
        batch_size=32,
    )
    _cifar(drawing)
    drawing.add("image", "Input", shape=[3, 32, 32])
    source = drawing.chain(
        "image",
        ("conv1", "Conv2d", {"out_channels": 16, "padding": 1, "bias": False}),
        ("bn1", "BatchNorm2d"),
        ("relu1", "ReLU"),
    )
    source = drawing.add("stage1", "Block", source, definition="BasicBlock", repeat=3)
    for stage, channels in ((2, 32), (3, 64)):
        arguments = {"channels": channels}
        source = drawing.add(f"down{stage}", "Block", source, definition=f"DownBlock{channels}")
        source = drawing.add(f"stage{stage}", "Block", source, definition="BasicBlock", arguments=arguments, repeat=2)
    scores = drawing.chain(
        source,
        ("mean", "AdaptiveAvgPool2d", {"output_size": 1}),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


def residual_block() -> Document:
    drawing = Drawing(
        "Residual block",
        "A residual block by itself: what the convolutions compute is added to their own input, so they learn only "
        "the difference from the identity (He et al. 2015).",
        data="made:pictures",
        epochs=20,
        batch_size=32,
        learning_rate=0.01,
    )
    drawing.add("image", "Input", shape=[3, 32, 32])
    drawing.add("widen", "Conv2d", "image", out_channels=16, padding=1)
    last = _conv(drawing, "widen", "1", out_channels=16, padding=1)
    last = _conv(drawing, last, "2", relu=False, out_channels=16, padding=1)
    drawing.add("add", "Add", last, "widen")
    scores = drawing.chain(
        "add",
        ("relu", "ReLU"),
        ("mean", "AdaptiveAvgPool2d", {"output_size": 1}),
        ("flatten", "Flatten"),
        ("scores", "Linear", {"out_features": 10}),
    )
    drawing.classify(scores)
    return drawing.finish()


EXAMPLES = {
    "residual_block": residual_block,
    "resnet18": resnet18,
    "resnet50": resnet50,
    "resnet20_cifar": resnet20_cifar,
}
