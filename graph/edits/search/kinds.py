"""What is offered to be added, told as text: a kind of layer, or the use of a block."""

from __future__ import annotations

from pathlib import Path

from graph.catalog import catalog
from graph.edits import blocks
from graph.edits.shelf import library
from graph.layer import Layer


def class_of(kind: str) -> type[Layer]:
    """The layer class of something that is offered."""
    return catalog()[kind.partition(blocks.USES)[0]]


def label_of(kind: str) -> str:
    """What something that is offered is called: a block by its own name."""
    name = kind.partition(blocks.USES)[2]
    return Path(name).stem if library.is_file(name) else name or kind


def is_kept(kind: str) -> bool:
    """Whether something that is offered is a block kept as a file."""
    return library.is_file(kind.partition(blocks.USES)[2])
