"""Recurrent networks in ONNX: one operator for each layer, from the weights as PyTorch orders them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from graph.layer import Op

_INT32 = 6


class Cell(NamedTuple):
    """A recurrent operator of ONNX: the place in PyTorch of each of its gates, and how many states it has.

    PyTorch has the gates of an LSTM as input, forget, cell, output, of a GRU as reset, update, new; ONNX as input,
    output, forget, cell, and update, reset, new.
    """

    operator: str
    gates: tuple[int, ...]
    states: int = 1
    activation: str = ""


def cell_of(kind: str, activation: str = "tanh") -> Cell:
    """The operator for ``RNN``, ``GRU`` or ``LSTM``; ``activation`` is an RNN's."""
    if kind == "LSTM":
        return Cell(kind, (0, 3, 1, 2), states=2)
    if kind == "GRU":
        return Cell(kind, (1, 0, 2))
    return Cell(kind, (0,), activation=activation.capitalize())


def lengths_of(op: Op, lengths: Any) -> Any:
    """Sequence lengths as the operators take them; an empty sequence counts as one step."""
    return op.Cast(op.Max(lengths, op.constant(1)), to=_INT32)


def run_layer(
    op: Op,
    cell: Cell,
    x: Any,
    suffixes: Sequence[str],
    hidden_size: int,
    bias: bool,
    states: Sequence[Any],
    lengths: Any = None,
) -> list[Any]:
    """One layer over ``x`` (T, N, F), in a direction for each of ``suffixes``, which end its weights' names.

    ``states`` are the initial ones, ``None`` for zeros. The results are (T, directions, N, H) and the final states,
    each (directions, N, H).
    """
    rows = op.constant([[gate * hidden_size + row for gate in cell.gates for row in range(hidden_size)]])

    def stacked(*names: str) -> Any:
        parts = []
        for suffix in suffixes:
            halves = [op.Gather(op.weight(name + suffix), rows) for name in names]
            parts.append(op.Concat(*halves, axis=1) if len(halves) > 1 else halves[0])
        return op.Concat(*parts, axis=0) if len(parts) > 1 else parts[0]

    offsets = stacked("bias_ih", "bias_hh") if bias else None
    inputs = [x, stacked("weight_ih"), stacked("weight_hh"), offsets, lengths, *states]
    while inputs[-1] is None:
        inputs.pop()
    attributes: dict[str, Any] = {"direction": "bidirectional" if len(suffixes) > 1 else "forward"}
    if cell.operator == "GRU":
        attributes["linear_before_reset"] = 1
    if cell.activation:
        attributes["activations"] = [cell.activation] * len(suffixes)
    operator = getattr(op, cell.operator)
    return list(operator(*inputs, num_outputs=1 + cell.states, hidden_size=hidden_size, **attributes))
