"""Batches from samples that are held on the device: no copies but the one a batch needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from training.data.resized import Held, take


class Feed:
    """Cuts batches out of samples into buffers that are used again for every batch."""

    def __init__(self, samples: Sequence[Held], batch_size: int) -> None:
        self._samples = samples
        self.batch_size = min(batch_size, len(samples[0]))
        self._buffers = [
            held.new_empty((self.batch_size, *held.shape[1:])) if isinstance(held, Tensor) else None for held in samples
        ]

    def batches(self, order: Tensor, start: int = 0) -> Iterator[list[Tensor]]:
        """The samples at ``order`` from batch ``start`` on, the last batch as short as it comes."""
        for chosen in torch.split(order, self.batch_size)[start:]:
            yield [take(held, chosen, buffer) for held, buffer in zip(self._samples, self._buffers, strict=True)]


class Split:
    """Which samples train and which validate, and the order of each epoch: all of it follows from the seed."""

    def __init__(self, samples: int, validation: float, seed: int, device: torch.device) -> None:
        held = min(max(1, round(samples * validation)), samples - 1) if validation else 0
        shuffled = torch.randperm(samples, generator=torch.Generator().manual_seed(seed))
        self.validation = shuffled[:held].sort().values.to(device)
        self._training = shuffled[held:]
        self._seed = seed
        self._device = device
        self.epoch_samples = len(self._training)

    @property
    def training_samples(self) -> int:
        return len(self._training)

    def leave_out(self, count: int) -> None:
        """Have every epoch end so many samples early: other ones each time."""
        self.epoch_samples -= count

    def order(self, epoch: int) -> Tensor:
        """The training samples as they come in an epoch."""
        generator = torch.Generator().manual_seed((self._seed << 32) + epoch + 1)
        shuffled = torch.randperm(self.training_samples, generator=generator)[: self.epoch_samples]
        return self._training[shuffled].to(self._device)
