"""U-Net: a class for every pixel (Ronneberger, Fischer and Brox 2015)."""

from __future__ import annotations

from examples.build.endings import classified
from graph.builder.sheet import Drawing, Value
from graph.document import Document


def _double(d: Drawing, padding: int, norm: bool) -> None:
    """Two 3x3 convolutions with ReLU."""
    with d.block("DoubleConv", channels=64) as b:
        x = b.input("channels", 64, 64, name="x")
        for number in (1, 2):
            x = x.conv2d("channels", padding=padding, bias=not norm, name=f"conv{number}")
            x = x.batchnorm2d(name=f"bn{number}") if norm else x
            x = x.relu(name=f"relu{number}")
        b.output(x, name="y")


def _up(d: Drawing, crop: bool) -> None:
    """Double the size, put the skip connection beside it, and convolve twice."""
    with d.block("Up", channels=64) as b:
        skip, x = b.input("channels", 128, 128, name="skip"), b.input("channels * 2", 64, 64, name="x")
        x = x.convtranspose2d("channels", 2, stride=2, name="up")
        skip = skip.crop(x, name="crop") if crop else skip
        x = b.concat(skip, x, name="concat")
        b.output(b.use("DoubleConv", x, channels="channels", name="convs"), name="y")


def _u(d: Drawing, x: Value, widths: tuple[int, ...]) -> Value:
    """Down and up again, with a skip connection at each size."""
    skips = []
    for level, channels in enumerate(widths, 1):
        x = d.use("DoubleConv", x, channels=channels, name=f"down{level}")
        skips.append(x)
        x = x.maxpool2d(name=f"pool{level}") if level < len(widths) else x
    for level in range(len(widths) - 1, 0, -1):
        x = d.use("Up", skips[level - 1], x, channels=widths[level - 1], name=f"up{level}")
    return x


def unet() -> Document:
    d = Drawing(
        "U-Net",
        "Ronneberger, Fischer and Brox 2015, as in the paper: convolutions without padding, so that every skip "
        "connection is cropped to the middle; 572x572 pixels give 388x388 of two classes.",
        data="made:cells",
        batch_size=2,
    )
    _double(d, padding=0, norm=False)
    _up(d, crop=True)
    x = _u(d, d.input(1, 572, 572, name="image"), (64, 128, 256, 512, 1024))
    return classified(d, x.conv2d(2, 1, name="scores"), 388, 388, target="mask")


def unet_small() -> Document:
    d = Drawing(
        "Small U-Net",
        "A padded U-Net (after Ronneberger et al. 2015) with batch norm that finds circles, squares and triangles in "
        "noise, pixel by pixel. Any height and width that are multiples of 8 will do.",
        data="made:segments",
        epochs=6,
        batch_size=32,
        learning_rate=0.003,
    )
    _double(d, padding=1, norm=True)
    _up(d, crop=False)
    x = _u(d, d.input(1, "8*h", "8*w", name="image"), (8, 16, 32, 64))
    return classified(d, x.conv2d(4, 1, name="scores"), "8*h", "8*w", target="mask")


EXAMPLES = {"unet": unet, "unet_small": unet_small}
