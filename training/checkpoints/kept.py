"""What an optimizer keeps for every parameter between two steps, found out by letting it take one."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.optim import Optimizer

from training.methods.together import Together
from training.methods.uncompiled import take_step

# The shape of the parameter it is tried on: what has it too is kept for every value of a parameter.
PLACES = (2, 2)
# Options that decide whether something is kept; a run may begin with them and go on without.
_MORE: dict[str, Any] = {"momentum": 0.5, "centered": True}
_LESS: dict[str, Any] = {"momentum": 0.0, "centered": False, "nesterov": False}


class Kept(NamedTuple):
    """The tensors an optimizer may keep, by name; those it keeps whatever its options, and those it keeps now."""

    known: dict[str, Tensor]
    always: Set[str]
    now: Set[str]


def kept_by(optimizer: Optimizer) -> list[Kept]:
    """What ``optimizer`` keeps of each of its parameters."""
    parts = optimizer.leaves if isinstance(optimizer, Together) else [optimizer]
    return [_kept(part) for part in parts for group in part.param_groups for _ in group["params"]]


def _kept(optimizer: Optimizer) -> Kept:
    options = {key: value for key, value in optimizer.param_groups[0].items() if key != "params"}
    less, more = ({key: value for key, value in some.items() if key in options} for some in (_LESS, _MORE))
    known = _after_a_step(type(optimizer), options | more)
    return Kept(
        known, _after_a_step(type(optimizer), options | less).keys(), _after_a_step(type(optimizer), options).keys()
    )


def _after_a_step(kind: Any, options: dict[str, Any]) -> dict[str, Tensor]:
    parameter = torch.zeros(PLACES, requires_grad=True)
    parameter.grad = torch.zeros(PLACES)
    optimizer = kind([{"params": [parameter], **options}])
    take_step(optimizer)
    return {key: value for key, value in optimizer.state[parameter].items() if value is not None}
