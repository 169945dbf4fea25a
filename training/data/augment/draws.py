"""Random numbers that are a function of (seed, epoch, index of the sample), whatever else is in its batch.

A counter is scrambled (SplitMix64, Steele 2014) wherever a number is needed, so that nothing has to be drawn in order.
A number is one of 65,536 steps. What is not computed by plain arithmetic from it, such as a sine, is looked up in a
table with an entry a step: kernels that take several numbers at a time may round the last of a batch in another way.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

STEPS = 65_536
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WORD = 2**64


class Draws:
    """The random numbers of some samples, one a sample for each ``stream``."""

    def __init__(self, keys: Tensor) -> None:
        self._keys = keys

    @classmethod
    def of(cls, seed: int, epoch: int, index: Tensor) -> Draws:
        """Those of the samples ``index`` (N,) in an epoch."""
        base = _scrambled((_scrambled(seed + _GOLDEN) + epoch * _GOLDEN) % _WORD)
        return cls(_scramble(index * _signed(_GOLDEN) + _signed(base)))

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def device(self) -> torch.device:
        """Where the numbers are."""
        return self._keys.device

    def part(self, start: int, stop: int) -> Draws:
        """Those of some of the samples."""
        return Draws(self._keys[start:stop])

    def words(self, stream: int) -> Tensor:
        """Whole numbers (N,) from 0 to 2**63 - 1."""
        return _right(self._scrambled(self._keys, stream), 1)

    def steps(self, stream: int) -> Tensor:
        """Whole numbers (N,) from 0 to 65,535."""
        return _right(self._scrambled(self._keys, stream), 48)

    def shares(self, stream: int) -> Tensor:
        """Numbers (N,) from 0 to 1, in float32, both ends left out."""
        return (self.steps(stream).float() + 0.5) / STEPS

    def between(self, stream: int, low: float, high: float) -> Tensor:
        """Numbers (N,) from ``low`` to ``high``, in float32."""
        return self.shares(stream) * (high - low) + low

    def chances(self, stream: int, chance: float) -> Tensor:
        """Yes or no (N,): yes for this share of the samples."""
        return self.shares(stream) < chance

    def normal(self, stream: int, count: int) -> Tensor:
        """Normal numbers (N, count), of 65,536 steps as well; four of them from each word."""
        quarters = -(-count // 4)
        counters = torch.arange(quarters, device=self._keys.device) * _signed(_GOLDEN)
        words = self._scrambled(self._keys[:, None] + counters, stream)
        lanes = torch.stack([_right(words, 16 * lane) & (STEPS - 1) for lane in range(4)], dim=2)
        found: Tensor = _normal_table().to(words.device)[lanes.flatten(1)]
        return found[:, :count]

    def _scrambled(self, keys: Tensor, stream: int) -> Tensor:
        return _scramble(keys + _signed(_scrambled(stream * _GOLDEN % _WORD)))


def midpoints() -> Tensor:
    """The number from 0 to 1 that each step stands for, in float64: what tables are made from."""
    return (torch.arange(STEPS, dtype=torch.float64) + 0.5) / STEPS


@cache
def beta_table(alpha: float) -> Tensor:
    """What each step is in a beta distribution whose two parameters are ``alpha``, in float32."""
    from scipy.special import betaincinv  # which takes longer to import than a small model to train

    return torch.from_numpy(betaincinv(alpha, alpha, midpoints().numpy())).float()


@cache
def _normal_table() -> Tensor:
    from scipy.special import ndtri

    return torch.from_numpy(ndtri(midpoints().numpy())).float()


def _scramble(x: Tensor) -> Tensor:
    x = (x ^ _right(x, 30)) * _signed(_FIRST)
    x = (x ^ _right(x, 27)) * _signed(_SECOND)
    return x ^ _right(x, 31)


def _right(x: Tensor, bits: int) -> Tensor:
    """Shifted to the right as if there were no sign."""
    return (x >> bits) & ((1 << (64 - bits)) - 1) if bits else x


def _scrambled(x: int) -> int:
    x = ((x ^ (x >> 30)) * _FIRST) % _WORD
    x = ((x ^ (x >> 27)) * _SECOND) % _WORD
    return x ^ (x >> 31)


def _signed(x: int) -> int:
    """The 64 bits of a number as torch holds them."""
    return x - _WORD if x >= _WORD // 2 else x
