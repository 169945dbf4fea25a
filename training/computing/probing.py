"""Tries ways of computing a step on a batch before training, and keeps those that are right and make it faster."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from statistics import median
from time import perf_counter
from typing import NamedTuple

import torch
from msgspec.structs import replace
from torch import Tensor, nn

from training.checkpoints.position import random_state, set_random_state
from training.computing.computing import PLAIN, Computing, shapes_of
from training.devices import UNORDERED

GAIN = 0.95
"""A way is kept if a step takes at most this share of the time that it takes without."""
COMPILED_FROM = 300.0
"""Seconds that training has to take for torch.compile to be tried: writing a program can take more than a minute."""
_LEAST, _MOST, _BUDGET = 3, 9, 4.0  # rounds of a comparison, and the seconds after which no other is begun
# How far loss and gradients may be off, in parts of their size. Of float32's 24 bits, tf32 keeps 11 and bfloat16 8, and
# many layers, above all with batch normalization, make it more: in a new ResNet-18 the gradients are off by a fourth.
_OFF = {True: (0.05, 0.5), False: (1e-3, 1e-2)}

Run = Callable[[], object]
Timer = Callable[[Run, Run], tuple[float, float]]
"""Gives the seconds that each of two takes."""


class Asked(NamedTuple):
    """Which ways are tried."""

    channels_last: bool = False
    tf32: bool = False
    bfloat16: bool = False
    compiled: bool = False


class Probed(NamedTuple):
    """What is kept, and what is said of it."""

    computing: Computing
    told: str


class _Found(NamedTuple):
    """What a batch came to: its loss, and all gradients in one row."""

    loss: float
    gradients: Tensor


class _WrongError(Exception):
    """A way gives other numbers."""


def probe(
    module: nn.Module, losses: Sequence[str], batch: list[Tensor], asked: Asked, steps: int, timer: Timer | None = None
) -> Probed:
    """Compute the gradients of ``losses``, methods of the module, for a batch in each way that is asked for.

    ``steps`` are those that training will take. Weights, statistics and random numbers are afterwards as they were.

    Raises:
        Exception: what the usual way raises.
    """
    found = _Probe(module, losses, batch)
    try:
        return found.choose(asked, steps, timer or found.timed)
    finally:
        found.restore()


def works(module: nn.Module, losses: Sequence[str], batch: list[Tensor], computing: Computing) -> str:
    """Why a way in which a run was computed so far cannot be gone on with here; empty where it can.

    Weights, statistics and random numbers are afterwards as they were.
    """
    probe = _Probe(module, losses, batch)
    try:
        probe.try_out(computing)
    except Exception as error:  # as above
        return first_line(error)
    finally:
        probe.restore()
    return ""


def unsteady(module: nn.Module, losses: Sequence[str], batch: list[Tensor]) -> list[str]:
    """What of a step torch cannot compute in the same order every time, though it is to, by torch's own names.

    Weights, statistics and random numbers are afterwards as they were.
    """
    probe = _Probe(module, losses, batch)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            probe.run_once()
    finally:
        probe.restore()
    said = [str(warning.message) for warning in caught]
    return sorted({text.split()[0] for text in said if UNORDERED in text})


class _Probe:
    def __init__(self, module: nn.Module, losses: Sequence[str], batch: list[Tensor]) -> None:
        self._module, self._batch, self._device = module, batch, batch[0].device
        self._losses = [getattr(module, name) for name in losses]
        self._parameters = list(module.parameters())
        self._data = [parameter.data for parameter in self._parameters]
        self._buffers = [(buffer, buffer.clone()) for buffer in module.buffers()]
        self._random = random_state(self._device)
        self._training = module.training
        self._drew = False  # whether random numbers were drawn the last time
        self._draws = False  # whether they are usually
        module.train()

    def choose(self, asked: Asked, steps: int, timer: Timer) -> Probed:
        usual = self._way(PLAIN)
        right = self._come_to(usual)
        if right is None or not isfinite(right.loss):
            return Probed(PLAIN, "No way of computing steps faster was tried: the first batch has no loss to compare.")
        self._draws = self._drew
        kept, run = PLAIN, usual
        seconds, _ = timer(usual, usual)
        said = []
        for name, tried in self._ways(asked):
            if name == "torch.compile" and seconds * steps < COMPILED_FROM:
                said.append(f"{name} is not tried for a training of about {max(1, round(seconds * steps)):,} s")
                continue
            tried = _joined(kept, tried)
            other = self._way(tried)
            try:
                self._compare(other, run, tried.bfloat16 or tried.tf32)
                without, took = timer(run, other)
            except _WrongError as wrong:
                said.append(f"{name} is left out, for it gives {wrong}")
            except Exception as error:  # compilers and kernels raise whatever they like
                said.append(f"{name} is left out, for it does not work here ({first_line(error)})")
            else:
                faster = took <= GAIN * without
                said.append(f"{name} is {'kept' if faster else 'left out'} ({without / took:.2f} times as fast)")
                if faster:
                    kept, run, seconds = tried, other, took
        return Probed(kept, f"The gradients of a batch take {1000.0 * seconds:.3g} ms: {'; '.join(said)}.")

    def run_once(self) -> None:
        """Compute once in the usual way, with what torch warns of."""
        self._way(PLAIN)()

    def try_out(self, computing: Computing) -> None:
        """Compute once in a way.

        Raises:
            Exception: it does not work here.
        """
        self._come_to(self._way(computing))

    def restore(self) -> None:
        """Leave the module and the random numbers as they were."""
        self._lay(self._data)
        self._forget()
        self._module.train(self._training)

    def timed(self, one: Run, other: Run) -> tuple[float, float]:
        """The median times of two, which take turns: what else the machine does meets both alike."""
        one(), other()
        taken: tuple[list[float], list[float]] = ([], [])
        ends = perf_counter() + _BUDGET
        while len(taken[0]) < _MOST and (len(taken[0]) < _LEAST or perf_counter() < ends):
            for run, seconds in zip((one, other), taken, strict=True):
                began = self._clock()
                run()
                seconds.append(self._clock() - began)
        return median(taken[0]), median(taken[1])

    def _ways(self, asked: Asked) -> Iterator[tuple[str, Computing]]:
        if asked.channels_last and any(parameter.dim() == 4 for parameter in self._parameters):
            yield "channels_last", Computing(channels_last=True)
        if asked.tf32 and self._device.type == "cuda":
            yield "tf32", Computing(tf32=True)
        if asked.bfloat16:
            yield "bfloat16", Computing(bfloat16=True)
        if asked.compiled:
            yield "torch.compile", Computing(compiled=shapes_of(self._batch))

    def _way(self, computing: Computing) -> Callable[[], Tensor]:
        """What computes the gradients in a way, and gives the loss."""
        computing.arrange(self._module)
        data = [parameter.data for parameter in self._parameters]
        self._lay(self._data)
        losses = [computing.of(loss) for loss in self._losses]

        def run() -> Tensor:
            self._lay(data)
            self._clear()
            with computing.during():
                total = torch.stack([loss(*self._batch)[0] for loss in losses]).sum()
                if total.requires_grad:
                    torch.autograd.backward(total)
            return total.detach()

        return run

    def _compare(self, run: Callable[[], Tensor], right: Callable[[], Tensor], rough: bool) -> None:
        """See that a way comes to the same as another, but for rounding.

        In another layout or precision, layers that draw random numbers draw others: then losses without them have to
        do.

        Raises:
            _WrongError: it does not.
        """
        try:
            _check(self._come_to(run), self._come_to(right), rough)
        except _WrongError:
            if not self._draws:
                raise
            self._module.eval()
            try:
                with torch.no_grad():
                    _check_loss(self._loss_of(run), self._loss_of(right), rough)
            finally:
                self._module.train()

    def _loss_of(self, run: Callable[[], Tensor]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # compilers warn of themselves
            return float(run())

    def _come_to(self, run: Callable[[], Tensor]) -> _Found | None:
        """What a way comes to, beginning with the same random numbers; none where there is nothing to learn."""
        set_random_state(self._random, self._device)
        loss = self._loss_of(run)
        after = random_state(self._device)
        self._drew = any(not torch.equal(state, self._random[kind]) for kind, state in after.items())
        gradients = [parameter.grad for parameter in self._parameters if parameter.grad is not None]
        row = torch.cat([gradient.reshape(-1) for gradient in gradients]) if gradients else None
        self._forget()
        return None if row is None else _Found(loss, row)

    def _lay(self, data: list[Tensor]) -> None:
        for parameter, tensor in zip(self._parameters, data, strict=True):
            parameter.data = tensor

    def _clear(self) -> None:
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def _forget(self) -> None:
        """Take back what computing leaves behind: gradients, statistics, where random numbers are."""
        self._clear()
        for buffer, before in self._buffers:
            buffer.copy_(before)
        set_random_state(self._random, self._device)

    def _clock(self) -> float:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        if self._device.type == "mps":
            torch.mps.synchronize()
        return perf_counter()


def _joined(kept: Computing, tried: Computing) -> Computing:
    """Both ways at once."""
    return replace(
        kept,
        channels_last=kept.channels_last or tried.channels_last,
        tf32=kept.tf32 or tried.tf32,
        bfloat16=kept.bfloat16 or tried.bfloat16,
        compiled=tried.compiled or kept.compiled,
    )


def _check_loss(found: float, right: float, rough: bool) -> None:
    if not abs(found - right) <= _OFF[rough][0] * max(abs(right), 1e-3):
        raise _WrongError(f"a loss of {found:.6g} instead of {right:.6g}")


def _check(found: _Found | None, right: _Found | None, rough: bool) -> None:
    if found is None or right is None or found.gradients.shape != right.gradients.shape:
        raise _WrongError("other gradients")
    _check_loss(found.loss, right.loss, rough)
    size = float(right.gradients.norm())
    off = float((found.gradients - right.gradients).norm())
    if not off <= _OFF[rough][1] * max(size, 1e-6):
        raise _WrongError(f"gradients that are {off / max(size, 1e-6):.0%} off")


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:200]
