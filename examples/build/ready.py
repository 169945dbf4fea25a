"""The blocks of the library: each a drawing of one node, to be used in any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graph.builder.sheet import Block, Drawing, Value
from graph.document import Document


@contextmanager
def _shelved(made: list[Document], name: str, notes: str, **parameters: int) -> Iterator[Block]:
    """A block to be filled; the drawing that uses it comes out in ``made``."""
    drawing = Drawing(name, notes)
    with drawing.block(name, **parameters) as block:
        yield block
    document = drawing.document
    with document.edit("Use"):
        document.model.add("Block", {"definition": name})
    document.forget_history()
    made.append(document)


def _unit(x: Value, channels: int | str, kernel: int = 3, *, relu: bool = True) -> Value:
    """A convolution that keeps the size, batch norm, and ReLU."""
    x = x.conv2d(channels, kernel, padding=kernel // 2, bias=False).batchnorm2d()
    return x.relu() if relu else x


def residual() -> Document:
    made: list[Document] = []
    notes = "Two 3x3 convolutions and the way around them, added and rectified (He et al. 2015)."
    with _shelved(made, "Residual", notes, channels=32) as b:
        x = b.input("channels", 32, 32, name="x")
        y = _unit(_unit(x, "channels"), "channels", relu=False)
        b.output(b.add(y, x).relu(), name="out")
    return made[0]


def bottleneck() -> Document:
    made: list[Document] = []
    notes = "1x1, 3x3 and 1x1 convolutions, a quarter as wide in the middle, and the way around (He et al. 2015)."
    with _shelved(made, "Bottleneck", notes, channels=64) as b:
        x = b.input("channels", 32, 32, name="x")
        y = _unit(_unit(x, "channels // 4", 1), "channels // 4")
        b.output(b.add(_unit(y, "channels", 1, relu=False), x).relu(), name="out")
    return made[0]


def inception() -> Document:
    made: list[Document] = []
    notes = "Windows of 1, 3 and 5 and a pooling side by side, each a quarter of the channels (Szegedy et al. 2014)."
    with _shelved(made, "Inception", notes, channels=64) as b:
        x = b.input("channels", 32, 32, name="x")
        quarter = "channels // 4"
        three = _unit(_unit(x, quarter, 1), quarter, 3)
        five = _unit(_unit(x, quarter, 1), quarter, 5)
        pooled = _unit(x.maxpool2d(3, stride=1, padding=1), quarter, 1)
        b.output(b.concat(_unit(x, quarter, 1), three, five, pooled), name="out")
    return made[0]


def encoder() -> Document:
    made: list[Document] = []
    notes = "A step down: two convolutions for the way across, then half the size (Ronneberger et al. 2015)."
    with _shelved(made, "Encoder", notes, channels=32) as b:
        x = b.input(16, 32, 32, name="x")
        y = _unit(_unit(x, "channels"), "channels")
        b.output(y, name="across")
        b.output(y.maxpool2d(2), name="down")
    return made[0]


def decoder() -> Document:
    made: list[Document] = []
    notes = "A step up: twice the size, joined with what comes across, two convolutions (Ronneberger et al. 2015)."
    with _shelved(made, "Decoder", notes, channels=32) as b:
        x = b.input("channels * 2", 16, 16, name="x")
        across = b.input("channels", 32, 32, name="across")
        y = b.concat(across, x.convtranspose2d("channels", 2, stride=2))
        b.output(_unit(_unit(y, "channels"), "channels"), name="out")
    return made[0]


def squeeze_excite() -> Document:
    made: list[Document] = []
    notes = "Each channel weighed by what all of them are on average (Hu et al. 2018)."
    with _shelved(made, "SqueezeExcite", notes, channels=32) as b:
        x = b.input("channels", 32, 32, name="x")
        y = x.adaptiveavgpool2d(1).conv2d("channels // 4", 1).relu().conv2d("channels", 1).sigmoid()
        b.output(b.multiply(x, y), name="out")
    return made[0]


def attention() -> Document:
    made: list[Document] = []
    notes = "Attention and a wide layer for each element, both normalized before and added after (Vaswani et al. 2017)."
    with _shelved(made, "Attention", notes, width=64, heads=4) as b:
        x = b.input("T", "width", name="x")
        x = b.add(x, x.layernorm().multiheadattention(num_heads="heads"))
        y = x.layernorm().linear("width * 4").gelu().linear("width")
        b.output(b.add(x, y), name="out")
    return made[0]


def gated_cell() -> Document:
    made: list[Document] = []
    notes = "A recurrent cell with one gate, for a Scan: h' = h + z (n - h) (Zhou et al. 2016)."
    with _shelved(made, "GatedCell", notes, size=32) as b:
        x = b.input("size", name="x")
        h = b.input("size", name="h")
        gate = b.concat(x, h, name="pair").linear("size", name="w_gate").sigmoid(name="gate")
        seen = b.concat(x, b.multiply(gate, h), name="seen")
        new = seen.linear("size", name="w_new").tanh(name="new")
        b.output(b.add(h, b.multiply(gate, b.subtract(new, h))), name="next_h")
    return made[0]


BLOCKS: dict[str, Callable[[], Document]] = {
    "Residual": residual,
    "Bottleneck": bottleneck,
    "Inception": inception,
    "Encoder": encoder,
    "Decoder": decoder,
    "SqueezeExcite": squeeze_excite,
    "Attention": attention,
    "GatedCell": gated_cell,
}
