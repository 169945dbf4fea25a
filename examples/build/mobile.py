"""Convolutional networks made small: depthwise convolutions, squeezes and gates."""

from __future__ import annotations

from typing import Any

from examples.build.endings import classified
from graph.builder.sheet import Drawing
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


EXAMPLES = {"squeezenet": squeezenet, "mobilenet_v2": mobilenet_v2, "efficientnet_b0": efficientnet_b0}
