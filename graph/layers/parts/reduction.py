"""What layers that make one value of many share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, check_axis, expect_float
from graph.tensor import TensorType

Axis = Annotated[int, Meta(ge=-8, le=7)]


class Reduce(Layer):
    """Base of what takes one value of all along axes."""

    category = "Reduction"
    traits = frozenset({"gathers", "rearranges"})
    function: ClassVar[str]
    operator: ClassVar[str]
    typical = ("N,6,5,4",)
    dim: Annotated[tuple[Axis, ...], Meta(min_length=1, max_length=8, description="axes that become one value")] = (-1,)
    keepdim: Annotated[bool, Meta(description="keep these axes with size 1")] = False

    def axes_of(self, x: TensorType) -> list[int]:
        """The axes counted from the front."""
        kind = type(self).__name__
        axes = [check_axis(dim, x.rank, kind) for dim in self.dim]
        if len(set(axes)) < len(axes):
            raise ShapeError(f"{kind} has dim={self.dim}, which names an axis twice.", "x")
        return axes

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, type(self).__name__)
        axes = self.axes_of(x)
        if self.keepdim:
            return TensorType(tuple(1 if at in axes else size for at, size in enumerate(x.shape)))
        return TensorType(tuple(size for at, size in enumerate(x.shape) if at not in axes))

    def torch(self, code: Code, x: Value) -> str:
        dim = self.dim[0] if len(self.dim) == 1 else self.dim
        return code.call(self.function, x, dim=dim, **({"keepdim": True} if self.keepdim else {}))

    def onnx(self, op: Op, x: Any) -> Any:
        axes = op.constant(self.axes_of(op.inputs[0]))
        return getattr(op, self.operator)(x, axes, keepdims=int(self.keepdim))

    def summary(self) -> str:
        return f"axis {', '.join(map(str, self.dim))}"
