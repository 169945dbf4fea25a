"""What is offered to be added, told as text: a kind of layer, or the use of a block."""

from __future__ import annotations

from graph.catalog import catalog
from graph.edits import blocks
from graph.layer import Layer


def class_of(kind: str) -> type[Layer]:
    """The layer class of something that is offered."""
    return catalog()[kind.partition(blocks.USES)[0]]


def label_of(kind: str) -> str:
    """What something that is offered is called: a block by its own name."""
    return kind.rpartition(blocks.USES)[2]
