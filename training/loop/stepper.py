"""An optimizer's steps without the bookkeeping of its class, which takes small models as long as their arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from training.checkpoints.position import Position
from training.methods.uncompiled import take_step

# Every so many steps what an optimizer remembers is tidied.
TIDIED_EVERY = 64
# Kinds of numbers of which the smallest say nothing; those of half precision begin at 6e-5.
_WIDE = (torch.float32, torch.float64, torch.bfloat16)


class Stepper:
    """Takes the steps of ``optimizer`` and clears the gradients after each; ``at`` says how many were taken before.

    The first step is the optimizer's own, which makes its state; the others call the function under it, where it is
    known, with that very state: the optimizer can be saved at any time, and the numbers are the same to the last bit.
    Where it varies which parameters have a gradient, every step is the optimizer's own, which leaves out the others.

    What a parameter without gradient has left in the optimizer shrinks with every step, until it is too small to be a
    normal number, and stays there: on a CPU each step then takes two or three times as long. It is made 0 now and then,
    at steps that ``at`` alone decides, so that a run that is gone on with has the same numbers.
    """

    def __init__(self, optimizer: Optimizer, at: Position, varies: bool = False) -> None:
        self._optimizer, self._at = optimizer, at
        self._parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        self._update: Callable[[list[Tensor]], None] | None = None
        self._options: dict[str, Any] = {}
        self._known = varies  # whether it is settled if there is such a function
        if varies and isinstance(optimizer, SGD) and optimizer.param_groups[0]["momentum"]:
            self._begin_momentum()

    @torch.no_grad()
    def step(self) -> None:
        """Turn the gradients into a step."""
        if self._update is None:
            take_step(self._optimizer)
            if not self._known:
                # What no objective depends on has no gradient, now or later.
                self._parameters = [parameter for parameter in self._parameters if parameter.grad is not None]
                self._update, self._options = _update(self._optimizer, self._parameters)
                self._known = True
        else:
            self._update([parameter.grad for parameter in self._parameters])
        for parameter in self._parameters:
            parameter.grad = None
        if self._at.step % TIDIED_EVERY == 0:
            self._tidy()

    def _tidy(self) -> None:
        """Make 0 of what is too small to be a normal number in the optimizer's state."""
        for state in self._optimizer.state.values():
            for held in state.values():
                if isinstance(held, Tensor) and held.dtype in _WIDE and held.device.type == "cpu":
                    torch.hardshrink(held, torch.finfo(held.dtype).tiny, out=held)

    def _begin_momentum(self) -> None:
        """Zeros, to which the first gradient adds up as it is: the fused kernel takes momentum of all or of none."""
        for parameter in self._parameters:
            self._optimizer.state[parameter].setdefault("momentum_buffer", torch.zeros_like(parameter))

    @property
    def rate(self) -> float:
        """The learning rate of the last step, to six digits."""
        return float(f"{self._optimizer.param_groups[0]['lr']:.6g}")

    def set_rate(self, rate: float) -> None:
        """Take the next steps with this learning rate."""
        self._options["lr"] = rate
        for group in self._optimizer.param_groups:
            group["lr"] = rate


def _update(
    optimizer: Optimizer, parameters: list[Tensor]
) -> tuple[Callable[[list[Tensor]], None] | None, dict[str, Any]]:
    """The optimizer's function of the gradients, with all else filled in, and the options it looks at in each step;
    ``None`` where its own step is as good."""
    if type(optimizer) not in (Adam, AdamW, SGD):
        return None, {}
    options, states = optimizer.param_groups[0], [optimizer.state.get(parameter, {}) for parameter in parameters]
    shared = {name: options[name] for name in ("lr", "weight_decay", "maximize")}
    match optimizer:
        case Adam():
            averages, squares, steps = ([state[name] for state in states] for name in ("exp_avg", "exp_avg_sq", "step"))
            beta1, beta2 = options["betas"]
            rest = {**shared, "amsgrad": False, "beta1": beta1, "beta2": beta2, "eps": options["eps"], "fused": True}
            rest["decoupled_weight_decay"] = options["decoupled_weight_decay"]
            return lambda gradients: adam(parameters, gradients, averages, squares, [], steps, **rest), rest
        case SGD():
            buffers = [state.get("momentum_buffer") for state in states]
            rest = {**shared, **{name: options[name] for name in ("momentum", "dampening", "nesterov")}, "fused": True}
            return lambda gradients: sgd(parameters, gradients, buffers, **rest), rest
    return None, {}
