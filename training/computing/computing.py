"""How the steps of a training are computed: what of it speeds them up, and what a run remembers of that."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from training.devices import multiply_precisely

Loss = Callable[..., Any]
Shapes = tuple[tuple[int, ...], ...]


class Computing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs from PyTorch's usual way, such that steps are the same again after a restart.

    ``channels_last``: images and their weights lie pixel by pixel in memory. ``tf32``: a GPU multiplies float32 with
    10 bits behind the point instead of 23. ``bfloat16``: products and convolutions are computed in 16 bits, by
    automatic mixed precision; weights, gradients and objectives stay float32.
    ``compiled``: the shapes of the batches for which torch.compile has written a program; those of others, such as the
    last of an epoch, are computed as usual.
    """

    channels_last: bool = False
    tf32: bool = False
    bfloat16: bool = False
    compiled: Shapes = ()

    @property
    def words(self) -> list[str]:
        """What it is called, in the order in which it was tried."""
        plain = [word for word in ("channels_last", "tf32", "bfloat16") if getattr(self, word)]
        return [*plain, "torch.compile"] if self.compiled else plain

    def arrange(self, module: nn.Module) -> None:
        """Lay the weights out in memory as this asks for; before an optimizer has a state of them."""
        if self.channels_last:
            # As declared, it takes no memory format by itself.
            arranged: Any = module.to
            arranged(memory_format=torch.channels_last)

    @contextmanager
    def during(self) -> Iterator[None]:
        """While gradients are computed in this way."""
        if not self.tf32:
            yield
            return
        multiply_precisely(False)
        try:
            yield
        finally:
            multiply_precisely(True)

    def of(self, loss: Loss) -> Loss:
        """What computes ``loss``, a method of the module, in this way while the module trains."""
        if not self.compiled:
            return _in_bfloat16(loss) if self.bfloat16 else loss
        fast, shapes = compiled(loss), self.compiled

        def chosen(*batch: Tensor) -> Any:
            return (fast if shapes_of(batch) == shapes else loss)(*batch)

        return _in_bfloat16(chosen) if self.bfloat16 else chosen


PLAIN = Computing()
"""As PyTorch does it when nothing is said."""


def recorded(state: Mapping[str, object]) -> Computing:
    """The way that the state of a checkpoint tells of.

    Raises:
        ValueError: it tells of none that there is.
    """
    return msgspec.convert(state.get("computing", {}), Computing)


def compiled(loss: Loss) -> Loss:
    """``loss`` as a program of its own for each shape, with the random numbers that it has without."""
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")  # else a pool of processes waits for more to compile
    options: dict[str, str | int | bool | Callable[..., Any]] = {"fallback_random": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of itself as it loads its compiler
        return torch.compile(loss, dynamic=False, options=options)


def shapes_of(batch: list[Tensor] | tuple[Tensor, ...]) -> Shapes:
    """The shape of each tensor of a batch."""
    return tuple(tuple(tensor.shape) for tensor in batch)


def _in_bfloat16(loss: Loss) -> Loss:
    def mixed(*batch: Tensor) -> Any:
        with torch.autocast(batch[0].device.type, torch.bfloat16):
            return loss(*batch)

    return mixed
