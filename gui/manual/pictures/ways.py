"""Pictures of how values go: recurrent steps side by side, skips and gates, attention, and a layer with its shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

from graph.manual.layerpage import SCALAR
from gui.manual.pictures.board import Board

STEPS = ("x₁", "x₂", "x₃")
# What a step of each recurrent layer does inside, in its order.
GATES: Mapping[str, tuple[str, ...]] = {
    "rnn": ("tanh",),
    "gru": ("σ  reset", "σ  keep", "tanh  new"),
    "scan": ("your block",),
    "lstm": ("σ  take in", "σ  keep", "tanh  new", "σ  give out"),
}


class Node(NamedTuple):
    """A box of a diagram by its middle; a ``plain`` one is a value."""

    text: str
    x: float
    y: float
    plain: bool = False
    width: float = 104.0


class Diagram(NamedTuple):
    """Boxes by name, and arrows between them; one with corners goes by those points."""

    size: tuple[float, float]
    nodes: Mapping[str, Node]
    arrows: Sequence[tuple[str, str] | tuple[str, str, tuple[tuple[float, float], ...]]]


HIGH = 30.0
DIAGRAMS: Mapping[str, Diagram] = {
    "skip": Diagram(
        (520, 112),
        {
            "x": Node("x", 36, 78, plain=True, width=44),
            "f": Node("convolutions", 214, 78, width=130),
            "add": Node("+", 372, 78, width=44),
            "y": Node("x + f(x)", 464, 78, plain=True, width=86),
        },
        (("x", "f"), ("f", "add"), ("add", "y"), ("x", "add", ((36, 20), (372, 20)))),
    ),
    "gate": Diagram(
        (520, 112),
        {
            "x": Node("x", 36, 78, plain=True, width=44),
            "g": Node("gate, 0 to 1", 204, 20, width=120),
            "mul": Node("×", 372, 78, width=44),
            "y": Node("gated x", 464, 78, plain=True, width=86),
        },
        (("x", "mul"), ("x", "g", ((36, 20),)), ("g", "mul", ((372, 20),)), ("mul", "y")),
    ),
    "concat": Diagram(
        (520, 132),
        {
            "a": Node("(N, 16, H, W)", 76, 26, plain=True, width=124),
            "b": Node("(N, 32, H, W)", 76, 98, plain=True, width=124),
            "cat": Node("side by side", 254, 62, width=116),
            "y": Node("(N, 48, H, W)", 430, 62, plain=True, width=124),
        },
        (("a", "cat", ((254, 26),)), ("b", "cat", ((254, 98),)), ("cat", "y")),
    ),
    "block": Diagram(
        (560, 60),
        {
            "x": Node("x", 28, 30, plain=True, width=40),
            "a": Node("convolution", 144, 30),
            "b": Node("norm", 278, 30, width=76),
            "c": Node("activation", 404, 30),
            "y": Node("y", 520, 30, plain=True, width=40),
        },
        (("x", "a"), ("a", "b"), ("b", "c"), ("c", "y")),
    ),
    "encoder": Diagram(
        (660, 126),
        {
            "x": Node("x", 30, 78, plain=True, width=40),
            "att": Node("attention", 136, 78),
            "add1": Node("+ norm", 258, 78, width=76),
            "ff": Node("feed forward", 388, 78, width=116),
            "add2": Node("+ norm", 520, 78, width=76),
            "y": Node("y", 620, 78, plain=True, width=40),
        },
        (
            *(("x", "att"), ("att", "add1"), ("add1", "ff"), ("ff", "add2"), ("add2", "y")),
            ("x", "add1", ((30, 20), (258, 20))),
            ("add1", "add2", ((258, 116), (520, 116))),
        ),
    ),
    "decoder": Diagram(
        (690, 156),
        {
            "x": Node("x", 28, 78, plain=True, width=36),
            "own": Node("own, masked", 122, 78, width=106),
            "add1": Node("+ norm", 230, 78, width=70),
            "m": Node("memory", 334, 134, plain=True, width=86),
            "att": Node("attention", 334, 78, width=92),
            "add2": Node("+ norm", 434, 78, width=70),
            "ff": Node("feed forward", 542, 78, width=106),
            "add3": Node("+ norm", 644, 78, width=70),
        },
        (
            *(("x", "own"), ("own", "add1"), ("add1", "att"), ("att", "add2"), ("add2", "ff"), ("ff", "add3")),
            ("m", "att"),
            ("x", "add1", ((28, 30), (230, 30))),
            ("add1", "add2", ((230, 14), (434, 14))),
            ("add2", "add3", ((434, 30), (644, 30))),
        ),
    ),
    "transformer": Diagram(
        (560, 132),
        {
            "src": Node("src", 40, 26, plain=True, width=60),
            "enc": Node("encoder layers", 196, 26, width=136),
            "tgt": Node("tgt", 40, 104, plain=True, width=60),
            "dec": Node("decoder layers", 364, 104, width=136),
            "y": Node("y", 510, 104, plain=True, width=50),
        },
        (("src", "enc"), ("enc", "dec", ((364, 26),)), ("tgt", "dec"), ("dec", "y")),
    ),
    "attention": Diagram(
        (664, 152),
        {
            "q": Node("queries", 50, 26, plain=True, width=84),
            "k": Node("keys", 50, 78, plain=True, width=84),
            "v": Node("values", 50, 130, plain=True, width=84),
            "dot": Node("Q Kᵀ / √d", 190, 52, width=104),
            "mask": Node("+ mask", 314, 52, width=84),
            "soft": Node("softmax", 428, 52, width=88),
            "mix": Node("weighted mean", 540, 130, width=128),
            "y": Node("y", 636, 130, plain=True, width=36),
        },
        (
            *(("q", "dot", ((190, 26),)), ("k", "dot", ((190, 78),)), ("dot", "mask"), ("mask", "soft")),
            *(("soft", "mix", ((540, 52),)), ("v", "mix"), ("mix", "y")),
        ),
    ),
}


def draw_diagram(board: Board, name: str) -> None:
    """Boxes, with arrows from edge to edge."""
    diagram = DIAGRAMS[name]
    for begin, end, *corners in diagram.arrows:
        points = [QPointF(*corner) for corner in (corners[0] if corners else ())]
        first, last = diagram.nodes[begin], diagram.nodes[end]
        start = _edge(first, points[0] if points else QPointF(last.x, last.y))
        stop = _edge(last, points[-1] if points else QPointF(first.x, first.y))
        board.arrow(start, *points, stop)
    for node in diagram.nodes.values():
        board.box(QRectF(node.x - node.width / 2, node.y - HIGH / 2, node.width, HIGH), node.text, plain=node.plain)


def _edge(node: Node, towards: QPointF) -> QPointF:
    """Where a line from a box's middle leaves it."""
    across, down = towards.x() - node.x, towards.y() - node.y
    if abs(across) * HIGH > abs(down) * node.width:
        return QPointF(node.x + node.width / 2 * (1 if across > 0 else -1), node.y)
    return QPointF(node.x, node.y + HIGH / 2 * (1 if down > 0 else -1))


def unrolled_size(name: str) -> tuple[float, float]:
    """How much a recurrent layer's picture takes."""
    return 640, 108 + 22 * len(GATES[name])


def draw_unrolled(board: Board, name: str) -> None:
    """Three steps side by side: the same weights, the state handed on."""
    _steps(board, name, STEPS, ("h₀", "h₁", "h₂", "h₃"), ("c₀", "c₁", "c₂", "c₃"))


def draw_cell(board: Board, name: str) -> None:
    """One step."""
    _steps(board, name, ("x",), ("h", "h′"), ("c", "c′"))


def _steps(board: Board, name: str, inputs: Sequence[str], states: Sequence[str], memories: Sequence[str]) -> None:
    wide, gap, top = 124.0, 66.0, 40.0
    high = 16 + 22.0 * len(GATES[name])
    lines = [(memories, 0.3), (states, 0.72)] if name == "lstm" else [(states, 0.5)]
    for index, given in enumerate(inputs):
        left = gap + index * (wide + gap)
        middle = left + wide / 2
        board.arrow(QPointF(middle, top + high + 32), QPointF(middle, top + high))
        board.words(QRectF(middle - 30, top + high + 32, 60, 20), given, size="large")
        board.arrow(QPointF(middle, top), QPointF(middle, 20))
        board.words(QRectF(middle - 30, 0, 60, 20), states[index + 1], size="large")
        board.box(QRectF(left, top, wide, high), "")
        for row, gate in enumerate(GATES[name]):
            board.words(QRectF(left, top + 8 + 22 * row, wide, 22), gate)
    for place in range(len(inputs) + 1):
        begin = place * (wide + gap)
        for texts, share in lines:
            y = top + share * high
            board.arrow(QPointF(begin + (14 if place == 0 else 0), y), QPointF(begin + gap, y))
            board.words(QRectF(begin, y - 22, gap, 20), texts[place])


def shapes_size(inputs: Sequence[str], outputs: Sequence[str]) -> tuple[float, float]:
    """How much a layer with its shapes takes."""
    return 640, 20 + 38.0 * max(len(inputs), len(outputs), 1)


def draw_shapes(board: Board, kind: str, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """A layer between what it takes and what it gives."""
    high = shapes_size(inputs, outputs)[1]
    middle, wide = high / 2, max(120.0, 12.0 + 8.4 * len(kind))
    left = 230.0 if inputs else 10.0
    for index, text in enumerate(inputs):
        y = middle + 38 * (index - (len(inputs) - 1) / 2)
        board.box(QRectF(4, y - HIGH / 2, 176, HIGH), text, plain=True)
        board.arrow(QPointF(180, y), QPointF(205, y), QPointF(left - 8, middle), QPointF(left, middle))
    for index, text in enumerate(outputs):
        y = middle + 38 * (index - (len(outputs) - 1) / 2)
        begin = left + wide
        board.arrow(QPointF(begin, middle), QPointF(begin + 8, middle), QPointF(begin + 28, y), QPointF(begin + 44, y))
        board.box(QRectF(begin + 44, y - HIGH / 2, 176, HIGH), "one number" if text == SCALAR else text, plain=True)
    board.box(QRectF(left, middle - HIGH / 2, wide, HIGH), kind)
