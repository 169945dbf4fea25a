"""Batches of changed samples: what becomes of each follows from the seed, the epoch and its place in the data alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from training.data.augment.chain import Chain, Plan, back, viewed
from training.data.augment.draws import Draws
from training.data.augment.mixing import Mix, Mixing, both, mixed
from training.data.augment.subjects import Subject
from training.data.feed import Feed

# Numbers are drawn for many batches at once: for a few samples, a kernel's call takes longer than its arithmetic.
_BLOCK = 4096


class Mixed(NamedTuple):
    """How samples are mixed: the inputs, and the places of the targets in a batch with the number of classes."""

    mixing: Mixing
    inputs: list[Subject]
    targets: dict[int, int]


class _Block(NamedTuple):
    plan: Plan
    partners: Tensor | None = None
    theirs: Plan | None = None
    mixes: list[Mix] = []


class Augmented:
    """Cuts batches as ``feed`` does, of samples changed by ``chain`` and then mixed as ``mixed`` says."""

    def __init__(self, feed: Feed, chain: Chain, seed: int, mixed: Mixed | None = None) -> None:
        self._feed, self._chain, self._seed, self._mixed = feed, chain, seed, mixed

    @property
    def batch_size(self) -> int:
        """How many samples a batch has."""
        return self._feed.batch_size

    def in_epoch(self, order: Tensor, start: int, epoch: int) -> Iterator[list[Tensor]]:
        """The samples at ``order`` from batch ``start`` on, as they are in an epoch."""
        size = self._feed.batch_size
        block = max(1, _BLOCK // size) * size
        for begin in range(start * size, len(order), block):
            rows = order[begin : begin + block]
            drawn = self._drawn(rows, epoch)
            for place, batch in enumerate(self._feed.batches(rows)):
                at = place * size
                yield self._changed(batch, drawn, at, at + len(batch[0]))

    def _drawn(self, rows: Tensor, epoch: int) -> _Block:
        draws = Draws.of(self._seed, epoch, rows)
        plan = self._chain.plan(draws)
        if self._mixed is None:
            return _Block(plan)
        partners = self._mixed.mixing.partners(draws)
        theirs = self._chain.plan(Draws.of(self._seed, epoch, partners))
        return _Block(plan, partners, theirs, self._mixed.mixing.drawn(draws))

    def _changed(self, batch: list[Tensor], drawn: _Block, begin: int, end: int) -> list[Tensor]:
        found = self._chain(batch, drawn.plan.part(begin, end))
        if self._mixed is None or drawn.partners is None or drawn.theirs is None:
            return found
        theirs = self._feed.fresh(drawn.partners[begin:end])
        others = self._chain(theirs, drawn.theirs.part(begin, end))
        inputs, targets = self._mixed.inputs, self._mixed.targets
        made, kept = mixed(
            [viewed(found[subject.place], subject) for subject in inputs],
            [viewed(others[subject.place], subject) for subject in inputs],
            [mix.part(begin, end) for mix in drawn.mixes],
        )
        for subject, tensor in zip(inputs, made, strict=True):
            found[subject.place] = back(tensor, subject)
        for place, classes in targets.items():
            found[place] = both(found[place], others[place], kept, classes)
        return found


def changed(feed: Augmented, chosen: Tensor, epoch: int) -> list[Tensor]:
    """Some samples as they are in an epoch, all at once."""
    parts = [[tensor.clone() for tensor in batch] for batch in feed.in_epoch(chosen, 0, epoch)]
    return [torch.cat(tensors) for tensors in zip(*parts, strict=True)]
