"""Part of a drawing as text: what the clipboard holds, within a document, between documents and between windows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from graph.document import Document
from graph.edits.transplant import NEVER, adapted, add_blocks
from graph.errors import DocumentError, LayerloomError
from graph.layers.block import BlockLayer
from graph.layout.overlap import aside
from graph.modelgraph import ModelGraph
from graph.records import ParameterValue, Point, Wire
from graph.storage.framerows import FrameRow, frame_records, frames_of
from graph.storage.loom import BlockRows, NodeRow, block_rows, record
from graph.tying import renamed
from graph.written import as_expressions

VERSION = 1
MAX_CHARACTERS = 16 * 2**20


class _Fragment(msgspec.Struct, forbid_unknown_fields=True):
    """Some nodes and frames; ``parameters`` are those of the block they come from.

    ``blocks`` are the definitions they use.
    """

    layerloom_nodes: int
    nodes: list[NodeRow]
    parameters: dict[str, ParameterValue] = {}
    blocks: dict[str, BlockRows] = {}
    frames: list[FrameRow] = []


def copy(document: Document, graph: str, names: Iterable[str], frames: Collection[int] = ()) -> str:
    """The text of some nodes: their layers, the wires at their inputs, and the blocks they use; and of frames."""
    wanted, drawing = set(names), document.graphs[graph]
    nodes = [drawing.node(name) for name in drawing.reading_order() if name in wanted]
    used = {node.layer.definition for node in nodes if isinstance(node.layer, BlockLayer)}
    used = document.block_index.within(used)
    content = {"layerloom_nodes": VERSION, "nodes": [record(drawing, node) for node in nodes]}
    if kept := [frame for frame in drawing.frames if frame.key in frames]:
        content["frames"] = frame_records(kept)
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
    the block they were copied from that there is none of here becomes its number; a node that is not there by these
    numbers comes bypassed or, where it cannot be, not at all: its first input goes on. With ``keep_incoming``, wires
    from nodes outside of the fragment are drawn again where those nodes exist; with ``step_aside``, the nodes go to the
    right and down of others that stand where they would.

    Raises:
        DocumentError: the text holds no nodes, or nodes that cannot be made; the document is unchanged.
    """
    fragment = _decoded(text)
    count, drawing = len(fragment.nodes), document.graphs[graph]
    with document.edit(f"Paste {count} node{'s' if count > 1 else ''}" if count else "Paste a frame"):
        try:
            blocks = add_blocks(document, fragment.blocks)
            lost = {key: value for key, value in fragment.parameters.items() if key not in document.values(graph)}
            rows = [adapted(row, blocks, as_expressions(lost)) for row in fragment.nodes]
            by = _shift(drawing, fragment, at, step_aside)
            names = _add(drawing, rows, by)
            _connect(drawing, rows, names, keep_incoming, by)
            gone = _pass_by(drawing, {row.name: names[row.name] for row in rows if row.when == NEVER and not graph})
            _add_frames(drawing, fragment.frames, by)
            if len(gone) == count and gone:
                raise DocumentError(
                    f"'{gone[0]}' cannot be pasted: in its block it is there by a condition, which does not hold at "
                    "the block's own values, and such a node cannot be bypassed. Copy it with what is around it."
                )
        except DocumentError:
            raise
        except LayerloomError as error:
            raise DocumentError(f"The nodes on the clipboard cannot be pasted: {error}") from None
    return [name for row, name in names.items() if row not in gone]


def _decoded(text: str) -> _Fragment:
    refusal = DocumentError("The clipboard holds no Layerloom nodes; copy some in a drawing first.")
    if len(text) > MAX_CHARACTERS:
        raise refusal
    try:
        fragment = msgspec.json.decode(text, type=_Fragment)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        raise refusal from None
    if fragment.layerloom_nodes != VERSION or not (fragment.nodes or fragment.frames):
        raise refusal
    if len({row.name for row in fragment.nodes}) != len(fragment.nodes):
        raise DocumentError("The nodes on the clipboard cannot be pasted: two of them have the same name.")
    return fragment


def _shift(graph: ModelGraph, fragment: _Fragment, at: Point, step_aside: bool) -> Point:
    """How far everything goes to stand around ``at``: the centres of the nodes, or the frames where there are none."""
    corners = [row.at for row in fragment.nodes] or [
        corner for row in fragment.frames for corner in (row.at, _moved(row.at, row.size))
    ]
    xs, ys = ([corner[axis] for corner in corners] for axis in (0, 1))
    by = at[0] - (min(xs) + max(xs)) / 2, at[1] - (min(ys) + max(ys)) / 2
    aside_by = aside(graph.nodes.values(), [_moved(row.at, by) for row in fragment.nodes]) if step_aside else 0.0
    return by[0] + aside_by, by[1] + aside_by


def _moved(at: Point, by: Point) -> Point:
    return at[0] + by[0], at[1] + by[1]


def _add(graph: ModelGraph, rows: Sequence[NodeRow], by: Point) -> dict[str, str]:
    """Add the nodes; the new names by the old ones."""
    names: dict[str, str] = {}
    for row in rows:
        name = graph.copy_name(row.name)
        names[row.name] = graph.add(row.layer, row.parameters, name=name, at=_moved(row.at, by))
    for row in rows:
        ties, shares = renamed(row.ties, names), names.get(row.shares, "")
        graph.alter(names[row.name], frozen=row.frozen, shares=shares, ties=ties, collapsed=row.collapsed)
        graph.penalize(names[row.name], l1=row.l1, l2=row.l2)
        graph.condition(names[row.name], row.when if graph.key or row.when != NEVER else "")
        if row.bypassed:
            graph.bypass(names[row.name])
    return names


def _connect(
    graph: ModelGraph, rows: Sequence[NodeRow], names: Mapping[str, str], keep_incoming: bool, by: Point
) -> None:
    for row in rows:
        for port, origin in row.inputs.items():
            source, _, source_port = origin.partition(".")
            if source in names:
                wire = graph.connect(names[source], names[row.name], port, source_port or None)
                _bend(graph, wire, row, by)
            elif keep_incoming and _has_output(graph, source, source_port):
                graph.connect(source, names[row.name], port, source_port or None)


def _bend(graph: ModelGraph, wire: Wire, row: NodeRow, by: Point) -> None:
    if wire.target_port in row.bends:
        graph.bend(wire, [_moved(point, by) for point in row.bends[wire.target_port]])


def _pass_by(graph: ModelGraph, names: Mapping[str, str]) -> list[str]:
    """Have nodes of the model pass their first input on, as in a block where they are not there.

    ``names`` are those they have here, by those they were copied with; the latter, of those that had to go for it.
    """
    gone = []
    for row, name in names.items():
        try:
            graph.bypass(name)
        except DocumentError:
            first = next((wire for _, wire in graph.arguments(name) if wire), None)
            if first is not None:
                for wire in graph.outgoing(name):
                    graph.connect(first.source, wire.target, wire.target_port, first.source_port)
            graph.remove([name])
            gone.append(row)
    return gone


def _add_frames(graph: ModelGraph, rows: Sequence[FrameRow], by: Point) -> None:
    placed = [msgspec.structs.replace(row, at=_moved(row.at, by)) for row in rows]
    first = 1 + max((frame.key for frame in graph.frames), default=0)
    graph.set_frames([*graph.frames, *frames_of(placed, first)])


def _has_output(graph: ModelGraph, source: str, port: str) -> bool:
    if source not in graph.nodes:
        return False
    layer = graph.node(source).layer
    return layer.has_output(port) if port else bool(layer.output_names())
