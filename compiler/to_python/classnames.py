"""What the classes of a drawing are called: after the model and its blocks, no two alike."""

from __future__ import annotations

from graph.document import Document
from graph.names import free_name, identifier

IMPORTED = "F"


def class_names(document: Document) -> dict[str, str]:
    """A class name for every block, by its name, and for the model itself under ""."""
    names: dict[str, str] = {}
    taken = {IMPORTED}
    for block in sorted(document.definitions):
        names[block] = _free(identifier(block, "Block"), taken)
        taken.add(names[block])
    model = identifier(document.name)
    names[""] = _free(f"{model}Model" if model in taken else model, taken)
    return names


def _free(name: str, taken: set[str]) -> str:
    return free_name(name, taken, 2) if name in taken else name
