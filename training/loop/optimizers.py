"""The rule that turns gradients into steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

import msgspec
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from graph.recipe import optimizers as recipe
from graph.recipe.settings import TrainingSettings
from training.errors import TrainingError
from training.methods.together import Together
from training.methods.uncompiled import spare_compiler, take_step

NOTHING_TO_LEARN = "The drawing has nothing to learn: no layer that leads to an objective has free weights."


def make_optimizer(module: nn.Module, settings: TrainingSettings) -> Optimizer:
    """The optimizer of the parameters that learn, in one fused kernel where there is one:
    twice the speed of one kernel an operation.

    Raises:
        TrainingError: nothing in the module learns.
    """
    learning = [parameter for parameter in module.parameters() if parameter.requires_grad]
    if not learning:
        raise TrainingError(NOTHING_TO_LEARN)
    return optimizer_of(learning, settings.optimizer)


def optimizer_of(learning: Sequence[Tensor], chosen: recipe.Optimizer) -> Optimizer:
    """The optimizer of some parameters that a recipe asks for."""
    options = _options(chosen)
    if not isinstance(chosen, recipe.Muon):
        return _made(type(chosen).__name__, learning, options)
    flat = [parameter for parameter in learning if parameter.ndim == 2]
    others = [parameter for parameter in learning if parameter.ndim != 2]
    kinds = {"Muon": flat, "AdamW": others}
    return Together([_made(name, some, options) for name, some in kinds.items() if some])


def _made(name: str, learning: Sequence[Tensor], options: Mapping[str, Any]) -> Optimizer:
    """The optimizer of that name in ``torch.optim``, with those of the options that it has."""
    spare_compiler()
    cls = getattr(torch.optim, name)
    known = signature(cls).parameters
    given = {"fused": True, "adjust_lr_fn": "match_rms_adamw", **options}
    made: Optimizer = cls(learning, **{key: value for key, value in given.items() if key in known})
    return made


def apply_settings(optimizer: Optimizer, settings: TrainingSettings) -> None:
    """Use the settings of now with the state of a checkpoint."""
    taken = [(optimizer, settings.optimizer)]
    if settings.turns and isinstance(optimizer, Together):
        taken = [(part, turn.optimizer) for part, turn in zip(optimizer.parts, settings.turns, strict=True)]
    for part, chosen in taken:
        for group in part.param_groups:
            group.update({key: value for key, value in _options(chosen).items() if key in group})


def warm_up() -> None:
    """Take a throw-away step on a tiny network: first uses load code that the first real step must not wait for."""
    with torch.random.fork_rng(devices=[]):
        network = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2))
        optimizer = make_optimizer(network, TrainingSettings())
        loss = nn.functional.cross_entropy(network(torch.zeros(2, 1, 4, 4)), torch.zeros(2, dtype=torch.int64))
        torch.autograd.backward(loss)
        take_step(optimizer)


def _options(chosen: recipe.Optimizer) -> dict[str, Any]:
    """The fields of a choice by the names that ``torch.optim`` gives them."""
    options = msgspec.structs.asdict(chosen)
    options["lr"] = options.pop("learning_rate")
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    if "line_search" in options:
        options["line_search_fn"] = "strong_wolfe" if options.pop("line_search") else None
        options["max_eval"] = options["max_iter"] * 5 // 4
    return options
