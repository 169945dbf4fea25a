"""A running average of the weights, kept beside those that learn."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from graph.recipe import regularization as recipe


def make_average(chosen: recipe.Averaging, module: nn.Module) -> AveragedModel | None:
    """The average of a module's weights and statistics that a recipe asks for, if it does."""
    if not isinstance(chosen, recipe.EMA):
        return None
    average: Any = get_ema_multi_avg_fn  # torch gives it no types
    return AveragedModel(module, multi_avg_fn=average(chosen.ema_decay), use_buffers=True)
