"""Nodes found by a few letters of their name, their kind or a parameter."""

from __future__ import annotations

from typing import NamedTuple

from graph.document import Document
from graph.edits.search.fuzzy import rank
from graph.fields import parameters_of
from graph.records import Node


class Found(NamedTuple):
    """A node, in which graph: "" for the model; and what it is, in one line."""

    graph: str
    name: str
    text: str


def find(document: Document, text: str, graph: str = "") -> list[Found]:
    """The nodes that every word of the text fits, the closest first; those of ``graph`` before those elsewhere."""
    if not text.split():
        return []
    found: list[tuple[tuple[bool, int], Found]] = []
    for key, drawing in document.graphs.items():
        for name in drawing.reading_order():
            node = drawing.node(name)
            how = rank(text, name, (node.kind, *_parameters(node)))
            if how is not None:
                found.append(((key != graph, how), Found(key, name, f"{node.kind} {node.summary()}".strip())))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _parameters(node: Node) -> list[str]:
    """What is set, as it would be typed: ``kernel_size=5``, ``3x3``."""
    values = {**parameters_of(node.layer), **node.expressions}
    return [f"{key}={_written(value)}" for key, value in values.items()]


def _written(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
