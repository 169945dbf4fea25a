"""Tensors of given values, written as a person would: ``torch.zeros``, ``torch.eye``, ``torch.arange``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import copysign
from typing import Any, Literal

from graph.expressions.formulas import is_symbolic
from graph.layer import Code, Value
from graph.tensor import TensorType

EXACT = 2**24  # up to here float32 has every integer


def write_table(code: Code, shape: Sequence[Any], values: Sequence[Any], dtype: Literal["float32", "int64"]) -> Value:
    """The text of a tensor; ``values`` stand row by row, or one for all."""
    kind = {"dtype": Value("torch.int64", TensorType(()))} if dtype == "int64" else {}
    if is_symbolic(tuple(shape)) or is_symbolic(tuple(values)):
        return _filled(code, shape, values[0], kind) if len(values) == 1 else _listed(code, shape, values)
    if all(_same(value, values[0]) for value in values):
        return _filled(code, shape, values[0], kind)
    if len(shape) == 2 and shape[0] == shape[1] and (text := _square(code, shape[0], values, kind)):
        return text
    if text := _counted(code, values):
        return text if len(shape) == 1 else _reshaped(code, text, shape)
    return _listed(code, shape, values)


def _same(a: float, b: float) -> bool:
    return a == b and copysign(1.0, a) == copysign(1.0, b)


def _filled(code: Code, shape: Sequence[Any], value: Any, kind: dict[str, Value]) -> Value:
    if is_symbolic(value):
        return code.built("torch.full", tuple(shape), value, **kind)
    if not shape:
        return code.built("torch.tensor", value)
    known = {0.0: "torch.zeros", 1.0: "torch.ones"}
    if value in known and copysign(1.0, value) == 1.0:
        return code.built(known[value], *shape, **kind)
    return code.built("torch.full", tuple(shape), value)


def _square(code: Code, size: int, values: Sequence[float], kind: dict[str, Value]) -> Value | None:
    """The identity, or ones on one side of the diagonal."""
    rows = [values[start : start + size] for start in range(0, size * size, size)]
    if any(value not in (0, 1) or copysign(1.0, value) < 0 for value in values):
        return None
    if all(value == (at == row) for row, line in enumerate(rows) for at, value in enumerate(line)):
        return code.built("torch.eye", size, **kind)
    for side, holds in (("tril", int.__le__), ("triu", int.__ge__)):
        if all(value == holds(at, row) for row, line in enumerate(rows) for at, value in enumerate(line)):
            return Value(f"{code.built('torch.ones', size, size, **kind)}.{side}()", TensorType(()))
    return None


def _counted(code: Code, values: Sequence[float]) -> Value | None:
    """Whole numbers in equal steps."""
    steps = {after - before for before, after in pairwise(values)}
    whole = all(value == int(value) and abs(value) <= EXACT and _same(value, value + 0.0) for value in values)
    if len(values) < 3 or len(steps) != 1 or not whole:
        return None
    start, step = values[0], steps.pop()
    stop = values[-1] + (1 if step > 0 else -1)
    if step != 1:
        return code.built("torch.arange", start, stop, step)
    return code.built("torch.arange", *([start] if start else []), stop)


def _listed(code: Code, shape: Sequence[Any], values: Sequence[Any]) -> Value:
    if len(shape) < 2:
        return code.built("torch.tensor", [*values])
    return _reshaped(code, code.built("torch.tensor", [*values]), shape)


def _reshaped(code: Code, tensor: Value, shape: Sequence[Any]) -> Value:
    return Value(tensor + code.built(".reshape", *shape), TensorType(()))
