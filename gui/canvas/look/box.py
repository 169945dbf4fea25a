"""What a node shows and where: its size, its lines of text and the places of its ports.

Everything is in canvas units and relative to the node's centre; nothing here is painted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Literal, NamedTuple

from graph.document import Document
from graph.records import Node, Problem
from graph.tensor import TensorType
from gui.canvas.look.fonts import Role, elided, metrics, text_width
from gui.canvas.look.heading import Heading, Mark, heading_of, summary_of

HEADER = 28
STRIP = 3.5
ROW = 20
LINE = 18
PAD = 12
EDGE = 8
MIN_WIDTH, MAX_WIDTH, WIDTH_STEP = 140, 320, 20
PORT_RADIUS = 5.0
NO_SHAPE = "?"

Look = Literal["layer", "block", "stack", "bypassed"]


class Text(NamedTuple):
    """A line of text; ``x`` and ``y`` are its top left corner."""

    text: str
    role: Role
    x: float
    y: float


class Body(NamedTuple):
    """What two nodes must have in common to look the same but for their texts.

    ``inputs`` and ``outputs`` are the heights of the ports; ``marks`` stand in the header, left of the pill around
    the count of a block in sequence, which is ``pill`` wide.
    """

    width: int
    height: int
    inputs: tuple[float, ...]
    outputs: tuple[float, ...]
    category: str
    severity: str
    look: Look = "layer"
    marks: tuple[Mark, ...] = ()
    pill: float = 0.0


class Box(NamedTuple):
    """A node as it is drawn."""

    body: Body
    texts: tuple[Text, ...]
    name: str
    inputs: dict[str, float]
    outputs: dict[str, float]
    message: str

    def port_at(self, port: str, output: bool) -> tuple[float, float]:
        """Where a port is; one that is no longer there is taken to be in the middle of its edge."""
        half = self.body.width / 2
        return (half, self.outputs.get(port, 0.0)) if output else (-half, self.inputs.get(port, 0.0))


def width_in(document: Document, graph: str) -> Callable[[str], float]:
    """How wide the nodes of a graph are drawn, by name, as the graph is when that is asked."""
    size = size_in(document, graph)
    return lambda name: size(name)[0]


def size_in(document: Document, graph: str) -> Callable[[str], tuple[float, float]]:
    """How wide and how high the nodes of a graph are drawn, by name, as the graph is when that is asked."""
    drawing = document.graphs[graph]

    def size(name: str) -> tuple[float, float]:
        types, problems = document.types(graph), document.problems(graph)
        body = box_of(drawing.node(name), drawing.open_ports(name), types.get(name), problems.get(name)).body
        return body.width, body.height

    return size


def box_of(
    node: Node,
    ports: Sequence[str],
    types: tuple[TensorType, ...] | None,
    problem: Problem | None,
    *,
    patient: bool = False,
) -> Box:
    """The box of a node with these input ports, output types and, if it has one, problem.

    ``patient`` is said of a drawing that is being drawn: what is pending in it is neither wrong nor unwise yet.
    """
    severity = "" if problem is None else "pending" if patient and problem.pending else problem.severity
    if node.collapsed:
        return _collapsed_box(node, ports, problem, severity)
    inputs, outputs = list(ports), list(node.layer.output_names())
    left = inputs if len(inputs) > 1 else []
    right = _output_labels(outputs, types) if len(outputs) > 1 else []
    rows = max(len(left), len(right))
    summary = summary_of(node)
    lines: list[tuple[str, Role]] = [(summary, "summary")] if summary else []
    shape = "" if node.layer.role == "objective" or right else str(types[0]) if types else NO_SHAPE
    if shape and rows:
        # Between port names there is room for it beside the port itself.
        right = [shape]
    elif shape:
        lines.append((shape, "shape"))
    head = heading_of(node)
    width = _width(head, lines, left, right)
    height = HEADER + EDGE + (rows * ROW + EDGE if rows else 0) + (len(lines) * LINE + EDGE if lines else 0)
    first = -height / 2 + HEADER + EDGE + ROW / 2
    places = _places(inputs, first, rows), _places(outputs, first, rows)
    texts = [*_header(head, width, height), *_lines(lines, width, height), *_labels(left, right, places, width)]
    category = (node.bypassed or node.layer).category
    return Box(
        Body(
            width,
            height,
            tuple(places[0]),
            tuple(places[1]),
            category,
            severity,
            _look(node, head),
            head.marks,
            head.pill,
        ),
        tuple(texts),
        node.name,
        dict(zip(inputs, places[0], strict=True)),
        dict(zip(outputs, places[1], strict=True)),
        problem.message if problem else "",
    )


def _collapsed_box(node: Node, ports: Sequence[str], problem: Problem | None, severity: str) -> Box:
    """The header alone; wires lead to the middles of its sides."""
    head, outputs = heading_of(node), node.layer.output_names()
    width = _width(head, [], [], [])
    category = (node.bypassed or node.layer).category
    return Box(
        Body(
            width,
            HEADER,
            (0.0,) if ports else (),
            (0.0,) if outputs else (),
            category,
            severity,
            _look(node, head),
            head.marks,
            head.pill,
        ),
        tuple(_header(head, width, HEADER)),
        node.name,
        dict.fromkeys(ports, 0.0),
        dict.fromkeys(outputs, 0.0),
        problem.message if problem else "",
    )


def _look(node: Node, head: Heading) -> Look:
    if node.bypassed is not None:
        return "bypassed"
    return "layer" if node.layer.role != "block" else "stack" if head.times else "block"


def _output_labels(outputs: list[str], types: tuple[TensorType, ...] | None) -> list[str]:
    if types is None or len(types) != len(outputs):
        return outputs
    return [f"{port} {kind}" for port, kind in zip(outputs, types, strict=True)]


def _width(head: Heading, lines: list[tuple[str, Role]], left: list[str], right: list[str]) -> int:
    header = text_width(head.name, "title") + 20 + text_width(head.kind, "kind") + head.tail()
    labels = max((text_width(label, "port") for label in left), default=0.0)
    labels += max((text_width(label, "shape") for label in right), default=0.0)
    widest = max([header, labels + 24, *(text_width(text, role) for text, role in lines)])
    steps = ceil((widest + 2 * PAD) / WIDTH_STEP)
    return min(MAX_WIDTH, max(MIN_WIDTH, steps * WIDTH_STEP))


def _places(ports: list[str], first: float, rows: int) -> list[float]:
    """The heights of the ports of one edge: one a row, a lone port in the middle of the rows or of the node."""
    if len(ports) > 1:
        return [first + index * ROW for index in range(len(ports))]
    middle = first + (rows - 1) * ROW / 2 if rows else 0.0
    return [middle] * len(ports)


def _header(head: Heading, width: int, height: int) -> list[Text]:
    left, top = -width / 2 + PAD, -height / 2
    room = width - 2 * PAD - head.tail()
    kind = elided(head.kind, "kind", max(room / 2, room - 12 - text_width(head.name, "title")))
    name = elided(head.name, "title", room - 12 - text_width(kind, "kind"))
    baseline = top + STRIP / 2 + (HEADER - metrics("title").height()) / 2 + metrics("title").ascent()
    right = width / 2 - PAD - head.tail() - text_width(kind, "kind")
    made = [
        Text(name, "title", left, baseline - metrics("title").ascent()),
        Text(kind, "kind", right, baseline - metrics("kind").ascent()),
    ]
    if head.times:
        middle = width / 2 - PAD - head.pill / 2
        across = middle - text_width(head.times, "count") / 2
        made.append(Text(head.times, "count", across, baseline - metrics("count").ascent()))
    return made


def _lines(lines: list[tuple[str, Role]], width: int, height: int) -> list[Text]:
    """Parameters at the left, the shape at the right, where the output leaves."""
    made = []
    for index, (text, role) in enumerate(reversed(lines)):
        text = elided(text, role, width - 2 * PAD)
        top = height / 2 - EDGE - (index + 1) * LINE + (LINE - metrics(role).height()) / 2
        left = width / 2 - PAD - text_width(text, role) if role == "shape" else -width / 2 + PAD
        made.append(Text(text, role, left, top))
    return made[::-1]


def _labels(left: list[str], right: list[str], places: tuple[list[float], list[float]], width: int) -> list[Text]:
    """What stands beside the ports: their names where there are several, the output's shape."""
    made = [
        Text(label, "port", -width / 2 + PAD, y - metrics("port").height() / 2)
        for label, y in zip(left, places[0], strict=False)
    ]
    for label, y in zip(right, places[1], strict=False):
        x = width / 2 - PAD - text_width(label, "shape")
        made.append(Text(label, "shape", x, y - metrics("shape").height() / 2))
    return made
