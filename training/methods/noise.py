"""Noise on the weights while a batch is learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

Draw = Callable[[Tensor], Tensor]


class WeightNoise:
    """Adds normal noise to the weights, not to biases, and takes it off again to the last bit."""

    def __init__(self, weights: Iterable[Tensor], deviation: float, draw: Draw = torch.randn_like) -> None:
        """``draw`` gives the normal numbers for a weight, from torch's generator."""
        self._weights = list(weights)
        self._deviation, self._draw = deviation, draw
        self._clean: list[Tensor] = []

    @torch.no_grad()
    def add(self) -> None:
        """Disturb the weights."""
        self._clean = [weight.clone() for weight in self._weights]
        for weight in self._weights:
            weight.add_(self._draw(weight), alpha=self._deviation)

    @torch.no_grad()
    def remove(self) -> None:
        """Give the weights the values they had."""
        for weight, clean in zip(self._weights, self._clean, strict=True):
            weight.copy_(clean)
        self._clean = []
