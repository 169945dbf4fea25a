"""Wires as things of their own: moved to another output, and deleted along with nodes; each is one undo step."""

from __future__ import annotations

from collections.abc import Sequence

from graph.document import Document
from graph.edits import nodes
from graph.records import Wire


def move_wires(document: Document, key: str, wires: Sequence[Wire], source: str, port: str) -> None:
    """Have wires come from another output.

    Raises:
        DocumentError: there is no such output, or a wire would close a cycle; all of them stay.
    """
    moved = [wire for wire in wires if (wire.source, wire.source_port) != (source, port)]
    if not moved:
        return
    many = f"{len(moved)} wires" if len(moved) > 1 else f"the wire of {moved[0].target}"
    with document.edit(f"Move {many} to {source}"):
        for wire in moved:
            document.graphs[key].connect(source, wire.target, wire.target_port, port)


def delete(document: Document, key: str, names: list[str], wires: list[Wire], *, heal: bool) -> None:
    """Remove nodes and wires; with ``heal``, join the neighbours of nodes with one wire in."""
    if not names:
        nodes.disconnect(document, key, wires)
        return
    with document.edit(nodes.counted("Delete", names)):
        nodes.disconnect(document, key, wires)
        nodes.delete(document, key, names, heal=heal)
