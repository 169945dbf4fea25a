"""Which layers a few typed letters mean, and which of them fit the end of a wire."""

from __future__ import annotations

from collections.abc import Iterable

from graph.blocks.expansion import instantiate
from graph.catalog import catalog
from graph.document import Document
from graph.edits import blocks
from graph.edits.search.feeding import feeding
from graph.edits.search.fuzzy import rank
from graph.edits.search.kinds import class_of, is_kept, label_of
from graph.edits.shelf import library
from graph.errors import LayerloomError, ShapeError
from graph.layer import Layer
from graph.layers.block import BlockLayer
from graph.tensor import TensorType

Source = tuple[str, str, bool]


def offered(document: Document | None = None, graph: str = "") -> list[str]:
    """The kinds of layers, and the document's blocks, that can be added to a graph."""
    kinds = [kind for kind, cls in catalog().items() if not graph or cls.role not in ("target", "objective")]
    return kinds + [blocks.entry(name) for name in (blocks.usable(document, graph) if document else ())]


def matching(text: str, kinds: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """Those whose name, category or keywords fit the text, the closest first, then the usual ones.

    Where they fit equally well, ``others`` stand behind ``kinds``.
    """
    listed = [(False, kind) for kind in kinds] + [(True, kind) for kind in others]
    if not text.split():
        return [kind for _, kind in listed]
    ranks = {kind: _rank(text, kind) for _, kind in listed}
    found = [
        (ranks[kind], other, not is_usual(kind), len(kind), kind) for other, kind in listed if ranks[kind] is not None
    ]
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])]


def is_usual(kind: str) -> bool:
    """Whether a kind of layer is one of those that most drawings have."""
    return class_of(kind).usual


def _rank(text: str, kind: str) -> int | None:
    cls = class_of(kind)
    return rank(text, label_of(kind), (cls.category, *cls.keywords))


def fitting(document: Document, source: Source | None, graph: str = "") -> list[str]:
    """The kinds that can take a wire from ``source`` (node, port, is it an output); all of them without one.

    For an input, those that most likely fit it come first.
    """
    kinds = offered(document, graph)
    if source is None:
        return kinds
    node, port, is_output = source
    if not is_output:
        return feeding(document, graph, node, port, kinds)
    types = document.types(graph).get(node)
    names = document.graphs[graph].node(node).layer.output_names()
    flowing = types[names.index(port)] if types and port in names else None
    return [kind for kind in kinds if _fits(document, graph, kind, flowing)]


def _fits(document: Document, graph: str, kind: str, flowing: TensorType | None) -> bool:
    cls = class_of(kind)
    if not issubclass(cls, BlockLayer):
        return _takes(cls(), flowing)
    definition = label_of(kind)
    if definition == kind:
        return True
    layer = document.complete(graph, cls(definition=definition))
    ports = layer.ports()
    if len(ports) != 1 or flowing is None:
        return bool(ports)
    try:
        instantiate(document, layer, [flowing])
    except LayerloomError:
        return False
    return True


def _takes(layer: Layer, flowing: TensorType | None) -> bool:
    """Whether some input of a layer accepts the tensor, whatever its other inputs would get."""
    ports = layer.ports()
    if not ports or flowing is None:
        return bool(ports)
    count = 2 if ports[0].variadic else sum(not port.optional for port in ports)
    try:
        layer.infer(*[flowing] * count)
    except ShapeError as error:
        # Where one of several ports is at fault, the wire may fit another.
        return count > 1 and not ports[0].variadic and error.port is not None
    except LayerloomError:
        return False
    return True


def described(kind: str) -> str:
    """What something that is offered does, in one sentence."""
    name = label_of(kind)
    if is_kept(kind):
        return library.notes_of(kind.partition(blocks.USES)[2]) or f"The block {name}, kept in the library."
    if name != kind:
        return f"Use the block {name} of this drawing."
    return "Start a new block, empty as yet." if kind == "Block" else first_sentence(class_of(kind))


def first_sentence(cls: type[Layer]) -> str:
    """What a layer does, in one sentence: the first of its docstring."""
    return " ".join((cls.__doc__ or "").split("\n\n")[0].split())
