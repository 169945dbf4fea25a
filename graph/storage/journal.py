"""The lines of a journal: what became of a document since it was read or saved, an edit a line.

The first line holds the document's text as it was then. Every other holds what an edit, an undo or a redo left behind:
the rows of the nodes it touched as a file would have them, nothing for those that are gone. So a line costs what the
edit touched and not what is drawn, and reading a journal runs nothing but the reading of a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from graph.document import Document
from graph.modelgraph import ModelGraph
from graph.recipe import flat as recipe
from graph.recipe.sweep.sweep import written_sweep
from graph.records import (
    Change,
    DefinitionChange,
    FramesChange,
    NodeChange,
    ParameterValue,
    RenameChange,
    SettingChange,
    WireChange,
)
from graph.storage.framerows import frame_records
from graph.storage.loom import place, record

VERSION = 1
Drawn = NodeChange | WireChange | RenameChange


def head(base: str, *, path: str = "", known: str = "", steps: int = 0, depth: int = -1) -> bytes:
    """The first line: the document's text, and its file with the fingerprint of what that held then.

    ``steps`` were done before, to the document's ``depth`` if it is not as it was saved.
    """
    return _line({"journal": VERSION, "path": path, "known": known, "steps": steps, "depth": depth, "base": base})


def entry(document: Document, changes: Sequence[Change]) -> bytes:
    """The line for changes that were just carried out."""
    found: dict[str, Any] = {"depth": document.depth}
    settings = {change.key for change in changes if isinstance(change, SettingChange)}
    if settings:
        found["settings"] = {key: _setting(document, key) for key in sorted(settings)}
    blocks = {change.name for change in changes if isinstance(change, DefinitionChange)}
    if blocks:
        found["blocks"] = {name: _block(document, name) for name in sorted(blocks)}
    framed = {change.graph for change in changes if isinstance(change, FramesChange)} & document.graphs.keys()
    if framed:
        found["frames"] = {key: frame_records(document.graphs[key].frames) for key in sorted(framed)}
    drawn = [change for change in changes if isinstance(change, Drawn)]
    for key in sorted({change.graph for change in drawn} & document.graphs.keys()):
        _add_nodes(found, document.graphs[key], [change for change in drawn if change.graph == key])
    return _line(found)


def _add_nodes(found: dict[str, Any], graph: ModelGraph, changes: Sequence[Drawn]) -> None:
    """Say what became of the nodes of a graph; where they are, of those only moved: all may be moved at once."""
    touched = {name for change in changes if not _only_moves(change) for name in _names(graph, change)}
    moved = {change.name for change in changes if isinstance(change, NodeChange)} - touched
    if touched:
        rows = {name: record(graph, graph.nodes[name]) if name in graph.nodes else None for name in sorted(touched)}
        found.setdefault("nodes", {})[graph.key] = rows
    if moved:
        places = {name: place(graph.nodes[name]) for name in sorted(moved)}
        found.setdefault("places", {})[graph.key] = places


def _only_moves(change: Drawn) -> bool:
    """Whether all that a change changes is where a node stands."""
    if not isinstance(change, NodeChange) or change.before is None or change.after is None:
        return False
    before, after = change.before, change.after
    return before.layer is after.layer and msgspec.structs.replace(before, x=after.x, y=after.y) == after


def _names(graph: ModelGraph, change: Drawn) -> Iterator[str]:
    match change:
        case WireChange():
            yield from (wire.target for wire in (change.before, change.after) if wire is not None)
        case NodeChange():
            yield change.name
            # A wire from the first output is written without its name, so other outputs make other rows.
            if change.before and change.after and change.before.layer != change.after.layer:
                yield from _fed(graph, change.name)
        case RenameChange():
            yield from (change.before, change.after)
            yield from _fed(graph, change.after)


def _fed(graph: ModelGraph, name: str) -> list[str]:
    return [wire.target for wire in graph.outgoing(name)] if name in graph.nodes else []


def _setting(document: Document, key: str) -> Any:
    match key:
        case "training":
            return recipe.written(document.training)
        case "sweep":
            return written_sweep(document.sweep)
    return getattr(document, key)


def _block(document: Document, name: str) -> dict[str, ParameterValue] | None:
    return dict(document.definitions[name].parameters) if name in document.definitions else None


def _line(content: dict[str, Any]) -> bytes:
    # In ASCII, so that text no encoding takes comes back as it was.
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"
