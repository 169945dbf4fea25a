"""What activation functions share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.fields import parameters_of
from graph.layer import Code, Layer, Op, Value, expect_float
from graph.tensor import TensorType

Number = Annotated[float, Meta(ge=-1e6, le=1e6)]


class Elementwise(Layer):
    """Base of what treats each value by itself."""

    category = "Activation"
    traits = frozenset({"elementwise"})
    function: ClassVar[str] = ""
    operator: ClassVar[str]

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, type(self).__name__)
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(self.function, x, **parameters_of(self))

    def onnx(self, op: Op, x: Any) -> Any:
        return getattr(op, self.operator)(x)
