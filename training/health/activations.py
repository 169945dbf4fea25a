"""Which units no longer let a gradient through: dead rectifiers, and saturated sigmoids and their like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from compiler.to_python.source import Source
from graph.analysis.leaves import Leaf, leaves
from graph.document import Document
from graph.layer import Layer
from training.health.trace import Call, Trace
from training.protocol import ActivationHealth

FEWEST_SAMPLES = 8
_FLAT = 0.01  # a slope as small as this passes next to nothing of a gradient


class Activations:
    """Looks at the layers of a drawing that can die or saturate; those that shape what objectives compare are left out:
    a sigmoid that is sure of its answer is meant to be.
    """

    def __init__(self, document: Document, source: Source) -> None:
        self._source = source
        found = leaves(document, ("objective",))
        last = _before_objectives(found)
        self._rectifiers: set[str] = set()
        self._saturating: set[str] = set()
        for path, leaf in found.items():
            names = {path, leaf.owner}  # a shared block runs under the name of its owner
            self._rectifiers |= names if leaf.layer.unit == "rectifier" else set()
            self._saturating |= names if _saturates(leaf.layer) and path not in last else set()

    @property
    def watches(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self._rectifiers or self._saturating)

    def look(self, module: nn.Module, batches: Iterable[Sequence[Tensor]], epoch: int, step: int) -> ActivationHealth:
        """The shares of dead and of saturated units over some batches, by layer, in evaluation mode.

        The random numbers of training are the same with and without it, and so are its statistics.
        """
        alive: dict[str, list[Tensor]] = {}
        flat: dict[str, list[Tensor]] = {}

        def note(call: Call) -> None:
            if call.node in self._rectifiers and call.result.dim() > 1:
                seen = _alive(call.result)
                before = alive.get(call.node)
                alive[call.node] = [a | b for a, b in zip(seen, before, strict=True)] if before else seen
            elif call.node in self._saturating:
                flat.setdefault(call.node, []).extend(_flat(call))

        loss: Any = module.loss
        training = module.training
        device = next(module.parameters()).device
        module.eval()
        with torch.no_grad(), torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
            for batch in batches:
                with Trace(module, self._source, note):
                    loss(*batch)
        module.train(training)
        dead = {name: min(1.0 - float(each.float().mean()) for each in axes) for name, axes in alive.items()}
        saturated = {name: float(torch.stack(shares).mean()) for name, shares in flat.items() if shares}
        return ActivationHealth(epoch, step, _rounded(dead), _rounded(saturated))


def _rounded(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: round(share, 4) for name, share in shares.items()}


def _saturates(layer: Layer) -> bool:
    return "saturates" in layer.traits


def _alive(values: Tensor) -> list[Tensor]:
    """Which units gave anything but zero for any sample. Of three axes either of the last two may be that of units."""
    there = values.ne(0)
    if values.dim() == 3:
        return [there.any(0).any(1), there.any(0).any(0)]
    axes = [axis for axis in range(values.dim()) if axis != 1]
    return [there.any(tuple(axes)) if len(axes) > 1 else there.any(0)]


def _flat(call: Call) -> list[Tensor]:
    """The share of values at which a function is next to flat."""
    given = call.arguments[0] if call.arguments else None
    if not isinstance(given, Tensor) or given.shape != call.result.shape:
        return []
    with torch.enable_grad():
        values = given.detach().requires_grad_()
        (slope,) = torch.autograd.grad(call.function(values, *call.arguments[1:]).sum(), values)
    return [slope.abs().lt(_FLAT).float().mean()]


def _before_objectives(found: Mapping[str, Leaf]) -> set[str]:
    """The layers whose values objectives compare, perhaps in another shape."""
    named: set[str] = set()
    waiting = [
        source[0] for leaf in found.values() if leaf.layer.role == "objective" for source in leaf.sources if source
    ]
    while waiting:
        name = waiting.pop()
        if name in named:
            continue
        named.add(name)
        if "reshapes" in found[name].layer.traits:
            waiting += [source[0] for source in found[name].sources if source]
    return named
