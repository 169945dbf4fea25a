"""Noise on the weights while a batch is learned from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.methods.gradients import weights_of


class WeightNoise:
    """Adds normal noise to the weights, not to biases, and takes it off again to the last bit."""

    def __init__(self, module: nn.Module, deviation: float) -> None:
        self._weights = list(weights_of(module).values())
        self._deviation = deviation
        self._clean: list[Tensor] = []

    @torch.no_grad()
    def add(self) -> None:
        """Disturb the weights, with torch's generator."""
        self._clean = [weight.clone() for weight in self._weights]
        for weight in self._weights:
            weight.add_(torch.randn_like(weight), alpha=self._deviation)

    @torch.no_grad()
    def remove(self) -> None:
        """Give the weights the values they had."""
        for weight, clean in zip(self._weights, self._clean, strict=True):
            weight.copy_(clean)
        self._clean = []
