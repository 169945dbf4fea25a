"""The parameters and ports of a block: their order, and ports added and taken away; each function is one undo step.

A block's ports are its Input and Output nodes from top to bottom, so that an order is places changed.
"""

from __future__ import annotations

from typing import Literal

from graph.document import Document
from graph.layers.io import Input, Output
from graph.modelgraph import ModelGraph
from graph.names import free_name

End = Literal["input", "output"]
ROW, COLUMN = 120.0, 220.0
_STEMS: dict[End, str] = {"input": "x", "output": "out"}


def move_parameter(document: Document, block: str, name: str, by: int) -> None:
    """Move a parameter of a block up or down among the others; it stops at the ends."""
    parameters = document.definitions[block].parameters
    order = _moved(list(parameters), name, by)
    if order != list(parameters):
        with document.edit(f"Move {name} of {block}"):
            document.set_block(block, {key: parameters[key] for key in order})


def move_port(document: Document, block: str, name: str, by: int) -> None:
    """Move a port of a block up or down among those of its side, by exchanging places on the canvas."""
    drawing = document.graphs[block]
    end: End = "input" if drawing.node(name).layer.role == "input" else "output"
    before = list(drawing.ends(end))
    order = _moved(before, name, by)
    if order == before:
        return
    places = [(drawing.node(port).x, drawing.node(port).y) for port in before]
    with document.edit(f"Move {name} of {block}"):
        drawing.move(dict(zip(order, places, strict=True)))
        if list(drawing.ends(end)) != order:  # two of them stood at one height
            top = min(y for _, y in places)
            drawing.move({port: (places[row][0], top + ROW * row) for row, port in enumerate(order)})


def add_port(document: Document, block: str, end: End) -> str:
    """Add an Input or an Output below the last one of a block; its name."""
    drawing = document.graphs[block]
    with document.edit(f"Add an {end} to {block}"):
        layer = Input() if end == "input" else Output()
        name = _STEMS[end] if _STEMS[end] not in drawing.nodes else free_name(_STEMS[end], drawing.nodes)
        return drawing.add(layer, name=name, at=_below(drawing, end))


def remove_port(document: Document, block: str, name: str) -> None:
    """Take a port of a block away, with its wires here and where the block is used."""
    with document.edit(f"Remove {name} from {block}"):
        document.graphs[block].remove([name])


def _moved(names: list[str], name: str, by: int) -> list[str]:
    at = names.index(name)
    rest = names[:at] + names[at + 1 :]
    to = min(max(at + by, 0), len(rest))
    return [*rest[:to], name, *rest[to:]]


def _below(drawing: ModelGraph, end: End) -> tuple[float, float]:
    nodes = [drawing.node(name) for name in drawing.ends(end)]
    if nodes:
        return nodes[-1].x, max(node.y for node in nodes) + ROW
    xs = [node.x for node in drawing.nodes.values()] or [0.0]
    return (min(xs) - COLUMN if end == "input" else max(xs) + COLUMN), 0.0
