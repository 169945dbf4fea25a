"""Statistics and order along an axis."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.dims import product
from graph.errors import ShapeError
from graph.fields import Positive
from graph.layer import Code, Layer, Op, Value, check_axis, expect_float
from graph.layers.parts.reduction import Axis, Reduce
from graph.tensor import TensorType, format_shape


class Min(Reduce):
    """Keep the smallest value along axes."""

    function, operator = "torch.amin", "ReduceMin"
    keywords = ("smallest", "global min pooling")


class Var(Reduce):
    """Take the variance along axes: the mean square of the distances to the mean."""

    function = "torch.var"
    keywords = ("variance", "spread")
    correction: Annotated[
        int, Meta(ge=0, le=1, description="taken off the count: 1 for a sample, 0 for all there is")
    ] = 1

    def infer(self, x: TensorType) -> TensorType:
        found = super().infer(x)
        count = product(x.shape[axis] for axis in self.axes_of(x))
        if isinstance(count, int) and count <= self.correction:
            raise ShapeError(
                f"{type(self).__name__} with correction={self.correction} needs more than {self.correction} value "
                f"along axis {self.dim[0]}, got {format_shape(x.shape)}; use correction=0.",
                "x",
            )
        return found

    def torch(self, code: Code, x: Value) -> str:
        dim = self.dim[0] if len(self.dim) == 1 else self.dim
        options = {"correction": self.correction} if self.correction != 1 else {}
        return code.call(self.function, x, dim=dim, **options, **({"keepdim": True} if self.keepdim else {}))

    def onnx(self, op: Op, x: Any) -> Any:
        positions = self.axes_of(op.inputs[0])
        axes = op.constant(positions)
        apart = op.Sub(x, op.ReduceMean(x, axes, keepdims=1))
        total = op.ReduceSum(op.Mul(apart, apart), axes, keepdims=int(self.keepdim))
        sizes = op.Gather(op.Shape(x), axes, axis=0)
        count = op.Sub(op.ReduceProd(sizes, keepdims=0), op.constant(self.correction))
        return op.Div(total, op.Cast(count, to=1))

    def summary(self) -> str:
        return super().summary() + ("" if self.correction else ", of all")


class Std(Var):
    """Take the standard deviation along axes: the square root of the variance."""

    category = "Reduction"
    function = "torch.std"
    keywords = ("standard deviation", "spread")

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Sqrt(super().onnx(op, x))


class ArgMax(Layer):
    """Give the place of the largest value along an axis (int64)."""

    category = "Reduction"
    keywords = ("largest", "class", "decision")
    typical = ("N,6,5",)
    dim: Annotated[Axis, Meta(description="axis that becomes one index")] = -1
    keepdim: Annotated[bool, Meta(description="keep this axis with size 1")] = False

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "ArgMax")
        axis = check_axis(self.dim, x.rank, "ArgMax")
        kept = (1,) if self.keepdim else ()
        return TensorType((*x.shape[:axis], *kept, *x.shape[axis + 1 :]), "int64")

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.argmax", x, dim=self.dim, **({"keepdim": True} if self.keepdim else {}))

    def onnx(self, op: Op, x: Any) -> Any:
        return op.ArgMax(x, axis=self.dim, keepdims=int(self.keepdim))


class TopK(Layer):
    """Keep the k largest values along an axis, the largest first, and say where they were."""

    category = "Reduction"
    outputs = ("values", "indices")
    keywords = ("largest", "sort", "beam")
    typical = ("N,6,5",)
    k: Annotated[Positive, Meta(description="how many are kept")] = 1
    dim: Annotated[Axis, Meta(description="axis along which they are looked for")] = -1

    def infer(self, x: TensorType) -> tuple[TensorType, TensorType]:
        expect_float(x, "TopK")
        axis = check_axis(self.dim, x.rank, "TopK")
        size = x.shape[axis]
        if axis == 0:
            raise ShapeError(f"TopK looks within each sample, and axis 0 of {format_shape(x.shape)} is the batch.", "x")
        if isinstance(size, int) and isinstance(self.k, int) and self.k > size:
            raise ShapeError(f"TopK cannot keep {self.k} of the {size} values of axis {axis}.", "x")
        shape = (*x.shape[:axis], self.k, *x.shape[axis + 1 :])
        return TensorType(shape), TensorType(shape, "int64")

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.topk", x, self.k, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.TopK(x, op.constant([self.k]), axis=self.dim, num_outputs=2)

    def summary(self) -> str:
        return f"{self.k} of axis {self.dim}"


class CumSum(Layer):
    """Add up the values along an axis, from the first to each."""

    category = "Reduction"
    keywords = ("cumulative sum", "integral")
    typical = ("N,6,5",)
    dim: Annotated[Axis, Meta(description="axis that is added up")] = -1

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "CumSum")
        check_axis(self.dim, x.rank, "CumSum")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call("torch.cumsum", x, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.CumSum(x, op.constant(self.dim))
