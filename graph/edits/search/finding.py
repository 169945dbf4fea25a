"""Nodes found by a few letters of their name, their kind or a parameter."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graph.document import Document
from graph.edits.search.fuzzy import rank
from graph.fields import fields_of
from graph.layer import Layer
from graph.layers.block import BlockLayer
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
        for name in drawing.order():
            node = drawing.node(name)
            how = rank(text, name, (node.kind, *_parameters(node)))
            if how is not None:
                found.append(((key != graph, how), Found(key, name, f"{node.kind} {node.summary()}".strip())))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _parameters(node: Node) -> tuple[str, ...]:
    """What it is set to, defaults included, as it would be typed: ``kernel_size=5``, ``padding=same``."""
    # Blocks look at their definitions, so equal ones may differ; they are also few.
    written = _written.__wrapped__(node.layer) if isinstance(node.layer, BlockLayer) else _written(node.layer)
    condition = (f"when={node.when}",) if node.when else ()
    return (*written, *(f"{key}={_text(text)}" for key, text in node.expressions.items()), *condition)


@lru_cache(maxsize=4096)
def _written(layer: Layer) -> tuple[str, ...]:
    return tuple(f"{field}={_text(getattr(layer, field))}" for field in fields_of(type(layer)))


def _text(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
