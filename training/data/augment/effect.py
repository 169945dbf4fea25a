"""What all effects are: a change of the numbers of samples, with what is drawn for it."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from training.data.augment.draws import Draws

Drawn = tuple[Tensor, ...]


class Extent(NamedTuple):
    """The smallest and the largest number of a field; what is cut off or comes in is ``low``."""

    low: float = 0.0
    high: float = 1.0


class Effect:
    """Changes one field of samples. ``stream`` is the first of its 16 streams of random numbers.

    Most of what is drawn is drawn for many batches at once by ``drawn``, and handed back for each of them.
    """

    def __init__(self, stream: int, extent: Extent) -> None:
        self.stream, self.extent = stream, extent

    def drawn(self, draws: Draws) -> Drawn:
        """What each sample needs, the first axis counting samples."""
        return ()

    def __call__(self, x: Tensor, drawn: Drawn, draws: Draws) -> Tensor:
        """The samples, changed."""
        raise NotImplementedError


def spread_out(values: Tensor, x: Tensor) -> Tensor:
    """One value a sample (N,), to be used with samples (N, ...)."""
    return values.view(-1, *(1 for _ in x.shape[1:]))
