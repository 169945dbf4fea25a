"""What a change makes of some nodes and of their graph: figures before and after it, and the difference in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from graph.analysis.memory import in_bytes, values_bytes
from graph.analysis.summary import Summary
from graph.dims import substitute, symbols
from graph.document import Document
from graph.tensor import TensorType

ONE = {"N": 1}


class Figures(NamedTuple):
    """Of some nodes and, behind that, of all of their graph; ``memory`` is bytes of parameters and, for one sample,
    of outputs, ``None`` where a size is only known at run time.
    """

    shape: str
    parameters: int
    macs: int | None
    memory: int | None
    all_parameters: int
    all_macs: int | None
    all_memory: int | None


def figures_of(document: Document, graph: str, names: Iterable[str], summary: Summary) -> Figures | None:
    """The figures of nodes; ``None`` while one of them has no shape. ``summary`` is that of their graph."""
    rows, types = {row.name: row for row in summary.layers}, document.types(graph)
    chosen = [rows[name] for name in names if name in rows]
    names = [row.name for row in chosen]
    if not chosen or any(name not in types for name in names):
        return None
    shapes = {row.shape for row in chosen}
    parameters = sum(row.parameters for row in chosen)
    return Figures(
        shapes.pop() if len(shapes) == 1 else "",
        parameters,
        _sum(row.macs for row in chosen),
        _memory(parameters, (types[name] for name in names)),
        summary.parameters,
        summary.macs,
        _memory(summary.parameters, types.values()),
    )


def difference(before: Figures, after: Figures, whole: str) -> list[str]:
    """What is other after a change, a line for the nodes and one for ``whole``, the graph they are in."""
    own = [f"output {before.shape} \u2192 {after.shape}"] if before.shape != after.shape else []
    own += _counted("parameters", before.parameters, after.parameters)
    own += _counted("MACs", before.macs, after.macs)
    own += _bytes(before.memory, after.memory)
    rest = _counted("parameters", before.all_parameters, after.all_parameters)
    rest += _counted("MACs", before.all_macs, after.all_macs)
    rest += _bytes(before.all_memory, after.all_memory)
    return [*([", ".join(own)] if own else []), *([f"{whole}: {', '.join(rest)}"] if rest else [])]


def _sum(counts: Iterable[int | None]) -> int | None:
    found = list(counts)
    return None if None in found else sum(count for count in found if count)


def _memory(parameters: int, outputs: Iterable[tuple[TensorType, ...]]) -> int | None:
    sizes = [_bytes_of(types) for types in outputs]
    return None if None in sizes else 4 * parameters + sum(size for size in sizes if size)


@lru_cache(maxsize=8192)
def _bytes_of(types: tuple[TensorType, ...]) -> int | None:
    """How much room tensors take for one sample: large drawings have many that are alike."""
    count = values_bytes(types)
    return None if symbols([count]) - ONE.keys() else int(substitute(count, ONE))


def _counted(what: str, before: int | None, after: int | None) -> list[str]:
    return [] if before == after else [f"{_plain(before)} \u2192 {_plain(after)} {what}"]


def _plain(count: int | None) -> str:
    return "unknown" if count is None else f"{count:,}"


def _bytes(before: int | None, after: int | None) -> list[str]:
    return [] if before == after else [f"{in_bytes(before)} \u2192 {in_bytes(after)}"]
