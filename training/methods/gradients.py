"""What is done to gradients between the loss and the step: what large weights cost, then clipping."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

import torch
from torch import Tensor, nn
from torch.nn import Parameter
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from graph.recipe import regularization as recipe

Shaping = Callable[[], object]
_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


def weights_of(module: nn.Module) -> dict[str, Parameter]:
    """The weights that learn, by name: no biases, no scales of normalization, nothing of one axis."""
    scales = {name for name, part in module.named_modules() if isinstance(part, _NORMS)}
    return {
        name: parameter
        for name, parameter in module.named_parameters()
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

    def __init__(self, l1: float, l2: float, module: nn.Module) -> None:
        self._l1, self._l2 = l1, l2
        self._weights = list(weights_of(module).values())

    @torch.no_grad()
    def __call__(self) -> None:
        """Add the penalty's gradient to that of the loss, wherever this has one."""
        learning: list[Tensor] = [weight for weight in self._weights if weight.grad is not None]
        gradients = [weight.grad for weight in learning if weight.grad is not None]
        if learning and self._l1:
            torch._foreach_add_(gradients, torch._foreach_sign(learning), alpha=self._l1)
        if learning and self._l2:
            torch._foreach_add_(gradients, learning, alpha=2.0 * self._l2)

    @torch.no_grad()
    def value(self) -> Tensor | float:
        """What the weights cost now."""
        return sum(self._l1 * weight.abs().sum() + self._l2 * weight.square().sum() for weight in self._weights)


def make_penalty(chosen: recipe.Penalty, module: nn.Module) -> Penalty | None:
    """The penalty of a recipe; none where it is no more than zero."""
    l1, l2 = getattr(chosen, "l1", 0.0), getattr(chosen, "l2", 0.0)
    return Penalty(l1, l2, module) if l1 or l2 else None


def make_clipping(chosen: recipe.Clipping, parameters: Sequence[Parameter]) -> Shaping | None:
    """What cuts the gradients of ``parameters`` as a recipe asks; none where it leaves them as they are."""
    match chosen:
        case recipe.ClipNorm():
            return lambda: clip_grad_norm_(parameters, chosen.max_norm)
        case recipe.ClipValue():
            return lambda: clip_grad_value_(parameters, chosen.max_value)
    return None
