"""Convolutional networks made small: depthwise convolutions, squeezes and gates."""

from __future__ import annotations

from typing import Any

from examples.build.endings import classified
from graph.builder.sheet import Drawing, Value
from graph.document import Document


def squeezenet() -> Document:
    d = Drawing(
        "SqueezeNet 1.1",
        "Fire blocks: a 1x1 convolution squeezes the channels, 1x1 and 3x3 convolutions expand them side by side. "
        "AlexNet's accuracy with a fiftieth of its weights (Iandola et al. 2016, version 1.1).",
        data="made:pictures",
        batch_size=16,
    )
    with d.block("Fire", squeeze=16, expand=64) as b:
        x = b.input(64, 55, 55, name="x").conv2d("squeeze", 1, name="squeezed").relu()
        one = x.conv2d("expand", 1, name="expand1x1").relu()
        three = x.conv2d("expand", 3, padding=1, name="expand3x3").relu()
        b.output(b.concat(one, three), name="y")
    x = d.input(3, 224, 224, name="image").conv2d(64, 3, stride=2).relu()
    number = 2
    for fires in (((16, 64), (16, 64)), ((32, 128), (32, 128)), ((48, 192), (48, 192), (64, 256), (64, 256))):
        x = x.maxpool2d(3, stride=2, ceil_mode=True)
        for squeeze, expand in fires:
            x = d.use("Fire", x, squeeze=squeeze, expand=expand, name=f"fire{number}")
            number += 1
    x = x.dropout().conv2d(1000, 1, name="conv10").relu()
    return classified(d, x.adaptiveavgpool2d(1, name="mean").flatten(name="scores"))


def _inverted_residual(d: Drawing) -> None:
    """Widen, convolve each channel by itself, narrow again; the input is added where it is as large as the result."""
    with d.block("InvertedResidual", cin=32, channels=16, stride=1, expand_ratio=6) as b:
        x, wide, widened = b.input("cin", 112, 112, name="x"), "cin * expand_ratio", "expand_ratio != 1"
        y = x.conv2d(wide, 1, bias=False, name="expand", when=widened).batchnorm2d(when=widened)
        y = y.relu6(name="relu1", when=widened)
        y = y.conv2d(wide, 3, stride="stride", padding=1, groups=wide, bias=False, name="depthwise")
        y = y.batchnorm2d().relu6(name="relu2").conv2d("channels", 1, bias=False, name="project").batchnorm2d()
        b.output(b.add(y, x, name="skip", when="stride == 1 and cin == channels"), name="y")


def mobilenet_v2() -> Document:
    d = Drawing(
        "MobileNetV2",
        "Inverted residuals: the skip connections join the narrow ends, the 3x3 convolutions in the wide middle see "
        "one channel each, and the narrow ends are linear (Sandler et al. 2018).",
        data="made:pictures",
        batch_size=16,
    )
    _inverted_residual(d)
    x = (
        d.input(3, 224, 224, name="image")
        .conv2d(32, 3, stride=2, padding=1, bias=False)
        .batchnorm2d()
        .relu6(name="relu1")
    )
    x = d.use("InvertedResidual", x, expand_ratio=1, name="stage1")
    stages = ((24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
    cin = 16
    for stage, (channels, count, stride) in enumerate(stages, 2):
        first: dict[str, Any] = {"cin": cin, "stride": stride}
        if count > 1:
            first = {"cin": f"{cin} if i == 0 else {channels}", "stride": f"{stride} if i == 0 else 1"}
        if stride == 1:
            del first["stride"]
        x = d.use("InvertedResidual", x, repeat=count, channels=channels, name=f"stage{stage}", **first)
        cin = channels
    x = x.conv2d(1280, 1, bias=False).batchnorm2d().relu6(name="relu2")
    x = x.adaptiveavgpool2d(1, name="mean").flatten().dropout(0.2)
    return classified(d, x.linear(1000, name="scores"))


def _mbconv(d: Drawing) -> None:
    """An inverted residual with a gate for each channel that looks at the whole image."""
    with d.block("MBConv", cin=32, channels=16, kernel=3, stride=1, expand_ratio=6, drop=0.0) as b:
        x, wide, widened = b.input("cin", 112, 112, name="x"), "cin * expand_ratio", "expand_ratio != 1"
        y = x.conv2d(wide, 1, bias=False, name="expand", when=widened).batchnorm2d(when=widened).silu(when=widened)
        options: dict[str, Any] = {"stride": "stride", "padding": "kernel // 2", "groups": wide}
        y = y.conv2d(wide, "kernel", bias=False, name="depthwise", **options).batchnorm2d().silu()
        gate = y.adaptiveavgpool2d(1, name="squeeze").conv2d("cin // 4", 1, name="reduce").silu()
        y = y * gate.conv2d(wide, 1, name="excite").sigmoid(name="gate")
        y = y.conv2d("channels", 1, bias=False, name="project").batchnorm2d()
        kept = "stride == 1 and cin == channels"
        b.output(b.add(y.stochasticdepth("drop", when=kept), x, name="skip", when=kept), name="y")


def efficientnet_b0() -> Document:
    d = Drawing(
        "EfficientNet-B0",
        "MobileNetV2's inverted residuals with squeeze-and-excitation gates and SiLU; depth, width and resolution "
        "were found together by search (Tan and Le 2019). Whole blocks are dropped with a probability that grows "
        "to 0.2 along the depth.",
        data="made:pictures",
        batch_size=16,
    )
    _mbconv(d)
    x = d.input(3, 224, 224, name="image").conv2d(32, 3, stride=2, padding=1, bias=False).batchnorm2d().silu()
    x = d.use("MBConv", x, expand_ratio=1, name="stage1")
    stages = ((24, 3, 2, 2), (40, 5, 2, 2), (80, 3, 2, 3), (112, 5, 1, 3), (192, 5, 2, 4), (320, 3, 1, 1))
    cin, blocks = 16, 1
    for stage, (channels, kernel, stride, count) in enumerate(stages, 2):
        first: dict[str, Any] = {"cin": f"{cin} if i == 0 else {channels}", "kernel": kernel}
        first |= {"stride": f"{stride} if i == 0 else 1"} if stride > 1 else {}
        drop = f"0.2 * ({blocks} + i) / 16"
        x = d.use("MBConv", x, repeat=count, channels=channels, drop=drop, name=f"stage{stage}", **first)
        cin, blocks = channels, blocks + count
    x = x.conv2d(1280, 1, bias=False).batchnorm2d().silu()
    x = x.adaptiveavgpool2d(1, name="mean").flatten().dropout(0.2)
    return classified(d, x.linear(1000, name="scores"))


# The blocks of MobileNetV3-Small: kernel, wide channels, channels, whether gate and hard swish are there, stride.
BLOCKS = (
    (3, 16, 16, True, False, 2), (3, 72, 24, False, False, 2), (3, 88, 24, False, False, 1), (5, 96, 40, True, True, 2),
    (5, 240, 40, True, True, 1), (5, 240, 40, True, True, 1), (5, 120, 48, True, True, 1), (5, 144, 48, True, True, 1),
    (5, 288, 96, True, True, 2), (5, 576, 96, True, True, 1), (5, 576, 96, True, True, 1),
)  # fmt: skip
SLOW_MEAN: dict[str, Any] = {"eps": 0.001, "momentum": 0.01}


def _gated(d: Drawing) -> None:
    """An inverted residual with a gate, ReLU or hard swish."""
    values: dict[str, Any] = {
        "kernel": 3,
        "cin": 16,
        "wide": 16,
        "channels": 16,
        "squeeze": 8,
        "gated": True,
        "hard": False,
    }
    with d.block("Bneck", **values, stride=1) as b:
        x, widened = b.input("cin", 112, 112, name="x"), "wide != cin"
        y = x.conv2d("wide", 1, bias=False, name="expand", when=widened).batchnorm2d(when=widened, **SLOW_MEAN)
        y = y.hardswish(when=f"{widened} and hard").relu(when=f"{widened} and not hard")
        options: dict[str, Any] = {"stride": "stride", "padding": "kernel // 2", "groups": "wide", "bias": False}
        y = y.conv2d("wide", "kernel", name="depthwise", **options).batchnorm2d(**SLOW_MEAN)
        y = y.hardswish(when="hard").relu(when="not hard")
        gate = y.adaptiveavgpool2d(1, name="mean", when="gated").conv2d("squeeze", 1, name="reduce", when="gated")
        gate = gate.relu(when="gated").conv2d("wide", 1, name="excite", when="gated")
        y = b.multiply(y, gate.hardsigmoid(name="gate", when="gated"), name="scale", when="gated")
        y = y.conv2d("channels", 1, bias=False, name="project").batchnorm2d(**SLOW_MEAN)
        b.output(b.add(y, x, name="skip", when="stride == 1 and cin == channels"), name="y")


def mobilenet_v3_small() -> Document:
    d = Drawing(
        "MobileNetV3-Small",
        "Inverted residuals found by search, most with a gate that looks at the whole image, and hard swish where the "
        "image is small (Howard et al. 2019).",
        data="made:pictures",
        batch_size=16,
    )
    _gated(d)
    x = d.input(3, 224, 224, name="image").conv2d(16, 3, stride=2, padding=1, bias=False, name="stem")
    x = x.batchnorm2d(**SLOW_MEAN).hardswish()
    cin = 16
    for number, (kernel, wide, channels, gated, hard, stride) in enumerate(BLOCKS, 1):
        sizes: dict[str, Any] = {"kernel": kernel, "cin": cin, "wide": wide, "channels": channels}
        sizes["squeeze"] = _by_eight(wide / 4)
        x = d.use("Bneck", x, **sizes, gated=gated, hard=hard, stride=stride, name=f"block{number}")
        cin = channels
    x = x.conv2d(576, 1, bias=False, name="last").batchnorm2d(**SLOW_MEAN).hardswish()
    x = x.adaptiveavgpool2d(1, name="mean").flatten().linear(1024, name="hidden").hardswish().dropout(0.2)
    return classified(d, x.linear(1000, name="scores"))


def _by_eight(channels: float) -> int:
    """The multiple of 8 next to a number, not more than a tenth below it."""
    found = max(8, int(channels + 4) // 8 * 8)
    return found + 8 if found < 0.9 * channels else found


def shufflenet_v2() -> Document:
    d = Drawing(
        "ShuffleNetV2 x1.0",
        "Half of the channels go on as they are, the others through a depthwise convolution between two 1x1 ones; a "
        "shuffle mixes the halves (Ma et al. 2018).",
        data="made:pictures",
        batch_size=16,
    )
    half = "channels // 2"
    with d.block("Unit", channels=116) as b:
        halves: Any = b.input("channels", 28, 28, name="x").split(sizes=[half, half], name="halves")
        kept, y = halves
        b.output(b.concat(kept, _narrow(y, half, 1)).channelshuffle(2, name="shuffle"), name="y")
    with d.block("Down", cin=24, channels=116) as b:
        x = b.input("cin", 56, 56, name="x")
        options: dict[str, Any] = {"stride": 2, "padding": 1, "groups": "cin", "bias": False}
        y = x.conv2d("cin", 3, name="depthwise_skip", **options).batchnorm2d()
        y = y.conv2d(half, 1, bias=False, name="skip").batchnorm2d().relu()
        b.output(b.concat(y, _narrow(x, half, 2)).channelshuffle(2, name="shuffle"), name="y")
    x = d.input(3, 224, 224, name="image").conv2d(24, 3, stride=2, padding=1, bias=False, name="stem")
    x = x.batchnorm2d().relu().maxpool2d(3, stride=2, padding=1)
    cin = 24
    for stage, (channels, repeat) in enumerate(((116, 3), (232, 7), (464, 3)), 2):
        x = d.use("Down", x, cin=cin, channels=channels, name=f"down{stage}")
        x = d.use("Unit", x, repeat=repeat, channels=channels, name=f"stage{stage}")
        cin = channels
    x = x.conv2d(1024, 1, bias=False, name="last").batchnorm2d().relu()
    return classified(d, x.mean([2, 3], name="mean").linear(1000, name="scores"))


def _narrow(x: Value, channels: str, stride: int) -> Value:
    """1x1, depthwise 3x3 and 1x1 convolutions."""
    y = x.conv2d(channels, 1, bias=False, name="conv1").batchnorm2d().relu()
    options: dict[str, Any] = {"stride": stride, "padding": 1, "groups": channels, "bias": False}
    y = y.conv2d(channels, 3, name="depthwise", **options).batchnorm2d()
    return y.conv2d(channels, 1, bias=False, name="conv2").batchnorm2d().relu()


EXAMPLES = {
    "squeezenet": squeezenet,
    "mobilenet_v2": mobilenet_v2,
    "mobilenet_v3_small": mobilenet_v3_small,
    "shufflenet_v2": shufflenet_v2,
    "efficientnet_b0": efficientnet_b0,
}
