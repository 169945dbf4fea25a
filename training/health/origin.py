"""Where a number that is not finite arose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from compiler.to_python.source import Source
from training.health.trace import Call, Trace


class Arisen(NamedTuple):
    """The full name of the first node with numbers that are not finite, and what of it is not: a clause."""

    node: str
    clause: str


def first_not_finite(
    module: nn.Module, source: Source, batch: Sequence[Tensor], nodes: dict[str, list[nn.Parameter]]
) -> Arisen | None:
    """Run a batch once more with a look at every layer; the first with NaN or infinite numbers, if there is one.

    ``nodes`` are the layers' own weights.
    """
    for name, values in zip([*source.inputs, *source.targets], batch, strict=False):
        if values.is_floating_point() and not bool(values.isfinite().all()):
            return Arisen(name, f"the data of '{name}' holds it")
    for name, weights in nodes.items():
        if not all(bool(weight.isfinite().all()) for weight in weights):
            return Arisen(name, f"the weights of '{name}' were no longer finite: a step before had become too large")
    outputs: list[tuple[str, Tensor]] = []

    def look(call: Call) -> None:
        # What counts is what a layer gives in the end: on the way it may well mask with infinity.
        if outputs and outputs[-1][0] == call.node:
            outputs.pop()
        outputs.append((call.node, _state(call.result)))

    loss: Any = module.loss
    with torch.no_grad(), Trace(module, source, look):
        loss(*batch)
    return _first(outputs)


def _state(values: Tensor) -> Tensor:
    """Whether there is a NaN or a positive infinity, and whether there is a negative one."""
    return torch.stack([values.isnan().any() | values.isposinf().any(), values.isneginf().any()])


def _first(outputs: Sequence[tuple[str, Tensor]]) -> Arisen | None:
    found = [(name, *state.tolist()) for name, state in outputs]
    # The logarithm of a probability of zero may be meant; it is named where nothing else is wrong.
    worst = next((name for name, bad, _ in found if bad), "") or next((name for name, _, low in found if low), "")
    return Arisen(worst, f"it arose first in '{worst}', from finite inputs and weights") if worst else None
