"""Wires as things of their own: all of an output moved to another one; one undo step."""

from __future__ import annotations

from collections.abc import Sequence

from graph.document import Document
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
