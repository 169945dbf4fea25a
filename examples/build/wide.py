"""After residual networks: groups of channels, dense connections, convolutions that look as far as attention."""

from __future__ import annotations

from typing import Any

from examples.build.endings import classified, pooled
from graph.builder.sheet import Block, Drawing
from graph.document import Document


def resnext50() -> Document:
    d = Drawing(
        "ResNeXt-50",
        "ResNet-50 whose 3x3 convolutions work in 32 groups of channels, 4 wide in the first stage (32x4d): many "
        "small transformations, added up (Xie et al. 2017).",
        data="made:pictures",
        batch_size=8,
    )
    with d.block("Bottleneck", cin=256, width=128, stride=1) as b:
        x, changes = b.input("cin", 56, 56, name="x"), "stride != 1 or cin != width * 2"
        y = x.conv2d("width", 1, bias=False).batchnorm2d().relu()
        y = y.conv2d("width", 3, stride="stride", padding=1, groups=32, bias=False).batchnorm2d().relu()
        y = y.conv2d("width * 2", 1, bias=False).batchnorm2d()
        skip = x.conv2d("width * 2", 1, stride="stride", bias=False, name="conv_skip", when=changes)
        b.output((y + skip.batchnorm2d(name="bn_skip", when=changes)).relu(), name="y")

    x = d.input(3, 224, 224, name="image").conv2d(64, 7, stride=2, padding=3, bias=False).batchnorm2d().relu()
    x = x.maxpool2d(3, stride=2, padding=1)
    before = 64
    for stage, (width, repeat) in enumerate(((128, 3), (256, 4), (512, 6), (1024, 3)), 1):
        first: dict[str, Any] = {"stride": "2 if i == 0 else 1"} if stage > 1 else {}
        cin = f"{before} if i == 0 else {width * 2}"
        x = d.use("Bottleneck", x, repeat=repeat, cin=cin, width=width, name=f"stage{stage}", **first)
        before = width * 2
    return pooled(d, x)


def densenet121() -> Document:
    d = Drawing(
        "DenseNet-121",
        "Every layer sees the maps of all layers before it in its stage and adds 32 of its own (Huang et al. 2017). "
        "Transitions halve the channels and the size.",
        data="made:pictures",
        batch_size=8,
    )
    with d.block("DenseLayer", cin=64, growth=32) as b:
        x = b.input("cin", 56, 56, name="x")
        y = x.batchnorm2d().relu().conv2d("growth * 4", 1, bias=False)
        y = y.batchnorm2d().relu().conv2d("growth", 3, padding=1, bias=False)
        b.output(b.concat(x, y), name="y")
    with d.block("Transition", channels=128) as b:
        x = b.input("channels * 2", 56, 56, name="x").batchnorm2d().relu()
        b.output(x.conv2d("channels", 1, bias=False).avgpool2d(2), name="y")

    x = d.input(3, 224, 224, name="image").conv2d(64, 7, stride=2, padding=3, bias=False).batchnorm2d().relu()
    x = x.maxpool2d(3, stride=2, padding=1)
    for stage, (layers, channels) in enumerate(((6, 64), (12, 128), (24, 256), (16, 512)), 1):
        x = d.use("DenseLayer", x, repeat=layers, cin=f"{channels} + 32 * i", name=f"dense{stage}")
        if stage < 4:
            x = d.use("Transition", x, channels=channels * 2, name=f"transition{stage}")
    return pooled(d, x.batchnorm2d().relu())


def _convnext_block(b: Block) -> None:
    """A 7x7 convolution channel by channel, then at each place a layer norm and two linear layers."""
    x = b.input("channels", 56, 56, name="x")
    y = x.conv2d("channels", 7, padding=3, groups="channels", name="depthwise").permute([0, 2, 3, 1])
    y = (
        y.layernorm(eps=1e-6, name="norm")
        .linear("channels * 4", name="expand")
        .gelu()
        .linear("channels", name="reduce")
    )
    y = y.permute([0, 3, 1, 2])
    initial: dict[str, Any] = {"weight_init": "constant", "weight_scale": 1e-6}
    y = y.conv2d("channels", 1, groups="channels", bias=False, name="layer_scale", **initial)
    b.output(y.stochasticdepth(0.05) + x, name="y")


def convnext_tiny() -> Document:
    d = Drawing(
        "ConvNeXt-T",
        "A convolutional network brought up to date step by step, after the vision transformers (Liu et al. 2022). "
        "The layer scale, one learned factor for each channel, is a 1x1 convolution of each channel by itself. The "
        "original drops whole blocks with a probability that grows to 0.1 along the depth; here it is 0.05.",
        data="made:pictures",
        batch_size=8,
        optimizer="AdamW",
    )
    with d.block("ConvNeXtBlock", channels=96) as b:
        _convnext_block(b)
    with d.block("Downsample", channels=192) as b:
        x = b.input("channels // 2", 56, 56, name="x").layernorm2d(eps=1e-6, name="norm")
        b.output(x.conv2d("channels", 2, stride=2), name="y")

    x = d.input(3, 224, 224, name="image").conv2d(96, 4, stride=4, name="stem").layernorm2d(eps=1e-6, name="stem_norm")
    for stage, (channels, repeat) in enumerate(((96, 3), (192, 3), (384, 9), (768, 3)), 1):
        if stage > 1:
            x = d.use("Downsample", x, channels=channels, name=f"down{stage}")
        x = d.use("ConvNeXtBlock", x, repeat=repeat, channels=channels, name=f"stage{stage}")
    x = x.adaptiveavgpool2d(1, name="mean").layernorm2d(eps=1e-6, name="norm")
    return classified(d, x.flatten().linear(1000, name="scores"))


EXAMPLES = {"resnext50": resnext50, "densenet121": densenet121, "convnext_tiny": convnext_tiny}
