"""What L-BFGS keeps from step to step, checked: vectors as long as all parameters together, and numbers."""

from __future__ import annotations

from math import isfinite
from typing import Any

import torch
from torch import Tensor
from torch.optim import LBFGS

_NUMBERS = {"func_evals", "n_iter", "t", "prev_loss", "H_diag"}
_VECTORS = {"d", "prev_flat_grad"}
_HISTORY = {"old_dirs", "old_stps", "ro"}
_SCRATCH = "al"  # written anew in every iteration


def check_curvature(state: dict[Any, Any], optimizer: LBFGS) -> dict[Any, Any]:
    """The state that ``optimizer`` can load, its tensors in memory of their own, no longer than it may be now.

    Raises:
        ValueError: it is not one of its parameters.
    """
    if not state:
        return {}
    kept = state.get(0)
    if len(state) != 1 or not isinstance(kept, dict) or not kept.keys() <= {*_NUMBERS, *_VECTORS, *_HISTORY, _SCRATCH}:
        raise ValueError("the optimizer's state is not one of LBFGS")
    group = optimizer.param_groups[0]
    like, longest = group["params"][0], group["history_size"]
    size = sum(parameter.numel() for parameter in group["params"])
    found = {key: _checked(key, value, like, size) for key, value in kept.items() if key not in (*_HISTORY, _SCRATCH)}
    history = {key: _history(key, kept[key], like, size)[-longest:] for key in _HISTORY & kept.keys()}
    if len({len(entries) for entries in history.values()}) > 1:
        raise ValueError("the optimizer's steps back are not of one number")
    scratch = {_SCRATCH: [None] * longest} if _SCRATCH in kept else {}
    return {0: found | history | scratch}


def _history(name: str, value: Any, like: Tensor, size: int) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"'{name}' of the optimizer is not a list")
    return [_checked(name, item, like, size) for item in value]


def _checked(name: str, value: Any, like: Tensor, size: int) -> Any:
    if type(value) is Tensor:
        shape = (size,) if name in _VECTORS or name in ("old_dirs", "old_stps") else ()
        plain = value.layout == torch.strided and value.device.type == "cpu" and value.is_contiguous()
        if not plain or value.dtype != like.dtype or value.shape != shape:
            raise ValueError(f"'{name}' of the optimizer does not belong to its parameters")
        return value.clone()
    if name not in _NUMBERS or type(value) not in (int, float) or not isfinite(value):
        raise ValueError(f"'{name}' of the optimizer is a {type(value).__name__}")
    return value
