"""A running average of a module that is shared out: each process averages its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from training.shards.shards import Shards
from training.shards.whole import Average

Averaging = Callable[[list[Tensor], list[Tensor], Any], None]


class AverageOfShards(Average):
    """What ``torch.optim.swa_utils.AveragedModel`` is for whole weights and statistics, by the same ``averaging``."""

    def __init__(self, shards: Shards, learning: Shards, averaging: Averaging) -> None:
        """``shards`` are of a module of its own, alike to the one that learns."""
        self.module = shards.module
        self._shards, self._of, self._averaging = shards, learning, averaging
        self._count = torch.zeros((), dtype=torch.long)

    @torch.no_grad()
    def update(self) -> None:
        ours, theirs = ([*each.held.values(), *each.module.buffers()] for each in (self._shards, self._of))
        pairs = list(zip(ours, theirs, strict=True))
        if not int(self._count):
            for own, other in pairs:
                own.copy_(other)
        else:
            for dtype in dict.fromkeys(own.dtype for own in ours):
                alike = [(own, other) for own, other in pairs if own.dtype == dtype]
                self._averaging([own.detach() for own, _ in alike], [other.detach() for _, other in alike], None)
        self._count += 1

    def layout(self) -> Mapping[str, Tensor]:
        return self._named(self.module.state_dict())

    def state(self) -> dict[str, Tensor]:
        return self._named(self._shards.whole_state())

    def load(self, state: Mapping[str, Tensor]) -> None:
        self._count.copy_(state["n_averaged"])
        self._shards.load({name.removeprefix("module."): value for name, value in state.items()})

    def weights(self) -> dict[str, Tensor]:
        return self._shards.state()

    def _named(self, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {"n_averaged": self._count, **{f"module.{name}": value for name, value in state.items()}}
