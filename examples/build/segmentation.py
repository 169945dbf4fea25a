"""U-Net: a class for every pixel (Ronneberger, Fischer and Brox 2015)."""

from __future__ import annotations

from examples.build.drawing import Drawing
from graph.document import Document


def _double(drawing: Drawing, padding: int, norm: bool) -> None:
    """Two 3x3 convolutions with ReLU."""
    block = drawing.block("DoubleConv", channels=64)
    block.add("x", "Input", shape=["channels", 64, 64])
    source = "x"
    for number in (1, 2):
        source = block.add(f"conv{number}", "Conv2d", source, out_channels="channels", padding=padding, bias=not norm)
        source = block.add(f"bn{number}", "BatchNorm2d", source) if norm else source
        source = block.add(f"relu{number}", "ReLU", source)
    block.add("y", "Output", source)


def _up(drawing: Drawing, crop: bool) -> None:
    """Double the size, put the skip connection beside it, and convolve twice."""
    block = drawing.block("Up", channels=64)
    block.add("skip", "Input", shape=["channels", 128, 128])
    block.add("x", "Input", shape=["channels * 2", 64, 64])
    block.add("up", "ConvTranspose2d", "x", out_channels="channels", kernel_size=2, stride=2)
    skip = block.add("crop", "Crop", "skip", "up") if crop else "skip"
    block.add("concat", "Concat", skip, "up")
    block.add("convs", "Block", "concat", definition="DoubleConv", arguments={"channels": "channels"})
    block.add("y", "Output", "convs")
    block.place(skip=0, x=100)


def _u(drawing: Drawing, widths: tuple[int, ...]) -> str:
    """Down and up again, with a skip connection at each size."""
    source, skips = "image", []
    for level, channels in enumerate(widths, 1):
        arguments = {"channels": channels}
        source = drawing.add(f"down{level}", "Block", source, definition="DoubleConv", arguments=arguments)
        skips.append(source)
        if level < len(widths):
            source = drawing.add(f"pool{level}", "MaxPool2d", source)
    for level in range(len(widths) - 1, 0, -1):
        arguments = {"channels": widths[level - 1]}
        source = drawing.add(
            f"up{level}",
            "Block",
            ports={"skip": skips[level - 1], "x": source},
            definition="Up",
            arguments=arguments,
        )
    return source


def unet() -> Document:
    drawing = Drawing(
        "U-Net",
        "Ronneberger, Fischer and Brox 2015, as in the paper: convolutions without padding, so that every skip "
        "connection is cropped to the middle; 572x572 pixels give 388x388 of two classes.",
        data="made:cells",
        batch_size=2,
    )
    _double(drawing, padding=0, norm=False)
    _up(drawing, crop=True)
    drawing.add("image", "Input", shape=[1, 572, 572])
    last = _u(drawing, (64, 128, 256, 512, 1024))
    drawing.add("scores", "Conv2d", last, out_channels=2, kernel_size=1)
    drawing.add("logits", "Output", "scores")
    drawing.add("mask", "Target", shape=[388, 388])
    drawing.add("cross_entropy", "CrossEntropy", "scores", "mask")
    return drawing.finish()


def unet_small() -> Document:
    drawing = Drawing(
        "Small U-Net",
        "A padded U-Net (after Ronneberger et al. 2015) with batch norm that finds circles, squares and triangles in "
        "noise, pixel by pixel. Any height and width that are multiples of 8 will do.",
        data="made:segments",
        epochs=6,
        batch_size=32,
        learning_rate=0.003,
    )
    _double(drawing, padding=1, norm=True)
    _up(drawing, crop=False)
    drawing.add("image", "Input", shape=[1, "8*h", "8*w"])
    last = _u(drawing, (8, 16, 32, 64))
    drawing.add("scores", "Conv2d", last, out_channels=4, kernel_size=1)
    drawing.add("logits", "Output", "scores")
    drawing.add("mask", "Target", shape=["8*h", "8*w"])
    drawing.add("cross_entropy", "CrossEntropy", "scores", "mask")
    return drawing.finish()


EXAMPLES = {"unet": unet, "unet_small": unet_small}
