"""Arithmetic on several tensors, value by value, and the matrix product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, ClassVar

from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, broadcast, expect_float, expect_several
from graph.tensor import TensorType, format_shape

MAX_TERMS = 100


def _expect_numbers(kinds: tuple[TensorType, ...], layer: str, ports: tuple[str, ...]) -> None:
    for kind, port in zip(kinds, ports, strict=True):
        if kind.dtype == "bool":
            raise ShapeError(f"{layer} expects numbers, got bool.", port)


def _in_steps(code: Code, x: Sequence[str], write: Callable[[Sequence[str]], str]) -> str:
    """What ``write`` makes of all values; where there are many, of some at a time, one after the other as before.

    Python reads no expression of some thousand terms, and none with 200 parentheses within each other.
    """
    if len(x) <= MAX_TERMS:
        return write(x)
    done = code.local("joined")
    code.statement(f"{done} = {write(x[:MAX_TERMS])}")
    rest = [x[start : start + MAX_TERMS] for start in range(MAX_TERMS, len(x), MAX_TERMS)]
    for some in rest[:-1]:
        code.statement(f"{done} = {write([done, *some])}")
    return write([done, *rest[-1]])


class _Many(Layer):
    """Base of what takes any number of tensors."""

    category = "Merge"
    sign: ClassVar[str]
    typical = ("N,6,5", "N,6,5", "N,6,5")

    def infer(self, *x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_several(x, kind)
        _expect_numbers(x, kind, tuple(f"x{index}" for index in range(len(x))))
        return TensorType(broadcast([t.shape for t in x], kind), x[0].dtype)

    def torch(self, code: Code, *x: Value) -> str:
        return _in_steps(code, x, f" {self.sign} ".join)


class Add(_Many):
    """Add tensors elementwise: how a skip connection joins the main path."""

    usual = True
    traits = frozenset({"skips"})
    keywords = ("sum", "residual", "skip connection", "plus")
    sign = "+"

    def onnx(self, op: Op, *x: Any) -> Any:
        return reduce(op.Add, x)


class Multiply(_Many):
    """Multiply tensors elementwise: how a gate lets values through."""

    keywords = ("product", "gate", "times", "mask")
    sign = "*"

    def onnx(self, op: Op, *x: Any) -> Any:
        return reduce(op.Mul, x)


class Maximum(_Many):
    """Keep the largest of several tensors, value by value."""

    keywords = ("max", "maxout")

    def torch(self, code: Code, *x: Value) -> str:
        return _in_steps(code, x, lambda some: reduce(lambda text, value: f"torch.maximum({text}, {value})", some))

    def onnx(self, op: Op, *x: Any) -> Any:
        return op.Max(*x)


class _Pair(Layer):
    """Base of what tells its first tensor from its second."""

    category = "Merge"
    sign: ClassVar[str]
    typical = ("N,6,5", "N,6,5")

    def infer(self, x: TensorType, other: TensorType) -> TensorType:
        kind = type(self).__name__
        _expect_numbers((x, other), kind, ("x", "other"))
        expect_several((x, other), kind, ("x", "other"))
        return TensorType(broadcast([x.shape, other.shape], kind, ("x", "other")), x.dtype)

    def torch(self, code: Code, x: Value, other: Value) -> str:
        return f"{x} {self.sign} {other}"


class Subtract(_Pair):
    """Subtract the second tensor from the first, value by value."""

    keywords = ("minus", "difference")
    sign = "-"

    def onnx(self, op: Op, x: Any, other: Any) -> Any:
        return op.Sub(x, other)


class Divide(_Pair):
    """Divide the first tensor by the second, value by value."""

    keywords = ("quotient", "ratio")
    sign = "/"

    def infer(self, x: TensorType, other: TensorType) -> TensorType:
        expect_float(x, "Divide")
        expect_float(other, "Divide", "other")
        return super().infer(x, other)

    def onnx(self, op: Op, x: Any, other: Any) -> Any:
        return op.Div(x, other)


class MatMul(Layer):
    """Multiply matrices: the last axis of the first tensor with the axis before the last of the second."""

    category = "Merge"
    keywords = ("matrix product", "dot product", "bmm", "attention")
    typical = ("N,6,5", "N,5,4")

    def infer(self, x: TensorType, other: TensorType) -> TensorType:
        for kind, port in ((x, "x"), (other, "other")):
            expect_float(kind, "MatMul", port)
            if kind.rank < 2:
                raise ShapeError(f"MatMul expects matrices (..., n, m), got {format_shape(kind.shape)}.", port)
        if x.shape[-1] != other.shape[-2]:
            raise ShapeError(
                f"MatMul cannot multiply {format_shape(x.shape)} by {format_shape(other.shape)}: the last axis of "
                "the first must equal the axis before the last of the second.",
                "other",
            )
        batch = broadcast([x.shape[:-2], other.shape[:-2]], "MatMul", ("x", "other"))
        return TensorType((*batch, x.shape[-2], other.shape[-1]))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        assert inputs[0] is not None
        return product(outputs[0].shape) * inputs[0].shape[-1]

    def torch(self, code: Code, x: Value, other: Value) -> str:
        return f"{x} @ {other}"

    def onnx(self, op: Op, x: Any, other: Any) -> Any:
        return op.MatMul(x, other)
