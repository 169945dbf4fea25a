"""Reads a journal back: the document as its last whole line left it.

A journal is as little trusted as a drawing. What is built from it is a file's text, and read as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from graph.document import Document
from graph.errors import FileError
from graph.storage.atomic import reason
from graph.storage.journal import VERSION
from graph.storage.loom import MAX_BYTES, loads

MAX_JOURNAL = 8 * MAX_BYTES
T = TypeVar("T")


class _Head(msgspec.Struct):
    journal: int
    base: str
    path: str = ""
    known: str = ""
    steps: int = 0
    depth: int = -1


class _Entry(msgspec.Struct):
    depth: int
    settings: dict[str, Any] = {}
    blocks: dict[str, dict[str, Any] | None] = {}
    nodes: dict[str, dict[str, dict[str, Any] | None]] = {}
    places: dict[str, dict[str, list[float]]] = {}
    frames: dict[str, list[dict[str, Any]]] = {}


@dataclass(frozen=True)
class Journal:
    """What a journal says: ``steps`` since the file was read or saved, ``whole`` if no line in it was damaged."""

    path: Path | None
    known: str
    steps: int
    whole: bool
    content: bytes

    @property
    def name(self) -> str:
        """What the document is called: its file's name, or its own where it has none yet."""
        return self.path.name if self.path else str(json.loads(self.content).get("name", "Untitled"))

    def document(self) -> Document:
        """The document, which no file holds yet.

        Raises:
            FileError: what the journal holds is not a valid document.
        """
        document = loads(self.content)
        document.mark_unsaved()
        return document


def read_journal(path: Path) -> Journal:
    """Read a journal up to its last whole line.

    Raises:
        FileError: it cannot be read, or does not even say what the document was at first.
    """
    try:
        if path.stat().st_size > MAX_JOURNAL:
            raise FileError(f"The unsaved work in {path} is larger than {MAX_JOURNAL // 2**20} MiB.")
        first, *rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise FileError(f"The unsaved work in {path} cannot be read: {reason(error)}.") from None
    try:
        head = _decode(first, _Head)
        drawing = _Drawing(head.base)
    except _UNREADABLE:
        raise FileError(f"The unsaved work in {path} is damaged from its beginning.") from None
    if head.journal != VERSION:
        raise FileError(f"The unsaved work in {path} is of another version of Layerloom.")
    steps, whole = _replay(drawing, rest, head.steps, head.depth)
    return Journal(Path(head.path) if head.path else None, head.known, steps, whole, drawing.content())


_UNREADABLE = (ValueError, msgspec.ValidationError, RecursionError, TypeError, KeyError, AttributeError)


def _replay(drawing: _Drawing, lines: list[bytes], steps: int, depth: int) -> tuple[int, bool]:
    for entry in _entries(lines):
        if entry is None or not drawing.apply(entry):
            return steps, False
        steps += entry.depth != depth  # an edit that extends the step before is none of its own
        depth = entry.depth
    return steps, True


def _entries(lines: list[bytes]) -> Iterator[_Entry | None]:
    """What the lines say, nothing for the first that is damaged; behind the last end of line nothing was finished."""
    for line in lines[:-1]:
        try:
            yield _decode(line, _Entry)
        except _UNREADABLE:
            yield None
            return


def _decode(line: bytes, kind: type[T]) -> T:
    return msgspec.convert(json.loads(line), kind)


class _Drawing:
    """A file's content with the nodes by name, to be changed a row at a time."""

    def __init__(self, base: str) -> None:
        content: dict[str, Any] = json.loads(base.removeprefix("\ufeff"))
        self._head = {key: value for key, value in content.items() if key not in ("nodes", "blocks", "frames")}
        blocks = content.get("blocks", {})
        self._parameters = {name: block.get("parameters", {}) for name, block in blocks.items()}
        self._nodes = {name: _by_name(block) for name, block in blocks.items()}
        self._nodes[""] = _by_name(content)
        self._frames = {name: block.get("frames", []) for name, block in [*blocks.items(), ("", content)]}

    def apply(self, entry: _Entry) -> bool:
        """Take up what an edit left behind; not if it moves nodes that are not there."""
        moved = [(graph, name) for graph, places in entry.places.items() for name in places]
        if not all(isinstance(self._nodes.get(graph, {}).get(name), dict) for graph, name in moved):
            return False
        self._head.update(entry.settings)
        for name, parameters in entry.blocks.items():
            if parameters is None:
                self._parameters.pop(name, None)
                self._nodes.pop(name, None)
                self._frames.pop(name, None)
            else:
                self._parameters[name] = parameters
                self._nodes.setdefault(name, {})
        for graph, rows in entry.nodes.items():
            nodes = self._nodes.setdefault(graph, {})
            for name, row in rows.items():
                if row is None:
                    nodes.pop(name, None)
                else:
                    nodes[name] = row
        for graph, places in entry.places.items():
            for name, at in places.items():
                self._nodes[graph][name]["at"] = at
        self._frames.update(entry.frames)
        return True

    def content(self) -> bytes:
        """The file's text."""
        blocks = {
            name: {
                "parameters": parameters,
                "frames": self._frames.get(name, []),
                "nodes": list(self._nodes[name].values()),
            }
            for name, parameters in self._parameters.items()
        }
        frames, nodes = self._frames.get("", []), list(self._nodes[""].values())
        whole = {**self._head, "blocks": blocks, "frames": frames, "nodes": nodes}
        return json.dumps(whole, ensure_ascii=False).encode(errors="replace")


def _by_name(content: dict[str, Any]) -> dict[str, Any]:
    return {row["name"]: row for row in content.get("nodes", [])}
