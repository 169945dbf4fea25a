"""How large each layer's gradient, weights and steps are, measured in few of the steps and fetched later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, sqrt

import torch
from torch import Tensor, nn

from graph.analysis.leaves import leaves
from graph.document import Document
from training.protocol import GradientHealth, NodeHealth, Number

RHYTHM = 25
"""At least so many steps lie between two that are measured: then it costs a step less than a twentieth."""
_MOST_RECORDS = 500
_MOST_NUMBERS = 60_000


def rhythm_of(steps: int, nodes: int) -> int:
    """How many steps lie between two that are measured, such that a run keeps no more of them than can be shown."""
    records = max(20, min(_MOST_RECORDS, _MOST_NUMBERS // max(1, nodes)))
    return max(RHYTHM, -(-steps // records))


def nodes_of(
    document: Document, module: nn.Module, held: Mapping[str, nn.Parameter] | None = None
) -> dict[str, list[nn.Parameter]]:
    """The tensors that learn of each layer, by the layer's full name; shared ones go by the layer that owns them.

    They are those of ``held`` where this process has parts of them.
    """
    parameters = module.named_parameters() if held is None else held.items()
    learning = {name: tensor for name, tensor in parameters if tensor.requires_grad}
    all_leaves = leaves(document)
    found: dict[str, list[nn.Parameter]] = {}
    for path, leaf in all_leaves.items():
        tensors = [learning.pop(name) for name in leaf.tensors() if name in learning]
        if tensors:
            found[leaf.owner if leaf.owner in all_leaves else path] = tensors
    return found


class Norms:
    """Measures a step in every so many of a module's whose layers have these tensors.

    Nothing waits for a number: ``drain`` fetches what has gathered. The training's own numbers are not touched.
    Where the tensors are parts of weights, ``add_up`` replaces numbers by the sums of those of all processes.
    """

    def __init__(
        self, nodes: dict[str, list[nn.Parameter]], every: int, add_up: Callable[[Tensor], None] | None = None
    ) -> None:
        self.every, self._add_up = every, add_up
        self._names = [name for name, tensors in nodes.items() for _ in tensors]
        self._tensors = [tensor for tensors in nodes.values() for tensor in tensors]
        self._held: list[Tensor] = []
        self._places: list[int] = []
        self._numbers: list[Tensor] = []
        self._gathered: list[tuple[int, int, list[int], Tensor]] = []

    def due(self, step: int) -> bool:
        """Whether a step, the first of which is 1, is one that is measured."""
        return (step - 1) % self.every == 0

    @torch.no_grad()
    def begin(self) -> None:
        """Hold the weights as they are before a step, always in the same memory."""
        if not self._held:
            self._held = [torch.empty_like(tensor) for tensor in self._tensors]
        torch._foreach_copy_(self._held, self._now())

    @torch.no_grad()
    def look(self) -> None:
        """Measure the gradients there are, and the weights they are of."""
        self._places = [place for place, tensor in enumerate(self._tensors) if tensor.grad is not None]
        gradients = [tensor.grad for tensor in self._tensors if tensor.grad is not None]
        held = [self._held[place] for place in self._places]
        self._numbers = [*_norms(gradients), *_norms(held)]

    @torch.no_grad()
    def end(self, epoch: int, step: int) -> None:
        """Measure what the step has changed."""
        if not self._places:
            return
        now, held = self._now(), self._held
        torch._foreach_sub_(held, now)
        numbers = torch.stack([*self._numbers, *_norms([held[place] for place in self._places])])
        if self._add_up:
            numbers = numbers.square()
            self._add_up(numbers)
            numbers = numbers.sqrt()
        self._gathered.append((epoch, step, self._places, numbers))

    def _now(self) -> list[Tensor]:
        return [tensor.detach() for tensor in self._tensors]

    def drain(self) -> list[GradientHealth]:
        """What has gathered, fetched from the device."""
        gathered, self._gathered = self._gathered, []
        return [
            _health(epoch, step, [self._names[place] for place in places], numbers.tolist())
            for epoch, step, places, numbers in gathered
        ]


def _norms(tensors: list[Tensor]) -> list[Tensor]:
    return list(torch._foreach_norm(tensors)) if tensors else []


def _health(epoch: int, step: int, names: list[str], numbers: list[float]) -> GradientHealth:
    count = len(names)
    squares: dict[str, list[float]] = {}
    for place, name in enumerate(names):
        sums = squares.setdefault(name, [0.0, 0.0, 0.0])
        for kind in range(3):
            sums[kind] += numbers[kind * count + place] ** 2
    return GradientHealth(epoch, step, {name: _node(*sums) for name, sums in squares.items()})


def _node(gradient: float, weight: float, change: float) -> NodeHealth:
    update = sqrt(change / weight) if weight and isfinite(change) and isfinite(weight) else None
    return NodeHealth(_rounded(gradient), _rounded(weight), None if update is None else float(f"{update:.4g}"))


def _rounded(square: float) -> Number:
    return float(f"{sqrt(square):.4g}") if isfinite(square) else None
