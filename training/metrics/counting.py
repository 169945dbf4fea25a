"""Which objectives have something that counts in which samples: labels may be ignored, classes weigh nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from graph.layer import Layer
from graph.layers.objectives.base import Objective
from training.data.checks.probe import Port, Types, look_into
from training.data.feed import feed_to_look_at
from training.data.held import Held
from training.errors import DataError
from training.metrics.tallies import Counts

Live = tuple[str, ...] | None  # the objectives of a batch in which something counts; none: all of them


class Sparse(NamedTuple):
    """An objective for which nothing counts in some samples: not in those that are false in ``counts`` (N,).

    ``amounts`` (N,) say how much counts in each.
    """

    port: Port
    ignored: int
    counts: Tensor
    amounts: Tensor

    def why(self) -> str:
        """Why labels do not count."""
        weightless = 0.0 in getattr(self.port.layer, "weight", ())
        also = ", and some classes have the weight 0" if weightless else ""
        return f"'{self.port.node}' ignores {self.ignored}{also}"


class Counting:
    """What counts of ``samples``, which lie in memory in the order a module's ``loss`` takes them.

    It is known before training wherever labels follow from the data alone, so that no step has to wait for it.
    """

    def __init__(self, document: Document, source: Source, samples: Sequence[Held]) -> None:
        self._objectives = source.objectives
        looked = _look(document, source, samples)
        self._sparse = [found for found in looked if not bool(found.counts.all())]
        self.amounts = {found.port.node: found.amounts for found in looked}
        """How much counts in each sample (N,), by the objectives of which the data alone tells it."""

    @property
    def varies(self) -> bool:
        """Whether batches can differ in which of several objectives they have a gradient of."""
        return bool(self._sparse) and len(self._objectives) > 1

    def without(self, chosen: Tensor) -> list[Sparse]:
        """The objectives for which nothing counts in all of the samples ``chosen``."""
        return [found for found in self._sparse if not bool(found.counts[chosen.to(found.counts.device)].any())]

    def check(self, chosen: Tensor, what: str) -> None:
        """Refuse samples in which nothing counts for an objective; ``what`` they are called.

        Raises:
            DataError: naming the node and why.
        """
        for found in self.without(chosen):
            origin = found.port.origin
            raise DataError(
                f"'{origin}' has no label that counts in the {what} samples: {found.why()}; correct the data.", origin
            )

    def live(self, order: Tensor, batch_size: int) -> list[Live]:
        """The objectives for which something counts in each batch of an epoch."""
        if not self._sparse:
            return [None] * -(-len(order) // batch_size)
        chosen = order.cpu()
        parts = zip(*(torch.split(found.counts[chosen], batch_size) for found in self._sparse), strict=True)
        return [self._live([bool(part.any()) for part in batch]) for batch in parts]

    def _live(self, counts: Sequence[bool]) -> Live:
        if all(counts):
            return None
        nothing = {found.port.node for found, something in zip(self._sparse, counts, strict=True) if not something}
        return tuple(name for name in self._objectives if name not in nothing)


def _ignoring(layer: Layer, types: Types) -> Iterable[str]:
    """The ports whose values may not count."""
    if not isinstance(layer, Objective):
        return []
    return [port for port, accepted in layer.accepts(*types).items() if accepted.ignored is not None]


def _look(document: Document, source: Source, samples: Sequence[Held]) -> list[Sparse]:
    level = look_into(document, source, _ignoring)
    if not level or not level.takes:
        return []
    found: dict[str, tuple[Port, list[Tensor]]] = {}
    names, held = level.takes, dict(zip([*source.inputs, *source.targets], samples, strict=True))
    feed = feed_to_look_at([held[name] for name in names])
    for batch in feed.batches(torch.arange(len(samples[0]))):
        for ports in level.values(dict(zip(names, batch, strict=True))):
            for port, values in ports.values():
                counts = _counts(port)(values).reshape(len(batch[0]), -1)
                found.setdefault(port.node, (port, []))[1].append(counts.sum(1, dtype=torch.float32))
    return [_sparse(port, torch.cat(parts)) for port, parts in found.values()]


def _sparse(port: Port, amounts: Tensor) -> Sparse:
    return Sparse(port, _ignored(port), amounts.gt(0), amounts)


def _ignored(port: Port) -> int:
    ignored = port.layer.accepts(*port.types)[port.name].ignored
    assert ignored is not None
    return ignored


def _counts(port: Port) -> Counts:
    return Counts(_ignored(port), getattr(port.layer, "weight", ()))
