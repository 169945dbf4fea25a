"""What the canvas does with blocks: add, group, unpack, freeze and lay out; each function is one undo step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.catalog import catalog
from graph.document import Document
from graph.edits import grouping
from graph.edits.kept import has_weights
from graph.edits.placing.room import Size, card_of, make_room
from graph.edits.shelf import library
from graph.edits.sketching import bends, frames
from graph.errors import DocumentError
from graph.layers.block import BlockLayer, Scan
from graph.layers.io import Input, Output
from graph.layout.arguments import ROLES, arguments
from graph.layout.placement import lay_out as new_places
from graph.layout.rows import VIEW
from graph.modelgraph import ModelGraph
from graph.names import free_name
from graph.records import Point

SPREAD = 240.0
# What stands between a kind of layer and the block it uses, where both are told as one text.
USES = ":"


def entry(definition: str) -> str:
    """How palette and search name the use of a block."""
    return f"Block{USES}{definition}"


def usable(document: Document, graph: str) -> list[str]:
    """The blocks that can be used in a graph: all but those that would contain themselves."""
    containing = document.block_index.around(graph) if graph else ()
    return [name for name in document.definitions if name not in containing]


def add(document: Document, graph: str, kind: str, at: tuple[float, float]) -> str:
    """Add a node of a kind, or of a block where ``kind`` names one; its name.

    A Block alone stands for a new, empty block; a Scan takes the first block there is, or a new one; the file of a
    block brings it into the document.
    """
    kind, _, definition = kind.partition(USES)
    if kind not in catalog() or not issubclass(catalog()[kind], BlockLayer):
        return document.graphs[graph].add(kind, at=at)
    if not definition:
        known = usable(document, graph) if kind == Scan.__name__ else []
        definition = known[0] if known else add_empty(document)
    elif library.is_file(definition):
        definition = library.bring(document, definition)
    drawing = document.graphs[graph]
    name = drawing.free_name(grouping.node_stem(definition))
    return drawing.add(kind, {"definition": definition}, name=name, at=at)


def add_empty(document: Document) -> str:
    """Add a block that hands on what it is given; its name."""
    name = free_name("Block", document.definitions)
    inside = document.add_block(name)
    inside.add(Input(), name="x")
    inside.add(Output(), name="y", at=(SPREAD, 0.0))
    inside.connect("x", "y")
    return name


def group(document: Document, graph: str, names: Iterable[str], block: str) -> str:
    """Make nodes a new block; the node that uses it.

    Raises:
        DocumentError: they cannot be a block, or its name is taken or unusable.
    """
    return grouping.group(document, graph, names, block)


def unpack(document: Document, graph: str, names: Iterable[str], size: Size | None = None) -> list[str]:
    """Put what is inside the blocks among these nodes in their places; the new nodes.

    ``size`` tells how large nodes are drawn, so that others make room.

    Raises:
        DocumentError: there is no block among them, or one cannot be written out.
    """
    drawing = document.graphs[graph]
    blocks = [name for name in names if isinstance(drawing.node(name).layer, BlockLayer)]
    if not blocks:
        raise DocumentError("No block is selected; select one to unpack it.")
    with document.edit(f"Unpack {blocks[0]}" if len(blocks) == 1 else f"Unpack {len(blocks)} blocks"):
        return [made for name in blocks for made in grouping.unpack(document, graph, name, size)]


def toggle_frozen(document: Document, graph: str, names: Iterable[str]) -> None:
    """Freeze the weights of nodes, or let them train where all of them are frozen.

    Raises:
        DocumentError: none of them has weights.
    """
    drawing = document.graphs[graph]
    nodes = [node for node in map(drawing.node, names) if has_weights(node.layer)]
    if not nodes:
        raise DocumentError("Nothing to freeze: no selected node has weights.")
    frozen = not all(node.frozen for node in nodes)
    who = nodes[0].name if len(nodes) == 1 else f"{len(nodes)} nodes"
    with document.edit(f"{'Freeze' if frozen else 'Unfreeze'} {who}"):
        for node in nodes:
            drawing.alter(node.name, frozen=frozen)


def toggle_bypassed(document: Document, graph: str, names: Iterable[str]) -> None:
    """Have nodes pass their input on, or use their layers again where all of them are bypassed.

    Raises:
        DocumentError: one of them has no single input that it could pass on; none is changed.
    """
    drawing = document.graphs[graph]
    nodes = [drawing.node(name) for name in names]
    again = all(node.bypassed is not None for node in nodes)
    who = nodes[0].name if len(nodes) == 1 else f"{len(nodes)} nodes"
    with document.edit(f"{'Use' if again else 'Bypass'} {who}{' again' if again else ''}"):
        for node in nodes:
            if again:
                drawing.use_again(node.name)
            else:
                drawing.bypass(node.name)


def lay_out(document: Document, graph: str, names: list[str], sizes: Mapping[str, Point], view: Point = VIEW) -> None:
    """Put nodes in order, or all there are where there is one at most; others make room for those.

    ``view`` is what the window shows at full size, whose shape the drawing takes.
    """
    drawing = document.graphs[graph]
    wanted = names if len(names) > 1 else None
    try:
        with document.edit(f"Lay out {len(names)} nodes" if len(names) > 1 else "Lay out"):
            before = arguments(drawing)
            _lay_out(drawing, wanted, sizes, view)
            if arguments(drawing) != before:
                raise _ReorderedError
    except _ReorderedError:  # what stays was in between: the ends of the selection stay as well
        with document.edit(f"Lay out {len(names)} nodes"):
            _lay_out(drawing, [name for name in names if drawing.node(name).layer.role not in ROLES], sizes, view)


class _ReorderedError(Exception):
    """Arguments or results have come to stand in another order."""


def _lay_out(drawing: ModelGraph, names: list[str] | None, sizes: Mapping[str, Point], view: Point) -> None:
    places = new_places(drawing, sizes, names, view)
    kept = {frame.key: frames.held(drawing, [frame.key])[0] for frame in drawing.frames}
    moved = [name for name in places if names is None or name in names]
    before = [card_of(drawing, name, sizes.__getitem__) for name in moved]
    drawing.move(places)
    bends.straighten(drawing, places)
    frames.fit(drawing, {key: held for key, held in kept.items() if places.keys() & set(held)}, sizes)
    if names is not None:
        make_room(drawing, moved, before, sizes.__getitem__)
