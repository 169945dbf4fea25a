"""Which of several processes this is, and what they tell each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed

from training.errors import TrainingError

T = TypeVar("T")
# A pause may last; a process that ends is noticed at once, for its connections close.
_PATIENCE = timedelta(days=7)


class Ranks:
    """Process ``rank`` of ``count``; the first alone writes. All have to call the same methods in the same order."""

    def __init__(self, rank: int = 0, count: int = 1, local: int = 0) -> None:
        self.rank, self.count, self.local = rank, count, local

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and that tells of the training."""
        return self.rank == 0

    def device(self, chosen: torch.device) -> torch.device:
        """The device of this process, where one was chosen for all: a GPU each.

        Raises:
            TrainingError: there are not so many GPUs, or they are not of a kind that processes can share out.
        """
        if self.count == 1 or chosen.type == "cpu":
            return chosen
        if chosen.type != "cuda" or chosen.index is not None:
            raise TrainingError(
                f"{self.count} processes train on cpu, or on cuda with a GPU each, not on '{chosen}'; set device to "
                "cpu or cuda."
            )
        there = torch.cuda.device_count()
        if self.local >= there:
            raise TrainingError(
                f"Of the GPUs of this machine each process takes one, but PyTorch sees {there} here; lower --nproc to "
                f"{there}, or set device to cpu."
            )
        torch.cuda.set_device(self.local)
        return torch.device("cuda", self.local)

    def from_first(self, find: Callable[[], T]) -> T:
        """What the first process finds; the others wait for it.

        Raises:
            TrainingError: another process has ended.
        """
        if self.count == 1:
            return find()
        held: list[Any] = [find() if self.first else None]
        with noticing(self.count):
            distributed.broadcast_object_list(held, src=0)
        found: T = held[0]
        return found

    def from_all(self, own: T) -> list[T]:
        """What every process has, in their order.

        Raises:
            TrainingError: another process has ended.
        """
        if self.count == 1:
            return [own]
        found: list[Any] = [None] * self.count
        with noticing(self.count):
            distributed.all_gather_object(found, own)
        return found

    def add_up(self, numbers: Tensor) -> None:
        """Replace numbers by their sums over all processes.

        Raises:
            TrainingError: another process has ended.
        """
        with noticing(self.count):
            distributed.all_reduce(numbers)


ALONE = Ranks()


@contextmanager
def joined(environment: Mapping[str, str] = os.environ) -> Iterator[Ranks]:
    """This process as one of those that the environment tells of, as torchrun writes it.

    Raises:
        TrainingError: the environment says too little, or the others cannot be reached.
    """
    try:
        rank, count = int(environment["RANK"]), int(environment["WORLD_SIZE"])
        local = int(environment.get("LOCAL_RANK", rank))
        # Whether it trains on GPUs is known later; what is told of in words goes by the CPU anyway.
        gpus = torch.cuda.is_available() and distributed.is_nccl_available()
        backend = "cpu:gloo,cuda:nccl" if gpus else "gloo"
        distributed.init_process_group(backend, rank=rank, world_size=count, timeout=_PATIENCE)
    except (KeyError, ValueError, RuntimeError) as error:
        what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise TrainingError(
            f"The processes that are to train together do not find each other ({what}); start them with --nproc, or "
            "with torchrun."
        ) from None
    try:
        yield Ranks(rank, count, local)
    finally:
        distributed.destroy_process_group()


@contextmanager
def noticing(count: int, *, certainly: bool = True) -> Iterator[None]:
    """Say in a sentence that another process is gone; ``certainly`` where nothing else can fail."""
    try:
        yield
    except RuntimeError as error:
        if not certainly and not _is_of_connections(error):
            raise
        raise TrainingError(
            f"Another of the {count} processes that train together has ended; --resume goes on from the last "
            "checkpoint."
        ) from None


def _is_of_connections(error: RuntimeError) -> bool:
    return isinstance(error, distributed.DistError) or any(name in str(error).lower() for name in ("gloo", "nccl"))
