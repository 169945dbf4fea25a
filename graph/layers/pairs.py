"""Layers that compare, choose and combine tensors by index."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted, Places
from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import differs, parameters_of
from graph.layer import Code, Layer, Op, Value, broadcast, check_axis, expect_float
from graph.layers.parts.reduction import Axis
from graph.tensor import TensorType, format_shape


class Where(Layer):
    """Take a value of the first tensor where the condition is true, else one of the second."""

    category = "Merge"
    keywords = ("condition", "mask", "select", "masked fill")
    typical = ("N,6,5 bool", "N,6,5", "N,6,5")

    def infer(self, condition: TensorType, x: TensorType, other: TensorType) -> TensorType:
        if condition.dtype != "bool":
            raise ShapeError(f"Where expects a condition (bool), got {condition}.", "condition")
        if x.dtype != other.dtype:
            raise ShapeError(f"Where expects one dtype, got {x.dtype} and {other.dtype}.", "other")
        shapes = [condition.shape, x.shape, other.shape]
        return TensorType(broadcast(shapes, "Where", ("condition", "x", "other")), x.dtype)

    def torch(self, code: Code, condition: Value, x: Value, other: Value) -> str:
        return code.call("torch.where", condition, x, other)

    def onnx(self, op: Op, condition: Any, x: Any, other: Any) -> Any:
        return op.Where(condition, x, other)


class Gather(Layer):
    """Pick values along an axis by their index; all other axes are those of the index."""

    category = "Merge"
    keywords = ("index", "pick", "select")
    typical = ("N,6,5", "N,3,5 int64")
    dim: Annotated[Axis, Meta(description="axis along which is picked")] = 1

    def infer(self, x: TensorType, index: TensorType) -> TensorType:
        if index.dtype != "int64":
            raise ShapeError(f"Gather expects indices (int64), got {index}.", "index")
        axis = check_axis(self.dim, x.rank, "Gather")
        if index.rank != x.rank or any(
            a != b for at, (a, b) in enumerate(zip(x.shape, index.shape, strict=True)) if at != axis
        ):
            raise ShapeError(
                f"Gather along axis {axis} of {format_shape(x.shape)} expects an index that differs there alone, "
                f"got {index}.",
                "index",
            )
        return TensorType(index.shape, x.dtype)

    def accepts(self, x: TensorType, index: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"index": Places(high=x.shape[check_axis(self.dim, x.rank, "Gather")] - 1)}

    def torch(self, code: Code, x: Value, index: Value) -> str:
        return code.call("torch.gather", x, self.dim, index)

    def onnx(self, op: Op, x: Any, index: Any) -> Any:
        return op.GatherElements(x, index, axis=self.dim)

    def summary(self) -> str:
        return f"axis {self.dim}"


class Scatter(Layer):
    """Write values into a tensor at places along an axis, or have them added to, or compared with, what is there.

    Where an index comes twice without reduce, one of its values stays, and which is not certain.
    """

    category = "Merge"
    keywords = ("index", "put", "scatter add", "graph", "message passing")
    typical = ("N,6,5", "N,3,5 int64", "N,3,5")
    port_notes: ClassVar[dict[str, str]] = {"src": "the values, one for each index"}
    dim: Annotated[Axis, Meta(description="axis along which is written")] = 1
    reduce: Annotated[
        Literal["none", "sum", "prod", "amax", "amin"],
        Meta(description="none: the values take the place; else what they and the value there come to"),
    ] = "none"

    def infer(self, x: TensorType, index: TensorType, src: TensorType) -> TensorType:
        if index.dtype != "int64":
            raise ShapeError(f"Scatter expects indices (int64), got {index}.", "index")
        axis = check_axis(self.dim, x.rank, "Scatter")
        if index.rank != x.rank or any(
            a != b for at, (a, b) in enumerate(zip(x.shape, index.shape, strict=True)) if at != axis
        ):
            raise ShapeError(
                f"Scatter along axis {axis} of {format_shape(x.shape)} expects an index that differs there alone, "
                f"got {index}.",
                "index",
            )
        if src != TensorType(index.shape, x.dtype):
            wanted = TensorType(index.shape, x.dtype)
            raise ShapeError(f"Scatter expects values {wanted}, one for each index, got {src}.", "src")
        if self.reduce != "none":
            expect_float(x, f"Scatter with reduce={self.reduce}")
        return x

    def accepts(self, x: TensorType, index: TensorType, src: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"index": Places(high=x.shape[check_axis(self.dim, x.rank, "Scatter")] - 1)}

    def torch(self, code: Code, x: Value, index: Value, src: Value) -> str:
        if self.reduce == "none":
            return code.call("torch.scatter", x, self.dim, index, src)
        return code.call("torch.scatter_reduce", x, self.dim, index, src, self.reduce)

    def onnx(self, op: Op, x: Any, index: Any, src: Any) -> Any:
        how = {"none": "none", "sum": "add", "prod": "mul", "amax": "max", "amin": "min"}[self.reduce]
        return op.ScatterElements(x, index, src, axis=self.dim, reduction=how)

    def summary(self) -> str:
        return f"axis {self.dim}" + (f", {self.reduce}" if self.reduce != "none" else "")


class Einsum(Layer):
    """Multiply tensors and add up along axes, as an equation of one letter an axis says: bij,bjk->bik."""

    category = "Merge"
    keywords = ("einstein summation", "contraction", "matrix product", "attention")
    typical = ("N,6,5", "N,5,4")
    equation: Annotated[str, Meta(max_length=200, description="letters for the axes, such as bij,bjk->bik")] = (
        "bij,bjk->bik"
    )

    def check(self) -> None:
        inputs, arrow, output = self.equation.replace(" ", "").partition("->")
        letters = inputs.replace(",", "")
        if not arrow or not inputs or not (letters + output + "a").isalpha() or not letters.isascii():
            raise ValueError(f"equation={self.equation!r} must read like bij,bjk->bik")
        if len(set(output)) < len(output) or not set(output) <= set(letters):
            raise ValueError(f"equation={self.equation!r} must name each axis of its result once, from its inputs")
        if any(len(set(term)) < len(term) for term in inputs.split(",")):
            raise ValueError(f"equation={self.equation!r} names an axis of one tensor twice")

    def _terms(self) -> tuple[list[str], str]:
        inputs, _, output = self.equation.replace(" ", "").partition("->")
        return inputs.split(","), output

    def _sizes(self, x: tuple[TensorType, ...]) -> dict[str, Dim]:
        terms, _ = self._terms()
        if len(terms) != len(x):
            raise ShapeError(f"Einsum {self.equation} takes {len(terms)} tensors, got {len(x)}.", f"x{len(x)}")
        sizes: dict[str, Dim] = {}
        for index, (term, kind) in enumerate(zip(terms, x, strict=True)):
            expect_float(kind, "Einsum", f"x{index}")
            if len(term) != kind.rank:
                raise ShapeError(f"Einsum expects {term} to have {len(term)} axes, got {kind}.", f"x{index}")
            for letter, size in zip(term, kind.shape, strict=True):
                if sizes.setdefault(letter, size) != size:
                    raise ShapeError(
                        f"Einsum {self.equation} has {letter} = {sizes[letter]} and {size}; they must be equal.",
                        f"x{index}",
                    )
        return sizes

    def infer(self, *x: TensorType) -> TensorType:
        sizes = self._sizes(x)
        return TensorType(tuple(sizes[letter] for letter in self._terms()[1]))

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        """Multiply-adds of two tensors; more are multiplied pair by pair, in an order that torch chooses."""
        kinds = tuple(kind for kind in inputs if kind is not None)
        return product(self._sizes(kinds).values()) * max(1, len(kinds) - 1)

    def torch(self, code: Code, *x: Value) -> str:
        return code.call("torch.einsum", self.equation, *x)

    def onnx(self, op: Op, *x: Any) -> Any:
        return op.Einsum(*x, equation=self.equation.replace(" ", ""))

    def summary(self) -> str:
        return self.equation


class CosineSimilarity(Layer):
    """Take the cosine of the angle between two vectors along an axis."""

    category = "Merge"
    keywords = ("angle", "similarity", "siamese")
    typical = ("N,6,5", "N,6,5")
    dim: Annotated[Axis, Meta(description="axis of the vectors")] = 1
    eps: Annotated[float, Meta(gt=0.0, le=1.0, description="least length of a vector, against division by zero")] = 1e-8

    def infer(self, x1: TensorType, x2: TensorType) -> TensorType:
        for kind, port in ((x1, "x1"), (x2, "x2")):
            expect_float(kind, "CosineSimilarity", port)
        shape = broadcast([x1.shape, x2.shape], "CosineSimilarity", ("x1", "x2"))
        axis = check_axis(self.dim, len(shape), "CosineSimilarity", "x1")
        return TensorType((*shape[:axis], *shape[axis + 1 :]))

    def torch(self, code: Code, x1: Value, x2: Value) -> str:
        options = {"eps": self.eps} if differs(self.eps, 1e-8) else {}
        return code.call("F.cosine_similarity", x1, x2, dim=self.dim, **options)

    def onnx(self, op: Op, x1: Any, x2: Any) -> Any:
        axis = op.constant([check_axis(self.dim, len(op.outputs[0].shape) + 1, "CosineSimilarity", "x1")])
        least = op.constant(self.eps, "float32")

        def long(x: Any) -> Any:
            return op.Max(op.ReduceL2(x, axis, keepdims=1), least)

        shape = op.Shape(op.Mul(x1, x2))
        first, second = op.Expand(x1, shape), op.Expand(x2, shape)
        return op.ReduceSum(op.Mul(op.Div(first, long(first)), op.Div(second, long(second))), axis, keepdims=0)

    def summary(self) -> str:
        return f"axis {self.dim}"


class PairwiseDistance(Layer):
    """Measure how far apart two vectors are, along the last axis."""

    category = "Merge"
    keywords = ("norm", "euclidean", "siamese")
    typical = ("N,6", "N,6")
    p: Annotated[float, Meta(ge=1.0, le=10.0, description="which norm: 1 adds up, 2 is the straight line")] = 2.0
    eps: Annotated[float, Meta(ge=0.0, le=1.0, description="added to every difference")] = 1e-6
    keepdim: Annotated[bool, Meta(description="keep the axis with size 1")] = False

    def infer(self, x1: TensorType, x2: TensorType) -> TensorType:
        for kind, port in ((x1, "x1"), (x2, "x2")):
            expect_float(kind, "PairwiseDistance", port)
        shape = broadcast([x1.shape, x2.shape], "PairwiseDistance", ("x1", "x2"))
        if not shape:
            raise ShapeError("PairwiseDistance expects vectors, got ().", "x1")
        return TensorType((*shape[:-1], *((1,) if self.keepdim else ())))

    def torch(self, code: Code, x1: Value, x2: Value) -> str:
        return code.call("F.pairwise_distance", x1, x2, **parameters_of(self))

    def onnx(self, op: Op, x1: Any, x2: Any) -> Any:
        apart = op.Abs(op.Add(op.Sub(x1, x2), op.constant(self.eps, "float32")))
        power = op.constant(self.p, "float32")
        total = op.ReduceSum(op.Pow(apart, power), op.constant([-1]), keepdims=int(self.keepdim))
        return op.Pow(total, op.constant(1.0 / self.p, "float32"))
