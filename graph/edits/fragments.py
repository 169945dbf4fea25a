"""Part of a drawing as text: what the clipboard holds, within a document, between documents and between windows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from graph.document import Document
from graph.edits.transplant import adapted, add_blocks
from graph.errors import DocumentError, LayerloomError
from graph.layers.block import BlockLayer
from graph.layout.overlap import aside
from graph.modelgraph import ModelGraph
from graph.storage.loom import BlockRows, NodeRow, block_rows, record
from graph.tying import renamed

VERSION = 1
MAX_CHARACTERS = 16 * 2**20


class _Fragment(msgspec.Struct, forbid_unknown_fields=True):
    """Some nodes; ``parameters`` are those of the block they come from, ``blocks`` the definitions they use."""

    layerloom_nodes: int
    nodes: list[NodeRow]
    parameters: dict[str, int] = {}
    blocks: dict[str, BlockRows] = {}


def copy(document: Document, graph: str, names: Iterable[str]) -> str:
    """The text of some nodes: their layers, the wires at their inputs, and the blocks they use."""
    wanted, drawing = set(names), document.graphs[graph]
    nodes = [drawing.node(name) for name in drawing.reading_order() if name in wanted]
    used = {node.layer.definition for node in nodes if isinstance(node.layer, BlockLayer)}
    used = document.block_index.within(used)
    content = {"layerloom_nodes": VERSION, "nodes": [record(drawing, node) for node in nodes]}
    if values := document.values(graph):
        content["parameters"] = dict(values)
    if used:
        content["blocks"] = {name: msgspec.to_builtins(block_rows(document, name)) for name in sorted(used)}
    return json.dumps(content, ensure_ascii=False)


def paste(
    document: Document,
    graph: str,
    text: str,
    at: tuple[float, float] = (0.0, 0.0),
    keep_incoming: bool = False,
    step_aside: bool = False,
) -> list[str]:
    """Add the nodes of a text under fresh names, centred on ``at``, in one step; their names.

    The blocks they use come along; one whose name stands for something else here gets another name. A parameter of
    the block they were copied from that there is none of here becomes its number. With ``keep_incoming``, wires
    from nodes outside of the fragment are drawn again where those nodes exist; with ``step_aside``, the nodes go to the
    right and down of others that stand where they would.

    Raises:
        DocumentError: the text holds no nodes, or nodes that cannot be made; the document is unchanged.
    """
    fragment = _decoded(text)
    count = len(fragment.nodes)
    with document.edit(f"Paste {count} node{'s' if count > 1 else ''}"):
        try:
            blocks = add_blocks(document, fragment.blocks)
            lost = {key: value for key, value in fragment.parameters.items() if key not in document.values(graph)}
            rows = [adapted(row, blocks, lost) for row in fragment.nodes]
            names = _add(document.graphs[graph], rows, _places(document.graphs[graph], rows, at, step_aside))
            _connect(document.graphs[graph], rows, names, keep_incoming)
        except DocumentError:
            raise
        except LayerloomError as error:
            raise DocumentError(f"The nodes on the clipboard cannot be pasted: {error}") from None
    return list(names.values())


def _decoded(text: str) -> _Fragment:
    refusal = DocumentError("The clipboard holds no Layerloom nodes; copy some in a drawing first.")
    if len(text) > MAX_CHARACTERS:
        raise refusal
    try:
        fragment = msgspec.json.decode(text, type=_Fragment)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise refusal from None
    if fragment.layerloom_nodes != VERSION or not fragment.nodes:
        raise refusal
    if len({row.name for row in fragment.nodes}) != len(fragment.nodes):
        raise DocumentError("The nodes on the clipboard cannot be pasted: two of them have the same name.")
    return fragment


def _places(
    graph: ModelGraph, rows: Sequence[NodeRow], at: tuple[float, float], step_aside: bool
) -> list[tuple[float, float]]:
    """Where the nodes go, centred on ``at``."""
    xs, ys = ([row.at[axis] for row in rows] for axis in (0, 1))
    left, top = at[0] - (min(xs) + max(xs)) / 2, at[1] - (min(ys) + max(ys)) / 2
    places = [(left + x, top + y) for x, y in zip(xs, ys, strict=True)]
    by = aside(graph.nodes.values(), places) if step_aside else 0.0
    return [(x + by, y + by) for x, y in places]


def _add(graph: ModelGraph, rows: Sequence[NodeRow], places: Sequence[tuple[float, float]]) -> dict[str, str]:
    """Add the nodes; the new names by the old ones."""
    names: dict[str, str] = {}
    for row, place in zip(rows, places, strict=True):
        name = graph.copy_name(row.name)
        names[row.name] = graph.add(row.layer, row.parameters, name=name, at=place)
    for row in rows:
        ties = renamed(row.ties, names)
        graph.alter(names[row.name], frozen=row.frozen, shares=names.get(row.shares, ""), ties=ties)
        if row.bypassed:
            graph.bypass(names[row.name])
    return names


def _connect(graph: ModelGraph, rows: Sequence[NodeRow], names: Mapping[str, str], keep_incoming: bool) -> None:
    for row in rows:
        for port, origin in row.inputs.items():
            source, _, source_port = origin.partition(".")
            if source in names:
                graph.connect(names[source], names[row.name], port, source_port or None)
            elif keep_incoming and _has_output(graph, source, source_port):
                graph.connect(source, names[row.name], port, source_port or None)


def _has_output(graph: ModelGraph, source: str, port: str) -> bool:
    if source not in graph.nodes:
        return False
    layer = graph.node(source).layer
    return layer.has_output(port) if port else bool(layer.output_names())
