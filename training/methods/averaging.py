"""A running average of the weights, kept beside those that learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from graph.recipe import regularization as recipe
from training.shards.whole import Average

Averaging = Callable[[list[Tensor], list[Tensor], Any], None]


def averaging_of(chosen: recipe.Averaging) -> Averaging | None:
    """What moves an average's tensors towards others of one dtype, as a recipe asks, if it does."""
    if not isinstance(chosen, recipe.EMA):
        return None
    average: Any = get_ema_multi_avg_fn  # torch gives it no types
    found: Averaging = average(chosen.ema_decay)
    return found


def make_average(chosen: recipe.Averaging, module: nn.Module) -> Average | None:
    """The average of a module's weights and statistics that a recipe asks for, if it does."""
    average: Any = averaging_of(chosen)
    return average and Average(AveragedModel(module, multi_avg_fn=average, use_buffers=True), module)
