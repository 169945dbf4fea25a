"""What a process holds of a module that it trains: all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import Parameter
from torch.optim import Optimizer
from torch.optim.swa_utils import AveragedModel

from compiler.to_python.state import own_state


class Average:
    """A running average of a module's weights and statistics, which are those of ``module``."""

    def __init__(self, averaged: AveragedModel, learning: nn.Module) -> None:
        self.module: nn.Module = averaged.module
        self._averaged, self._learning = averaged, learning

    def update(self) -> None:
        """Count the weights and statistics of now."""
        self._averaged.update_parameters(self._learning)

    def layout(self) -> Mapping[str, Tensor]:
        """Tensors like those of its state."""
        return self._averaged.state_dict()

    def state(self) -> dict[str, Tensor]:
        """Its whole state; where processes have parts, all have to ask, and it is of use to the first alone."""
        return dict(self._averaged.state_dict())

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take up such a state."""
        self._averaged.load_state_dict(dict(state))

    def weights(self) -> dict[str, Tensor]:
        """The averaged tensors, each once, as ``state`` gives them."""
        return own_state(self.module)


class Whole:
    """A module of which this process holds every weight whole."""

    held: Mapping[str, Parameter] | None = None
    """The parts that this process has of weights, by their names, if it does not have them whole."""

    told = ""
    """What there is to say of it."""

    average: Average | None = None
    """The average, where it is made with the parts."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    @property
    def add_up(self) -> Callable[[Tensor], None] | None:
        """What replaces numbers that are found of parts by the sums over all processes, if there are parts."""
        return None

    def random_like(self, weight: Tensor) -> Tensor:
        """Normal numbers for a weight, from torch's generator."""
        return torch.randn_like(weight)

    def state(self) -> dict[str, Tensor]:
        """The module's tensors, each once; where processes have parts, all have to ask, for use by the first alone."""
        return own_state(self.module)

    def optimizer_state(self, optimizer: Optimizer) -> dict[str, Any]:
        """The state of an optimizer of whole weights, as ``state`` gives it."""
        return optimizer.state_dict()
