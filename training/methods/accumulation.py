"""Batches that make one step together, each with its share of what one large batch would give."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.document import Document
from training.errors import TrainingError
from training.metrics.counting import Counting
from training.metrics.metrics import averaging

Shares = dict[str, float]
_REMEDY = "Set accumulation to 1 and take another optimizer than LBFGS, or another objective."


class Groups:
    """Groups of ``size`` batches, the last of an epoch as short as it comes.

    A mean over samples is the sum of the batches' means, each times its share of the group's samples; a mean over
    what counts, such as labels that are not ignored, goes by what counts.
    """

    def __init__(
        self, document: Document, source: Source, counting: Counting, size: int, remedy: str = _REMEDY
    ) -> None:
        """Raises:
        TrainingError: an objective's value does not follow from those of batches.
        """
        self.size = size
        self._amounts: dict[str, Tensor | None] = {}
        self._sums = set()
        for name in source.objectives:
            kind = averaging(document, name)
            if kind == "totals" or (kind == "counted" and name not in counting.amounts):
                raise TrainingError(
                    f"'{name}' compares a batch as a whole: what it is for {size} batches does not follow from each of "
                    f"them. {remedy}"
                )
            self._amounts[name] = counting.amounts[name] if kind == "counted" else None
            self._sums |= {name} if kind == "sum" else set()

    def shares(self, order: Tensor, batch_size: int, size: int = 0) -> list[Shares]:
        """For each batch of an epoch, the share of each objective's value in that of its group, or of so many."""
        found: list[Shares] = [{} for _ in range(-(-len(order) // batch_size))]
        for name, amounts in self._amounts.items():
            counts = torch.ones(len(order)) if amounts is None else amounts.cpu()[order.cpu()]
            numbers = [float(part.sum(dtype=torch.float64)) for part in torch.split(counts, batch_size)]
            for shares, share in zip(found, self._of(numbers, name, size or self.size), strict=True):
                shares[name] = share
        return found

    def _of(self, numbers: Sequence[float], name: str, size: int) -> list[float]:
        if name in self._sums:
            return [1.0] * len(numbers)
        sizes = [sum(numbers[at : at + size]) for at in range(0, len(numbers), size)]
        return [number / (sizes[at // size] or 1.0) for at, number in enumerate(numbers)]
