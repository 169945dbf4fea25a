"""How much room a drawing takes, and numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from graph.analysis.summary import Summary, total_inside
from graph.blocks.expansion import input_types, resolve
from graph.dims import Dim, product, substitute, symbols, total
from graph.document import Document
from graph.layer import Layer
from graph.tensor import TensorType

_BYTES = {"float32": 4, "int64": 8, "bool": 1}
_FULL = 1_000_000


class Memory(NamedTuple):
    """Bytes while training: of weights with their gradients and what the optimizer keeps, and of the layers' outputs
    in a batch, ``None`` where a size is only known at run time.
    """

    weights: int
    outputs: int | None

    @property
    def whole(self) -> int | None:
        """Both."""
        return None if self.outputs is None else self.weights + self.outputs


def to_train(document: Document, summary: Summary) -> Memory:
    """What training takes, with the settings of the document; what kernels need for themselves is not in it."""
    settings = document.training
    weights = 4 * summary.parameters * (2 + settings.optimizer.kept())
    graph, types = document.model, document.types()
    counts = []
    for name in types:
        layer = resolve(graph.nodes[name], {})
        counts.append(total_inside(document, layer, input_types(graph, types, name), types[name], "values", _values))
    count, sizes = total(counts), {"N": settings.batch_size}
    known = symbols([count]) <= sizes.keys()
    return Memory(weights, substitute(count, sizes) if known else None)


def values_bytes(types: Iterable[TensorType]) -> Dim:
    """How much room tensors take, in bytes."""
    return total(product(kind.shape) * _BYTES[kind.dtype] for kind in types)


def in_bytes(count: int | None) -> str:
    """A number of bytes as people read it."""
    if count is None:
        return "unknown memory"
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count} B"


def in_short(count: int) -> str:
    """A count in full up to six digits, beyond that with three and a unit: ``4.09 G``."""
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6)):
        if count >= max(size, _FULL):
            return f"{count / size:.3g} {unit}" if count < 999.5 * size else f"{count / size:,.0f} {unit}"
    return f"{count:,}"


def _values(layer: Layer, _: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
    """What a layer makes anew: one that reshapes shows the same values, and an Output what it is given."""
    return 0 if layer.role == "output" or "reshapes" in layer.traits else values_bytes(outputs)
