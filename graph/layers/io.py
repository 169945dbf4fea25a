"""Where data enters and leaves a drawing."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.dims import parse_dim, symbols
from graph.fields import ShapeField, check_dims
from graph.layer import Layer, Role
from graph.tensor import BATCH, DType, TensorType

DataField = Annotated[str, Meta(max_length=100, description="field of the data; empty: the one called like the node")]


class _Source(Layer):
    category = "Input and output"

    def check(self) -> None:
        check_dims(self._shape())
        if "N" in symbols(parse_dim(dim) for dim in self._shape()):
            raise ValueError("N is the batch size and stands in front of every shape; leave it out")

    def _shape(self) -> tuple[int | str, ...]:
        raise NotImplementedError

    def _type(self, dtype: DType) -> TensorType:
        return TensorType((BATCH, *(parse_dim(dim) for dim in self._shape())), dtype)


class Input(_Source):
    """Bring a field of the data into the model, one tensor per batch."""

    usual = True
    role: ClassVar[Role] = "input"
    keywords = ("placeholder", "data", "source")
    shape: Annotated[ShapeField, Meta(max_length=8, description="sizes of one sample, without the batch")] = (1, 28, 28)
    dtype: Annotated[DType, Meta(description="kind of number")] = "float32"
    field: DataField = ""

    def _shape(self) -> tuple[int | str, ...]:
        return self.shape

    def infer(self) -> TensorType:
        return self._type(self.dtype)

    def summary(self) -> str:
        return " x ".join(str(dim) for dim in self.shape) or "one number"


class Target(_Source):
    """Bring the right answers to the objectives; inference never sees them."""

    usual = True
    role: ClassVar[Role] = "target"
    keywords = ("label", "ground truth", "answer")
    shape: Annotated[ShapeField, Meta(max_length=8, description="sizes of one answer; none for a class index")] = ()
    dtype: Annotated[DType, Meta(description="int64 for class indices, float32 for values")] = "int64"
    field: DataField = ""

    def _shape(self) -> tuple[int | str, ...]:
        return self.shape

    def infer(self) -> TensorType:
        return self._type(self.dtype)

    def summary(self) -> str:
        return " x ".join(str(dim) for dim in self.shape) or ("class index" if self.dtype == "int64" else "one number")


class Output(Layer):
    """Name a tensor as a result of the model: what inference and ONNX keep."""

    usual = True
    category = "Input and output"
    role: ClassVar[Role] = "output"
    outputs = ()
    keywords = ("result", "prediction")

    def infer(self, x: TensorType) -> TensorType:
        return x

    def torch(self, code: Any, x: str) -> str:
        return x

    def onnx(self, op: Any, x: Any) -> Any:
        return x
