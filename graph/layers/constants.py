"""Tensors that are there from the start: given, learned, or passed on."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal

from msgspec import Meta

from graph.errors import ShapeError
from graph.expressions.formulas import is_symbolic
from graph.fields import Positive
from graph.layer import Code, Layer, Op, Value, Weight
from graph.layers.parts.initialize import Weighted
from graph.layers.parts.table import write_table
from graph.tensor import TensorType

Shape = Annotated[tuple[Positive, ...], Meta(max_length=7)]
Size = Annotated[int, Meta(ge=1, le=4096)]
_BATCH = "connect any tensor to 'batch' for a copy per sample"


def _batched(shape: tuple[int, ...], dtype: Literal["float32", "int64"], batch: TensorType | None) -> TensorType:
    if batch is not None and batch.rank < 1:
        raise ShapeError("The tensor at 'batch' has no batch axis, it is a single number.", "batch")
    return TensorType((batch.shape[0], *shape) if batch is not None else shape, dtype)


def _repeat(tensor: str, shape: tuple[int, ...], batch: Value | None) -> str:
    if batch is None:
        return tensor
    return f"{tensor}.expand({', '.join([f'{batch}.shape[0]', *['-1'] * len(shape)])})"


def _repeat_onnx(op: Op, tensor: Any, shape: tuple[int, ...], batch: Any) -> Any:
    if batch is None:
        return op.Identity(tensor)
    count = op.Shape(batch, start=0, end=1)
    return op.Expand(tensor, op.Concat(count, op.constant(list(shape)), axis=0) if shape else count)


class Constant(Layer):
    """A tensor of given values."""

    category = "Tensor"
    keywords = ("value", "number", "zeros", "ones", "initial state", "start token")
    typical = ("N,6",)
    shape: Annotated[Shape, Meta(description=f"sizes; {_BATCH}")] = ()
    values: Annotated[
        tuple[float, ...], Meta(min_length=1, max_length=4096, description="all values row by row, or one for all")
    ] = (0.0,)
    dtype: Annotated[Literal["float32", "int64"], Meta(description="kind of number")] = "float32"

    def check(self) -> None:
        if len(self.values) not in (1, prod(self.shape)):
            raise ValueError(f"values has {len(self.values)} numbers; give one, or {prod(self.shape)} for the shape")
        if self.dtype == "int64" and any(value != int(value) for value in self.values):
            raise ValueError("values must be whole numbers for int64")

    def infer(self, batch: TensorType | None = None) -> TensorType:
        return _batched(self.shape, self.dtype, batch)

    def _numbers(self) -> list[float | int]:
        return [int(value) if self.dtype == "int64" else float(value) for value in self.values]

    def torch(self, code: Code, batch: Value | None = None) -> str:
        known = not is_symbolic(self.values) and not is_symbolic(self.shape)
        values = self._numbers() if known else self.values
        tensor = write_table(code, self.shape, values, self.dtype)
        return _repeat(code.module("nn.Buffer", tensor, persistent=False), self.shape, batch)

    def onnx(self, op: Op, batch: Any = None) -> Any:
        values = self._numbers()
        flat = op.constant(values * prod(self.shape) if len(values) == 1 else values, self.dtype)
        return _repeat_onnx(op, op.Reshape(flat, op.constant(list(self.shape))), self.shape, batch)


class Eye(Layer):
    """The identity matrix: ones on the diagonal, zeros elsewhere."""

    category = "Tensor"
    keywords = ("identity matrix", "diagonal", "constant")
    typical = ("N,6",)
    n: Annotated[Size, Meta(description=f"rows and columns; {_BATCH}")] = 3

    def infer(self, batch: TensorType | None = None) -> TensorType:
        return _batched((self.n, self.n), "float32", batch)

    def torch(self, code: Code, batch: Value | None = None) -> str:
        matrix = code.module("nn.Buffer", code.built("torch.eye", self.n), persistent=False)
        return _repeat(matrix, (self.n, self.n), batch)

    def onnx(self, op: Op, batch: Any = None) -> Any:
        zeros = op.ConstantOfShape(op.constant([self.n, self.n]))
        return _repeat_onnx(op, op.EyeLike(zeros), (self.n, self.n), batch)

    def summary(self) -> str:
        return f"{self.n}"


class Parameter(Weighted):
    """A tensor that is learned by itself: queries, a class token, a scale."""

    category = "Tensor"
    keywords = ("learned", "variable", "class token", "weight")
    typical = ("N,6",)
    shape: Annotated[Shape, Meta(description=f"sizes; {_BATCH}")] = (1,)

    def check(self) -> None:
        if len(self.shape) < 2 and self.weight_init.partition("_")[0] in ("xavier", "kaiming", "orthogonal"):
            raise ValueError(f"weight_init='{self.weight_init}' needs at least two axes; use normal or uniform")

    def infer(self, batch: TensorType | None = None) -> TensorType:
        return _batched(self.shape, "float32", batch)

    def weights(self, batch: TensorType | None = None) -> dict[str, Weight]:  # type: ignore[override]
        return {"": Weight(self.shape)}

    def torch(self, code: Code, batch: Value | None = None) -> str:
        tensor = code.built("torch.randn", self.shape)
        return _repeat(self.construct(code, (), "nn.Parameter", tensor), self.shape, batch)

    def onnx(self, op: Op, batch: Any = None) -> Any:
        return _repeat_onnx(op, op.weight(""), self.shape, batch)

    def summary(self) -> str:
        return " x ".join(map(str, self.shape))


class Identity(Layer):
    """Pass values on unchanged: a place to name them."""

    category = "Tensor"
    traits = frozenset({"reshapes", "elementwise"})
    keywords = ("pass through", "name", "no operation")

    def infer(self, x: TensorType) -> TensorType:
        return x

    def torch(self, code: Code, x: Value) -> str:
        return x

    def onnx(self, op: Op, x: Any) -> Any:
        return x


class Detach(Layer):
    """Pass values on unchanged, and no gradient back: nothing before it learns from what follows.

    A single layer is frozen by the lock on its node instead, which keeps its weights and lets gradients through.

    Source: ``torch.Tensor.detach``.
    """

    category = "Tensor"
    keywords = ("freeze", "stop gradient", "no grad")

    def infer(self, x: TensorType) -> TensorType:
        return x

    def torch(self, code: Code, x: Value) -> str:
        return f"{x}.detach()"

    def onnx(self, op: Op, x: Any) -> Any:
        return x
