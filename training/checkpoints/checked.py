"""The state in a checkpoint, checked against what it will be used for: a fused kernel trusts whatever it is given."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import LBFGS, Optimizer

from training.checkpoints.curvature import check_curvature
from training.checkpoints.kept import PLACES, Kept, kept_by


def check_weights(weights: Mapping[str, Tensor], module: nn.Module) -> None:
    """Refuse weights of another type than the module's, which torch would convert without a word.

    Raises:
        ValueError: naming the weight.
    """
    for key, ours in module.state_dict().items():
        if key in weights and weights[key].dtype != ours.dtype:
            raise ValueError(f"'{key}' is {_name(weights[key].dtype)}, expected {_name(ours.dtype)}")


def check_optimizer(saved: object, optimizer: Optimizer, epochs: int, steps: int) -> dict[str, Any]:
    """What ``optimizer`` can load of a saved state: its tensors, each in memory of its own laid out like its parameter.

    In an epoch it has taken a step; within the first perhaps none yet, where several batches make one.
    The options are those ``optimizer`` has: they follow from the settings.

    Raises:
        ValueError: the state does not belong to its parameters.
    """
    groups = optimizer.state_dict()["param_groups"]
    if not isinstance(saved, dict) or not isinstance(saved.get("state"), dict):
        raise ValueError("it has no optimizer state")
    if _members(saved.get("param_groups")) != _members(groups):
        raise ValueError("its optimizer has other parameters")
    if isinstance(optimizer, LBFGS):
        return {"state": check_curvature(saved["state"], optimizer), "param_groups": groups}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    kept, state = kept_by(optimizer), saved["state"]
    if epochs and not state and any(each.always for each in kept):
        raise ValueError("its optimizer state is empty")
    checked = {place: _entry(place, entry, parameters, kept, steps) for place, entry in state.items()}
    return {"state": _completed(checked, parameters, kept), "param_groups": groups}


def check_average(saved: object, ours: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The averaged weights that an average can load whose state is like ``ours``.

    Raises:
        ValueError: they are not of its module.
    """
    if not isinstance(saved, dict) or saved.keys() != ours.keys():
        raise ValueError("its averaged weights are of another drawing")
    for name, value in saved.items():
        _check_tensor(f"the average of '{name}'", value, ours[name])
    return saved


def check_gradients(saved: object, parameters: list[Tensor]) -> list[Tensor | None]:
    """The gradients of a group of batches that was begun, each in memory laid out like its parameter.

    Raises:
        ValueError: they do not belong to the parameters.
    """
    if not isinstance(saved, list) or len(saved) != len(parameters):
        raise ValueError("its gradients are of other parameters")
    for place, (value, parameter) in enumerate(zip(saved, parameters, strict=True)):
        if value is not None:
            _check_tensor(f"the gradient of parameter {place}", value, parameter)
    return [
        None if value is None else torch.empty_like(parameter, requires_grad=False).copy_(value)
        for value, parameter in zip(saved, parameters, strict=True)
    ]


def _completed(
    state: dict[Any, dict[str, Tensor]], parameters: list[Tensor], kept: list[Kept]
) -> dict[Any, dict[str, Tensor]]:
    """A state with zeros for what is kept only now, as torch begins with.

    Momentum alone, as SGD keeps it, torch takes from all parameters or from none.
    """
    if not any(state.values()):
        return state
    places = [place for place in range(len(parameters)) if place in state or not kept[place].always]
    return {place: _zeros(parameters[place], kept[place]) | state.get(place, {}) for place in places}


def _zeros(parameter: Tensor, kept: Kept) -> dict[str, Tensor]:
    return {key: torch.zeros_like(parameter, device="cpu") for key in kept.now - kept.always}


def check_random(state: object, device: torch.device) -> dict[str, Tensor]:
    """The states of the random generators, by the type of their device.

    Raises:
        ValueError: they are none.
    """
    if not isinstance(state, dict) or not isinstance(state.get("cpu"), Tensor):
        raise ValueError("it has no state of the random generator")
    expected = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        expected["cuda"] = torch.cuda.get_rng_state(device)
    if device.type == "mps":
        expected["mps"] = torch.mps.get_rng_state()
    found = {kind: state[kind] for kind in expected if kind in state}
    for kind, value in found.items():
        _check_tensor(f"the state of the random generator ({kind})", value, expected[kind])
    return found


def check_position(position: Any) -> None:
    """Refuse a position no training comes to.

    Raises:
        ValueError: naming the number.
    """
    for name in ("epoch", "batch", "step", "samples"):
        if not 0 <= getattr(position, name) < 2**53:
            raise ValueError(f"its {name} is {getattr(position, name)}")
    if max(position.epoch, position.batch) > position.step:
        raise ValueError(f"after {position.step} steps it is at epoch {position.epoch}, batch {position.batch}")
    if len(position.costs) > position.epoch or not all(cost is None or isfinite(cost) for cost in position.costs):
        raise ValueError("its figures are not those of its epochs")
    if position.best is not None and not isfinite(position.best):
        raise ValueError(f"its best loss is {position.best}")


def _members(groups: object) -> list[object]:
    """Which parameters are in each group, by their numbers."""
    if not isinstance(groups, list):
        return []
    return [group.get("params") if isinstance(group, dict) else None for group in groups]


def _entry(
    place: object, entry: object, parameters: list[Tensor], all_kept: list[Kept], steps: int
) -> dict[str, Tensor]:
    """The state of one parameter."""
    if type(place) is not int or not 0 <= place < len(parameters):
        raise ValueError("its optimizer state is of a parameter that is not there")
    if not isinstance(entry, dict):
        raise ValueError(f"the optimizer's state of parameter {place} is a {type(entry).__name__}")
    entry, kept = {key: value for key, value in entry.items() if value is not None}, all_kept[place]
    if not kept.always <= entry.keys() <= kept.known.keys():
        raise ValueError(f"the optimizer's state of parameter {place} is incomplete")
    return {
        key: _value(f"'{key}' of parameter {place}", value, parameters[place], kept.known[key], steps)
        for key, value in entry.items()
    }


def _value(what: str, value: Tensor, parameter: Tensor, like: Tensor, steps: int) -> Tensor:
    if like.shape == PLACES:
        _check_tensor(what, value, parameter)
        return torch.empty_like(parameter, device="cpu", requires_grad=False).copy_(value)
    _check_tensor(what, value, like)
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{what} is {number}")
    if "'step'" in what and not (number.is_integer() and 0 <= number <= steps):
        raise ValueError(f"{what} is {number}, not a number of steps up to {steps}")
    return value.clone()


def _check_tensor(what: str, value: object, like: Tensor) -> None:
    if type(value) is not Tensor:
        raise ValueError(f"{what} is not a tensor")
    if value.layout != torch.strided or value.device.type != "cpu" or value.is_quantized or value.is_neg():
        raise ValueError(f"{what} is not a plain tensor")
    if value.dtype != like.dtype:
        raise ValueError(f"{what} is {_name(value.dtype)}, expected {_name(like.dtype)}")
    if value.shape != like.shape:
        raise ValueError(f"{what} has the shape {tuple(value.shape)}, expected {tuple(like.shape)}")
    if not value.is_contiguous() and value.stride() != like.stride():
        raise ValueError(f"{what} has the strides {value.stride()}, expected {like.stride()}")


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
