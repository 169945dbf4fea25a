"""What is done to gradients between the loss and the step: what large weights cost, then clipping."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import Parameter
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from graph.recipe import regularization as recipe

Shaping = Callable[[], object]
Own = tuple[float | None, float | None]  # l1 and l2
AddUp = Callable[[Tensor], None]
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


def weights_of(module: nn.Module, held: Mapping[str, Parameter] | None = None) -> dict[str, Parameter]:
    """The weights that learn, by name: no biases, no scales of normalization, nothing of one axis.

    They are those of ``held`` where this process has parts of them.
    """
    scales = {name for name, part in module.named_modules() if isinstance(part, _NORMS)}
    return {
        name: parameter
        for name, parameter in (module.named_parameters() if held is None else held.items())
        if parameter.requires_grad and parameter.ndim > 1 and not _is_apart(name, scales)
    }


def _is_apart(name: str, scales: Container[str]) -> bool:
    owner, _, leaf = name.rpartition(".")
    return "bias" in leaf or owner in scales


class Penalty:
    """``l1`` times the sum of the weights' sizes and ``l2`` times that of their squares.

    The gradient is written down, as PyTorch would find it: a loss of the weights would have to be worked out in every
    step.
    """

    def __init__(self, l1: float, l2: float, weights: Mapping[str, Tensor], own: Mapping[str, Own]) -> None:
        """``own`` has what weights cost that are not as the others, by their names."""
        self._groups: dict[tuple[float, float], list[Tensor]] = {}
        for name, weight in weights.items():
            first, second = own.get(name, (None, None))
            cost = (l1 if first is None else first, l2 if second is None else second)
            if any(cost):
                self._groups.setdefault(cost, []).append(weight)

    def __bool__(self) -> bool:
        return bool(self._groups)

    @torch.no_grad()
    def __call__(self) -> None:
        """Add the penalty's gradient to that of the loss, wherever this has one."""
        for (l1, l2), weights in self._groups.items():
            learning: list[Tensor] = [weight for weight in weights if weight.grad is not None]
            gradients = [weight.grad for weight in learning if weight.grad is not None]
            if learning and l1:
                torch._foreach_add_(gradients, torch._foreach_sign(learning), alpha=l1)
            if learning and l2:
                torch._foreach_add_(gradients, learning, alpha=2.0 * l2)

    @torch.no_grad()
    def value(self) -> Tensor | float:
        """What the weights cost now."""
        return sum(
            l1 * weight.abs().sum() + l2 * weight.square().sum()
            for (l1, l2), weights in self._groups.items()
            for weight in weights
        )


def make_penalty(chosen: recipe.Penalty, weights: Mapping[str, Tensor], own: Mapping[str, Own]) -> Penalty | None:
    """The penalty of a recipe, and of the weights that have their ``own``; none where all cost nothing."""
    return Penalty(getattr(chosen, "l1", 0.0), getattr(chosen, "l2", 0.0), weights, own) or None


def make_clipping(
    chosen: recipe.Clipping, parameters: Sequence[Parameter], add_up: AddUp | None = None
) -> Shaping | None:
    """What cuts the gradients of ``parameters`` as a recipe asks; none where it leaves them as they are.

    Where these are parts of weights, ``add_up`` replaces a number by the sum of those of all processes.
    """
    match chosen:
        case recipe.ClipNorm() if add_up is not None:
            return lambda: _clip_norm_of_parts(parameters, chosen.max_norm, add_up)
        case recipe.ClipNorm():
            return lambda: clip_grad_norm_(parameters, chosen.max_norm)
        case recipe.ClipValue():
            return lambda: clip_grad_value_(parameters, chosen.max_value)
    return None


@torch.no_grad()
def _clip_norm_of_parts(parameters: Sequence[Parameter], most: float, add_up: AddUp) -> None:
    """As ``clip_grad_norm_`` does it, with the norm of what all processes have parts of."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    device = parameters[0].device
    square = torch.stack(torch._foreach_norm(gradients)).square().sum() if gradients else torch.zeros((), device=device)
    add_up(square)
    if gradients:
        torch._foreach_mul_(gradients, (most / (square.sqrt() + 1e-6)).clamp(max=1.0))
