"""An LSTM whose state is projected, in ONNX: its own operator has no projection, so it is written as a Scan.

Source: Sak et al. 2014, as ``torch.nn.LSTM`` has it with ``proj_size``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.dims import Dim
from graph.layer import Op
from graph.tensor import TensorType

_INT64 = 7


def run_projected(
    op: Op,
    x: Any,
    suffixes: Sequence[str],
    sizes: tuple[int, int],
    bias: bool,
    states: Sequence[Any],
    lengths: Any = None,
) -> list[Any]:
    """One layer over ``x`` (T, N, F), in a direction for each of ``suffixes``, as ``run_layer`` has it.

    ``sizes`` are those of the memory and of what it is projected to.
    """
    found = []
    for place, suffix in enumerate(suffixes):
        starts = [None if state is None else op.Gather(state, op.constant(place), axis=0) for state in states]
        found.append(_direction(op, x, suffix, sizes, bias, starts, lengths))
    outs, hidden, cells = zip(*found, strict=True)
    y = op.Concat(*(op.Unsqueeze(out, op.constant([1])) for out in outs), axis=1)
    return [y, *(op.Concat(*(op.Unsqueeze(s, op.constant([0])) for s in part), axis=0) for part in (hidden, cells))]


def _direction(
    op: Op, x: Any, suffix: str, sizes: tuple[int, int], bias: bool, starts: Sequence[Any], lengths: Any
) -> tuple[Any, Any, Any]:
    memory, width = sizes
    batch: Dim = op.inputs[0].shape[0]
    gates = op.MatMul(x, op.Transpose(op.weight(f"weight_ih{suffix}"), perm=[1, 0]))
    for name in ("bias_ih", "bias_hh") if bias else ():
        gates = op.Add(gates, op.weight(name + suffix))
    again, project = (op.Transpose(op.weight(name + suffix), perm=[1, 0]) for name in ("weight_hh", "weight_hr"))
    states = {}
    for name, start, size in zip("hc", starts, (width, memory), strict=True):
        first = _zeros(op, x, size) if start is None else start
        states[name] = (first, TensorType((batch, size)))
    elements = {"gates": (gates, TensorType((batch, 4 * memory)))}
    if lengths is not None:
        elements["valid"] = (_valid(op, x, lengths), TensorType((batch, 1), "bool"))

    def step(op: Op, before: Sequence[Any], now: Sequence[Any]) -> tuple[Sequence[Any], Any]:
        total = op.Add(now[0], op.MatMul(before[0], again))
        parts = op.Split(total, op.constant([memory] * 4), axis=1, num_outputs=4)
        take, keep, give = (op.Sigmoid(parts[at]) for at in (0, 1, 3))
        cell = op.Add(op.Mul(keep, before[1]), op.Mul(take, op.Tanh(parts[2])))
        hidden = op.MatMul(op.Mul(give, op.Tanh(cell)), project)
        if lengths is None:
            return (hidden, cell), hidden
        nothing = op.constant(0.0, "float32")
        kept = [op.Where(now[1], new, old) for new, old in zip((hidden, cell), before, strict=True)]
        return kept, op.Where(now[1], hidden, nothing)

    last_hidden, last_cell, out = op.scan(
        step, states, elements, TensorType((batch, width)), reverse=suffix.endswith("_reverse")
    )
    return out, last_hidden, last_cell


def _zeros(op: Op, x: Any, size: int) -> Any:
    shape = op.Concat(op.Shape(x, start=1, end=2), op.constant([size]), axis=0)
    return op.Expand(op.constant(0.0, "float32"), shape)


def _valid(op: Op, x: Any, lengths: Any) -> Any:
    """True at the steps (T, N, 1) that are no padding."""
    count = op.Squeeze(op.Shape(x, start=0, end=1), op.constant([0]))
    steps = op.Unsqueeze(op.Range(op.constant(0), count, op.constant(1)), op.constant([1]))
    return op.Unsqueeze(op.Less(steps, op.Cast(lengths, to=_INT64)), op.constant([2]))
