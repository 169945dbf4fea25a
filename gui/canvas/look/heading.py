"""The words and marks of a node's header, and its parameters in one line."""

from __future__ import annotations

from math import ceil
from typing import Literal, NamedTuple

from graph.layers.block import Block, BlockLayer, Scan
from graph.records import Node
from gui.canvas.look.fonts import text_width

MARK, GAP = 15.0, 6.0

Mark = Literal["loop", "link", "lock"]


class Heading(NamedTuple):
    """A name at the left; at the right the kind, marks, and a pill around the count of a block in sequence."""

    name: str
    kind: str
    marks: tuple[Mark, ...]
    times: str
    pill: float

    def tail(self) -> float:
        """How much room marks and pill take."""
        gap = GAP / 2 if self.marks else 0.0
        return gap + len(self.marks) * MARK + (self.pill + GAP if self.pill else 0.0)


def heading_of(node: Node) -> Heading:
    """The header of a node."""
    times = _times(node)
    pill = ceil(text_width(times, "count")) + 2 * GAP if times else 0.0
    return Heading(node.name, _kind(node), _marks(node), times, pill)


def summary_of(node: Node) -> str:
    """The main parameters; the header has said already which block it is and how often."""
    layer = node.layer
    if node.bypassed is not None:
        return node.bypassed.summary()
    if not isinstance(layer, BlockLayer):
        return node.summary()
    parts = [f"{name}={value}" for name, value in layer.arguments.items()]
    if isinstance(layer, Scan):
        parts += [f"{layer.steps} steps"] if layer.steps else []
        parts += ["backwards"] if layer.reverse else []
    return ", ".join(parts)


def _kind(node: Node) -> str:
    """A block is of the kind that its definition makes it; a bypassed node still says what it was."""
    if node.bypassed is not None:
        return f"{type(node.bypassed).__name__}, bypassed"
    return (node.layer.definition if isinstance(node.layer, BlockLayer) else "") or node.kind


def _times(node: Node) -> str:
    """How often a block is used in sequence, if more than once."""
    if not isinstance(node.layer, Block):
        return ""
    times = node.expressions.get("repeat") or str(node.layer.repeat)
    return "" if times == "1" else f"\u00d7{times}"


def _marks(node: Node) -> tuple[Mark, ...]:
    present: dict[Mark, bool] = {
        "loop": isinstance(node.layer, Scan),
        "link": bool(node.shares or node.ties),
        "lock": node.frozen,
    }
    return tuple(mark for mark, there in present.items() if there)
