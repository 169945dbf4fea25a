"""Optimizers of torch without torch's compiler, which they load at their first call: a second of CPU and 70 MB, for
nothing, as no step of ours is compiled.

Leaves out what only speaks to the compiler and to profilers; the arithmetic, and so every bit, is the same.
"""

from __future__ import annotations

import inspect
import sys

import torch
from torch.optim import Optimizer

_CALLED = (Optimizer.add_param_group, Optimizer.state_dict, Optimizer.load_state_dict, Optimizer.zero_grad)
# Where such a function keeps the form of it that the compiler stops at.
_STOPPING = "__dynamo_disable"


def spare_compiler() -> None:
    """Have optimizers be made, saved and restored as they are, where the compiler is not there yet."""
    if "torch._dynamo" in sys.modules:
        return
    for function in _CALLED:
        plain = inspect.unwrap(function)
        if plain is not function:
            plain.__dict__.setdefault(_STOPPING, plain)


@torch.no_grad()
def take_step(optimizer: Optimizer) -> None:
    """Let an optimizer that needs no closure step by the gradients there are."""
    inspect.unwrap(type(optimizer).step)(optimizer)
