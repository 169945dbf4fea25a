"""``.loom`` files: JSON, one node a line, only what differs from the defaults, in an order of their own.

A document is data: reading one runs no code. Whatever is wrong with a file is one ``FileError`` that names
the place; the caller's document is untouched.
"""

from __future__ import annotations

import codecs
import json
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Protocol

import msgspec

from graph.document import Document
from graph.errors import FileError, LayerloomError
from graph.fields import fields_of, parameters_of, printable, shorten
from graph.modelgraph import ModelGraph
from graph.names import check_name
from graph.recipe import flat as recipe
from graph.recipe.sweep.sweep import read_sweep, written_sweep
from graph.records import Node
from graph.storage.atomic import reason, write_atomically
from graph.storage.changed import refuse_changed
from graph.storage.framerows import FrameRow, frame_records, frames_of
from graph.storage.numbers import number

VERSION = 2
MAX_BYTES = 64 * 2**20
MAX_NODES = 100_000
MAX_BLOCKS = 1_000
_LONGEST_SENTENCE = 600


class NodeRow(msgspec.Struct, forbid_unknown_fields=True):
    """A node as a file holds it."""

    name: str
    layer: str
    parameters: dict[str, Any] = {}
    inputs: dict[str, str] = {}
    at: tuple[float, float] = (0.0, 0.0)
    frozen: bool = False
    shares: str = ""
    ties: dict[str, str] = {}
    bypassed: bool = False
    when: str = ""
    collapsed: bool = False
    bends: dict[str, list[tuple[float, float]]] = {}
    l1: float | None = None
    l2: float | None = None


class BlockRows(msgspec.Struct, forbid_unknown_fields=True):
    """A block definition as a file holds it."""

    parameters: dict[str, Any] = {}
    nodes: list[NodeRow] = []
    frames: list[FrameRow] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    layerloom: int
    name: str = "Untitled"
    notes: str = ""
    training: dict[str, Any] = {}
    sweep: dict[str, Any] = {}
    blocks: dict[str, BlockRows] = {}
    nodes: list[NodeRow] = []
    frames: list[FrameRow] = []


class _Header(msgspec.Struct):
    layerloom: int | None = None


def load(path: str | Path) -> Document:
    """Read a document.

    Raises:
        FileError: the file cannot be read or is not a valid document.
    """
    return parse(path, read(path))


def read(path: str | Path) -> bytes:
    """What a document's file holds.

    Raises:
        FileError: it cannot be read, or is too large for a document.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise FileError(f"{path} cannot be opened: it is not a file.")
        if path.stat().st_size > MAX_BYTES:
            raise FileError(f"{path} is larger than {MAX_BYTES // 2**20} MiB; that is not a drawing.")
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {reason(error)}.") from None


def parse(path: str | Path, content: bytes) -> Document:
    """The document in what a file holds; ``path`` is for the sentence.

    Raises:
        FileError: it is not a valid document.
    """
    try:
        return loads(content)
    except FileError as error:
        raise FileError(f"{path} cannot be opened: {error}") from None


def loads(text: str | bytes) -> Document:
    """The document in a file's text.

    Raises:
        FileError: the text is not a valid document.
    """
    content = _decode(text)
    count = len(content.nodes) + sum(len(block.nodes) + 1 for block in content.blocks.values())
    if count > MAX_NODES:
        raise FileError(f"it has {count} nodes; at most {MAX_NODES} are allowed.")
    if len(content.blocks) > MAX_BLOCKS:
        raise FileError(f"it has {len(content.blocks)} blocks; at most {MAX_BLOCKS} are allowed.")
    document = Document()
    try:
        with document.edit("Open"):
            document.set_setting("name", content.name)
            document.set_setting("notes", content.notes)
            document.set_setting("training", recipe.read(content.training))
            document.set_setting("sweep", read_sweep(content.sweep))
            for name in inner_first(content.blocks):
                block = content.blocks[name]
                fill(document.add_block(name, block.parameters), block, f"blocks.{name}.")
            fill(document.model, content)
    except LayerloomError as error:  # whatever of the file it repeats, it is one line
        raise FileError(printable(str(error), _LONGEST_SENTENCE)) from None
    document.forget_history()
    return document


def dumps(document: Document) -> str:
    """The file's text: equal documents give equal text."""
    head = {"layerloom": VERSION, "name": document.name, "notes": document.notes}
    head["training"] = recipe.written(document.training)
    head["sweep"] = written_sweep(document.sweep)
    lines = [f" {_text(key)}: {_text(value)}" for key, value in head.items() if key == "name" or value not in ("", {})]
    if document.definitions:
        blocks = [_block(document, name) for name in sorted(document.definitions)]
        lines.append(' "blocks": {\n' + ",\n".join(blocks) + "\n }")
    if document.model.frames:
        rows = [f"  {_text(row)}" for row in frame_records(document.model.frames)]
        lines.append(' "frames": [\n' + ",\n".join(rows) + "\n ]")
    lines.append(f' "nodes": {_rows(document.model)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def save(document: Document, path: str | Path, known: bytes | None = None) -> bytes:
    """Write a document whole or not at all, and take it for saved; what the file holds now.

    With ``known``, what the file held when it was last read or written, a file that holds something else by now is
    left as it is.

    Raises:
        ChangedFileError: the file holds something else than what is known of it.
        FileError: it cannot be written; what was there before is intact.
    """
    content = dumps(document).encode(errors="replace")
    if known is None:
        write_atomically(path, content)
    else:
        write_atomically(path, content, lambda place: refuse_changed(place, known, content))
    document.mark_saved()
    return content


def _decode(text: str | bytes) -> _File:
    # Windows editors begin a text with a byte order mark, which JSON does not know.
    text = text.removeprefix("\ufeff") if isinstance(text, str) else text.removeprefix(codecs.BOM_UTF8)
    try:
        version = msgspec.json.decode(text, type=_Header).layerloom
        if version is None:
            raise FileError('it is not a Layerloom drawing: the entry "layerloom" with the version is missing.')
        if not 1 <= version <= VERSION:
            raise FileError(f"it has version {version}, this Layerloom reads up to {VERSION}; install a newer one.")
        return msgspec.json.decode(text, type=_File)
    except msgspec.ValidationError as error:
        raise FileError(_place_first(str(error))) from None
    except msgspec.DecodeError as error:
        raise FileError(f"it is not valid JSON: {str(error).removeprefix('JSON is malformed: ')}.") from None
    except UnicodeError:
        raise FileError("it is not text in UTF-8.") from None
    except RecursionError:
        raise FileError("it is nested too deeply to be a drawing.") from None


def _place_first(message: str) -> str:
    """Turn "Expected `int`, got `str` - at `$.nodes[0].name`" round."""
    what, _, place = printable(message).replace("`", "").partition(" - at $")
    return f"{place.lstrip('.') or 'the whole'}: {what[:1].lower()}{what[1:]}."


def inner_first(blocks: dict[str, BlockRows]) -> list[str]:
    """The blocks of a file, every block behind those it contains.

    Raises:
        FileError: a block contains itself.
    """
    inside = {
        name: sorted({str(node.parameters.get("definition")) for node in block.nodes} & blocks.keys())
        for name, block in blocks.items()
    }
    try:
        return list(TopologicalSorter(inside).static_order())
    except CycleError as error:
        stuck = sorted({shorten(name) for name in error.args[1]})
        raise FileError(f"blocks: {' and '.join(stuck[:5])}: a block may not contain itself.") from None


def block_rows(document: Document, name: str) -> BlockRows:
    """A block definition as a file would give it back."""
    return msgspec.json.decode(f"{{{_block(document, name)}}}", type=dict[str, BlockRows])[name]


def _block(document: Document, name: str) -> str:
    parameters = document.definitions[name].parameters
    head = f'"parameters": {_text(parameters)}, ' if parameters else ""
    if frames := document.graphs[name].frames:
        head += f'"frames": {_text(frame_records(frames))}, '
    return f'  {_text(name)}: {{{head}"nodes": {_rows(document.graphs[name])}}}'


class Rows(Protocol):
    """What a file holds of a graph."""

    nodes: list[NodeRow]
    frames: list[FrameRow]


def fill(graph: ModelGraph, rows: Rows, place_prefix: str = "") -> None:
    """Add the nodes of a file, then their wires, and the frames to an empty graph, inside an edit."""
    ordered = _sources_first(rows.nodes, place_prefix)
    for place, node in ordered:
        try:
            graph.add(node.layer, node.parameters, name=check_name(node.name), at=node.at)
            graph.alter(node.name, frozen=node.frozen, shares=node.shares, ties=node.ties, collapsed=node.collapsed)
            graph.penalize(node.name, l1=node.l1, l2=node.l2)
            if node.when:
                graph.condition(node.name, node.when)
            if node.bypassed:
                graph.bypass(node.name)
        except LayerloomError as error:
            raise FileError(f"{place_prefix}nodes[{place}]: {error}") from None
    for place, node in ordered:
        for port, origin in node.inputs.items():
            source, _, source_port = origin.partition(".")
            try:
                wire = graph.connect(source, node.name, port, source_port or None)
                if port in node.bends:
                    graph.bend(wire, node.bends[port])
            except LayerloomError as error:
                raise FileError(f"{place_prefix}nodes[{place}].inputs.{port:.60}: {error}") from None
    try:
        graph.set_frames(frames_of(rows.frames))
    except LayerloomError as error:
        raise FileError(f"{place_prefix}frames: {error}") from None


def _sources_first(nodes: list[NodeRow], place_prefix: str) -> list[tuple[int, NodeRow]]:
    """Nodes with their places in the file, in an order no wire has to turn round: on a large graph that would cost."""
    places: dict[str, int] = {}
    for place, node in enumerate(nodes):
        if places.setdefault(node.name, place) != place:
            raise FileError(f"{place_prefix}nodes[{place}]: there is already a node {shorten(node.name)}.")
    feeds = {node.name: [origin.partition(".")[0] for origin in node.inputs.values()] for node in nodes}
    try:
        order = [places[name] for name in TopologicalSorter(feeds).static_order() if name in places]
    except CycleError as error:
        name = error.args[1][0]
        raise FileError(
            f"{place_prefix}nodes[{places[name]}]: {shorten(name)} leads back to itself, and a model has no cycles."
        ) from None
    return [(place, nodes[place]) for place in order]


def _rows(graph: ModelGraph) -> str:
    rows = [f"  {_text(record(graph, graph.nodes[name]))}" for name in graph.reading_order()]
    return "[\n" + ",\n".join(rows) + "\n ]" if rows else "[]"


def record(graph: ModelGraph, node: Node) -> dict[str, Any]:
    """A node as its line in a file."""
    layer = node.bypassed or node.layer
    row: dict[str, Any] = {"name": node.name, "layer": type(layer).__name__}
    values = {**parameters_of(layer), **node.expressions}
    if parameters := {name: values[name] for name in fields_of(type(layer)) if name in values}:
        row["parameters"] = parameters
    if wires := graph.inputs(node.name):
        row["inputs"] = {
            port: _origin(graph, wires[port].source, wires[port].source_port) for port in sorted(wires, key=_port_key)
        }
    if (node.x, node.y) != (0.0, 0.0):
        row["at"] = place(node)
    if node.frozen:
        row["frozen"] = True
    if node.shares:
        row["shares"] = node.shares
    if node.ties:
        row["ties"] = {key: node.ties[key] for key in sorted(node.ties)}
    row |= {key: value for key, value in (("l1", node.l1), ("l2", node.l2)) if value is not None}
    if node.bypassed is not None:
        row["bypassed"] = True
    if node.when:
        row["when"] = node.when
    if node.collapsed:
        row["collapsed"] = True
    if node.bends:
        row["bends"] = {
            port: [[number(x), number(y)] for x, y in node.bends[port]] for port in sorted(node.bends, key=_port_key)
        }
    return row


def place(node: Node) -> list[float | int]:
    """A node's position as a file has it."""
    return [number(node.x), number(node.y)]


def _origin(graph: ModelGraph, source: str, port: str) -> str:
    first = graph.node(source).layer.output_names()[0]
    return source if port == first else f"{source}.{port}"


def _port_key(port: str) -> tuple[str, int]:
    stem = port.rstrip("0123456789")
    return stem, int(port[len(stem) :] or 0)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


__all__ = ["dumps", "load", "loads", "save"]
