"""Batches from samples that are held on the device: no copies but the one a batch needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

import torch
from torch import Tensor

from training.data.held import Held, take

_MOST_LOOKED_AT, _NUMBERS_LOOKED_AT = 1024, 2**22  # samples at once, and numbers in them


class Feed:
    """Cuts batches out of samples into buffers that are used again for every batch."""

    def __init__(self, samples: Sequence[Held], batch_size: int) -> None:
        self._samples = samples
        self.batch_size = min(batch_size, len(samples[0]))
        self._buffers = [
            held.new_empty((self.batch_size, *held.shape[1:])) if isinstance(held, Tensor) else None for held in samples
        ]

    def in_epoch(self, order: Tensor, start: int, epoch: int) -> Iterator[list[Tensor]]:
        """The same in every epoch: ``batches``."""
        return self.batches(order, start)

    @property
    def device(self) -> torch.device:
        """Where the samples are."""
        return self._samples[0].device

    def batches(
        self, order: Tensor, start: int = 0, company: bool = False, part: tuple[int, int] = (0, 1)
    ) -> Iterator[list[Tensor]]:
        """The samples at ``order`` from batch ``start`` on, the last batch as short as it comes.

        With ``company``, no sample is by itself: one that is left over joins the batch before. Of as many ``part``s of
        the batches as its second number says, those of one are taken.
        """
        cut, (place, count) = self._cut(order, company)[start:], part
        for chosen in cut[len(cut) * place // count : len(cut) * (place + 1) // count]:
            buffers = self._buffers if len(chosen) <= self.batch_size else [None] * len(self._buffers)
            yield [take(held, chosen, buffer) for held, buffer in zip(self._samples, buffers, strict=True)]

    def count(self, order: Tensor, *, company: bool = False) -> int:
        """How many batches there are of the samples at ``order``."""
        return len(self._cut(order, company))

    def fresh(self, chosen: Tensor) -> list[Tensor]:
        """Some samples in tensors of their own."""
        return [take(held, chosen) for held in self._samples]

    def _cut(self, order: Tensor, company: bool) -> Sequence[Tensor]:
        size = max(2, self.batch_size) if company else self.batch_size
        if not company or len(order) % size != 1 or len(order) < size:
            return torch.split(order, size)
        sizes = [size] * (len(order) // size)
        return torch.split(order, [*sizes[:-1], size + 1])


def feed_to_look_at(samples: Sequence[Held]) -> Feed:
    """Batches to look at all samples in, none of which takes much memory."""
    largest = max(prod(held.shape[1:]) for held in samples)
    return Feed(samples, max(1, min(_MOST_LOOKED_AT, _NUMBERS_LOOKED_AT // max(1, largest))))


class Split:
    """Which samples train and which validate, and the order of each epoch: all of it follows from the seed.

    The last ``own`` of the samples are those the data brings to validate on: then no others are held back.
    """

    def __init__(self, samples: int, validation: float, seed: int, device: torch.device, own: int = 0) -> None:
        given, samples = own, samples - own
        held = min(max(1, round(samples * validation)), samples - 1) if validation and not given else 0
        shuffled = torch.randperm(samples, generator=torch.Generator().manual_seed(seed))
        brought = torch.arange(samples, samples + given)
        self.validation = torch.cat([shuffled[:held].sort().values, brought]).to(device)
        self.training = shuffled[held:]
        self._seed = seed
        self._device = device
        self.epoch_samples = len(self.training)

    @property
    def training_samples(self) -> int:
        return len(self.training)

    def validate_nothing(self) -> None:
        """Measure none of the samples that are held back."""
        self.validation = self.validation[:0]

    def leave_out(self, count: int) -> None:
        """Have every epoch end so many samples early: other ones each time."""
        self.epoch_samples -= count

    def order(self, epoch: int) -> Tensor:
        """The training samples as they come in an epoch."""
        generator = torch.Generator().manual_seed((self._seed << 32) + epoch + 1)
        shuffled = torch.randperm(self.training_samples, generator=generator)[: self.epoch_samples]
        return self.training[shuffled].to(self._device)
