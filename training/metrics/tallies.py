"""What adds up from batch to batch, so that a figure over a set is what one batch of all of it would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from graph.layers.objectives.base import Objective

Numbers = Sequence[float]
Arguments = tuple[Tensor, ...]


class Tally:
    """Base: a mean over samples, all of which count alike.

    ``measure`` takes what an objective's entry in the answer of ``loss`` holds: its value, then what it was given.
    """

    def __init__(self, name: str, value: Callable[[Arguments], Tensor] | None = None) -> None:
        self.name = name
        self._value = value

    def measure(self, entry: Arguments) -> list[Tensor]:
        """What one batch gives, each a number on the device: nothing waits for them."""
        return [self._value(entry) if self._value else entry[0].detach()]

    def sums(self, numbers: Numbers, samples: float) -> list[float]:
        """What adds up of the ``numbers`` that ``measure`` gave for a batch of so many samples."""
        return [numbers[0] * samples, samples]

    def settle(self, sums: Numbers) -> float | None:
        """The figure that follows from sums; none where nothing counts."""
        return sums[0] / sums[1] if sums[-1] else None


class Sum(Tally):
    """A sum over samples."""

    def sums(self, numbers: Numbers, samples: float) -> list[float]:
        return [numbers[0], samples]

    def settle(self, sums: Numbers) -> float | None:
        return sums[0] if sums[-1] else None


class Counted(Tally):
    """A mean over what counts, which is a different number in every batch."""

    def __init__(
        self, name: str, count: Callable[[Arguments], Tensor], value: Callable[[Arguments], Tensor] | None = None
    ) -> None:
        super().__init__(name, value)
        self._count = count

    def measure(self, entry: Arguments) -> list[Tensor]:
        return [*super().measure(entry), self._count(entry)]

    def sums(self, numbers: Numbers, samples: float) -> list[float]:
        value, count = numbers
        return [value * count if count else 0.0, count]


class Totals(Tally):
    """A value that follows from totals, which the objective was handed last."""

    def __init__(self, name: str, objective: Objective) -> None:
        super().__init__(name)
        self._objective = objective

    def measure(self, entry: Arguments) -> list[Tensor]:
        return list(entry[-1].detach().flatten().unbind())

    def sums(self, numbers: Numbers, samples: float) -> list[float]:
        return [*numbers, samples]

    def settle(self, sums: Numbers) -> float | None:
        return self._objective.settle(sums[:-1]) if sums[-1] else None


class Counts:
    """How much each class index counts: nothing if it is ``ignored``, else its class weight, or 1."""

    def __init__(self, ignored: int, weight: Sequence[float] = ()) -> None:
        self._ignored = ignored
        self._weight = torch.tensor(weight)

    def __call__(self, target: Tensor) -> Tensor:
        kept = target.ne(self._ignored)
        if not len(self._weight):
            return kept
        self._weight = self._weight.to(target.device)
        return self._weight[target.where(kept, 0)] * kept

    def are_one(self, target: Tensor) -> bool:
        """Whether all of these indices count, and alike."""
        return not len(self._weight) and not bool(target.eq(self._ignored).any())

    def total(self, entry: Arguments) -> Tensor:
        """How much counts of the indices that an objective was given second."""
        return self(entry[2]).sum(dtype=torch.float32)
