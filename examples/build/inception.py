"""Inception v3 (Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016)."""

from __future__ import annotations

from typing import Any

from graph.builder.sheet import Drawing, Sheet, Value
from graph.document import Document

EPS = 0.001


def _units(d: Drawing) -> None:
    """Convolution, batch norm and ReLU: square windows, and flat ones in two directions."""
    with d.block("ConvBN", channels=32, kernel=1, stride=1, padding=0) as b:
        x = b.input(192, 35, 35, name="x")
        x = x.conv2d("channels", "kernel", stride="stride", padding="padding", bias=False)
        b.output(x.batchnorm2d(eps=EPS).relu(), name="y")
    with d.block("FlatConvBN", channels=192, height=1, width=7) as b:
        x = b.input(192, 17, 17, name="x")
        x = x.conv2d("channels", ["height", "width"], padding=["height // 2", "width // 2"], bias=False)
        b.output(x.batchnorm2d(eps=EPS).relu(), name="y")


def _square(b: Sheet, x: Value, name: str, channels: int | str, kernel: int = 1, **window: Any) -> Value:
    if kernel > 1:
        window["kernel"] = kernel
    made: Value = b.use("ConvBN", x, channels=channels, name=name, **window)
    return made


def _flat(b: Sheet, x: Value, name: str, windows: str, channels: int | str, last: int | str) -> Value:
    """Flat windows one behind the other, the first being number 2 of its branch."""
    count = len(windows.split())
    for number, window in enumerate(windows.split(), 2):
        width = channels if number <= count else last
        x = _window(b, x, window, width, f"{name}_{number}")
    return x


def _window(b: Sheet, x: Value, window: str, channels: int | str, name: str) -> Value:
    height, width = map(int, window.split("x"))
    made: Value = b.use("FlatConvBN", x, channels=channels, height=height, width=width, name=name)
    return made


def _pooled(b: Sheet, x: Value, channels: int | str) -> Value:
    return _square(b, x.avgpool2d(3, stride=1, padding=1), "branch_pool", channels)


def _block_a(b: Sheet, x: Value) -> Value:
    one = _square(b, x, "branch1x1", 64)
    five = _square(b, _square(b, x, "branch5x5_1", 48), "branch5x5_2", 64, 5, padding=2)
    three = _square(b, _square(b, x, "branch3x3_1", 64), "branch3x3_2", 96, 3, padding=1)
    three = _square(b, three, "branch3x3_3", 96, 3, padding=1)
    made: Value = b.concat(one, five, three, _pooled(b, x, "pool"))
    return made


def _reduction_a(b: Sheet, x: Value) -> Value:
    three = _square(b, x, "branch3x3", 384, 3, stride=2)
    double = _square(b, _square(b, x, "branch3x3dbl_1", 64), "branch3x3dbl_2", 96, 3, padding=1)
    double = _square(b, double, "branch3x3dbl_3", 96, 3, stride=2)
    made: Value = b.concat(three, double, x.maxpool2d(3, stride=2))
    return made


def _block_b(b: Sheet, x: Value) -> Value:
    one = _square(b, x, "branch1x1", 192)
    seven = _flat(b, _square(b, x, "branch7x7_1", "narrow"), "branch7x7", "1x7 7x1", "narrow", 192)
    double = _square(b, x, "branch7x7dbl_1", "narrow")
    double = _flat(b, double, "branch7x7dbl", "7x1 1x7 7x1 1x7", "narrow", 192)
    made: Value = b.concat(one, seven, double, _pooled(b, x, 192))
    return made


def _reduction_b(b: Sheet, x: Value) -> Value:
    three = _square(b, _square(b, x, "branch3x3_1", 192), "branch3x3_2", 320, 3, stride=2)
    seven = _flat(b, _square(b, x, "branch7x7x3_1", 192), "branch7x7x3", "1x7 7x1", 192, 192)
    seven = _square(b, seven, "branch7x7x3_4", 192, 3, stride=2)
    made: Value = b.concat(three, seven, x.maxpool2d(3, stride=2))
    return made


def _block_c(b: Sheet, x: Value) -> Value:
    one = _square(b, x, "branch1x1", 320)
    three = _both_ways(b, _square(b, x, "branch3x3_1", 384), "branch3x3_2")
    double = _square(b, _square(b, x, "branch3x3dbl_1", 448), "branch3x3dbl_2", 384, 3, padding=1)
    double = _both_ways(b, double, "branch3x3dbl_3")
    made: Value = b.concat(one, three, double, _pooled(b, x, 192))
    return made


def _both_ways(b: Sheet, x: Value, name: str) -> Value:
    row = _window(b, x, "1x3", 384, f"{name}a")
    made: Value = b.concat(row, _window(b, x, "3x1", 384, f"{name}b"))
    return made


def _stages(d: Drawing) -> None:
    """The blocks at 35x35, 17x17 and 8x8 places, and those that halve them."""
    with d.block("InceptionA", pool=32) as b:
        b.output(_block_a(b, b.input(192, 35, 35, name="x")), name="y")
    with d.block("ReductionA") as b:
        b.output(_reduction_a(b, b.input(288, 35, 35, name="x")), name="y")
    with d.block("InceptionB", narrow=128) as b:
        b.output(_block_b(b, b.input(768, 17, 17, name="x")), name="y")
    with d.block("ReductionB") as b:
        b.output(_reduction_b(b, b.input(768, 17, 17, name="x")), name="y")
    with d.block("InceptionC") as b:
        b.output(_block_c(b, b.input(1280, 8, 8, name="x")), name="y")


def inception_v3() -> Document:
    d = Drawing(
        "Inception v3",
        "Large windows taken apart: a 7x7 convolution becomes a 1x7 and a 7x1, and the size is halved by a "
        "convolution and a pooling side by side. An auxiliary classifier brings gradients to the middle while "
        "training; inference and ONNX leave it out (Szegedy et al. 2016).",
        data="made:pictures",
        batch_size=8,
    )
    _units(d)
    _stages(d)
    x = d.input(3, 299, 299, name="image")
    x = _square(d, x, "conv1a", 32, 3, stride=2)
    x = _square(d, _square(d, x, "conv2a", 32, 3), "conv2b", 64, 3, padding=1).maxpool2d(3, stride=2, name="pool1")
    x = _square(d, _square(d, x, "conv3b", 80), "conv4a", 192, 3).maxpool2d(3, stride=2, name="pool2")
    for number, pool in enumerate((32, 64, 64), 1):
        x = d.use("InceptionA", x, pool=pool, name=f"mixed_a{number}")
    x = d.use("ReductionA", x, name="reduction_a")
    for number, narrow in enumerate((128, 160, 160, 192), 1):
        x = d.use("InceptionB", x, narrow=narrow, name=f"mixed_b{number}")
    middle = x
    x = d.use("InceptionC", d.use("ReductionB", x, name="reduction_b"), repeat=2, name="mixed_c")
    scores = x.adaptiveavgpool2d(1, name="mean").dropout().flatten().linear(1000, name="scores")
    auxiliary = _square(d, middle.avgpool2d(5, stride=3), "aux_conv1", 128)
    auxiliary = (
        _square(d, auxiliary, "aux_conv2", 768, 5).adaptiveavgpool2d(1).flatten().linear(1000, name="aux_scores")
    )
    d.output(scores, name="logits")
    label = d.target(name="label")
    d.crossentropy(scores, label, name="cross_entropy")
    d.crossentropy(auxiliary, label, loss_weight=0.4, name="aux_loss")
    return d.finish()


EXAMPLES = {"inception_v3": inception_v3}
