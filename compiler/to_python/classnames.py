"""What the classes of a drawing are called: after the model and its blocks, no two alike."""

from __future__ import annotations

from graph.document import Document
from graph.names import free_or_numbered, identifier

IMPORTED = "F"


def class_names(document: Document) -> dict[str, str]:
    """A class name for every block, by its name, and for the model itself under ""."""
    names: dict[str, str] = {}
    taken = {IMPORTED}
    for block in sorted(document.definitions):
        names[block] = free_or_numbered(identifier(block, "Block"), taken)
        taken.add(names[block])
    model = identifier(document.name)
    names[""] = free_or_numbered(f"{model}Model" if model in taken else model, taken)
    return names
