"""Functions of each value, for formulas that are drawn."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Union

from msgspec import Meta

from graph.accepted import Accepted, Indices
from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, expect_float
from graph.tensor import TensorType

_ONNX_DTYPES = {"float32": 1, "int64": 7, "bool": 9}


class _Function(Layer):
    category = "Tensor"
    function: ClassVar[str]
    operator: ClassVar[str]
    traits = frozenset({"elementwise"})

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, type(self).__name__)
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(self.function, x)

    def onnx(self, op: Op, x: Any) -> Any:
        return getattr(op, self.operator)(x)


class Exp(_Function):
    """Raise e to the power of every value."""

    function, operator = "torch.exp", "Exp"
    keywords = ("exponential",)


class Log(_Function):
    """Take the natural logarithm of every value; of 0 it is minus infinity, of less it is not a number."""

    function, operator = "torch.log", "Log"
    keywords = ("logarithm",)


class Sqrt(_Function):
    """Take the square root of every value; of less than 0 it is not a number."""

    function, operator = "torch.sqrt", "Sqrt"
    keywords = ("square root",)


class Sin(_Function):
    """Take the sine of every value, which is an angle in radians."""

    function, operator = "torch.sin", "Sin"
    keywords = ("sine", "siren", "time embedding", "wave")


class Cos(_Function):
    """Take the cosine of every value, which is an angle in radians."""

    function, operator = "torch.cos", "Cos"
    keywords = ("cosine", "time embedding", "wave")


class Pow(_Function):
    """Raise every value to a power."""

    keywords = ("power", "square")
    exponent: Annotated[float, Meta(ge=-100.0, le=100.0, description="the power")] = 2.0

    def torch(self, code: Code, x: Value) -> str:
        return f"{x} ** {code.factor(self.exponent)}"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Pow(x, op.constant(self.exponent, "float32"))

    def summary(self) -> str:
        return f"x^{self.exponent:g}"


class Clamp(_Function):
    """Cut values off below and above; a limit left open does not cut."""

    keywords = ("clip", "limit")
    min: Annotated[Union[Annotated[float, Meta(ge=-1e30, le=1e30)], None], Meta(description="lower limit")] = 0.0
    max: Annotated[Union[Annotated[float, Meta(ge=-1e30, le=1e30)], None], Meta(description="upper limit")] = None

    def check(self) -> None:
        if self.min is None and self.max is None:
            raise ValueError("min and max are both open; give one of them")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min={self.min:g} must be at most max={self.max:g}")

    def torch(self, code: Code, x: Value) -> str:
        limits = {"min": self.min, "max": self.max}
        return code.call("torch.clamp", x, **{name: limit for name, limit in limits.items() if limit is not None})

    def onnx(self, op: Op, x: Any) -> Any:
        limits = [None if limit is None else op.constant(limit, "float32") for limit in (self.min, self.max)]
        return op.Clip(x, *limits)

    def summary(self) -> str:
        return f"{'' if self.min is None else f'{self.min:g}'}..{'' if self.max is None else f'{self.max:g}'}"


class Cast(Layer):
    """Read values as another dtype; a float becomes the integer next to it towards 0, and true what is not 0."""

    category = "Tensor"
    keywords = ("convert", "dtype", "to")
    dtype: Annotated[Literal["float32", "int64", "bool"], Meta(description="the dtype of the result")] = "float32"

    def infer(self, x: TensorType) -> TensorType:
        return TensorType(x.shape, self.dtype)

    def torch(self, code: Code, x: Value) -> str:
        return f"{x}.to(torch.{self.dtype})"

    def onnx(self, op: Op, x: Any) -> Any:
        return op.Cast(x, to=_ONNX_DTYPES[self.dtype])

    def summary(self) -> str:
        return self.dtype


class OneHot(Layer):
    """Make of each index a vector of zeros with a one at its place (int64, as torch has it)."""

    category = "Tensor"
    keywords = ("indicator", "classes", "encode")
    typical = ("N,T int64",)
    num_classes: Annotated[int, Meta(ge=1, le=1_000_000, description="how many indices there are")] = 10

    def infer(self, x: TensorType) -> TensorType:
        if x.dtype != "int64":
            raise ShapeError(f"OneHot expects indices (int64), got {x}.", "x")
        return TensorType((*x.shape, self.num_classes), "int64")

    def accepts(self, x: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        return {"x": Indices(high=self.num_classes - 1, size="num_classes")}

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.one_hot", x, self.num_classes)

    def onnx(self, op: Op, x: Any) -> Any:
        return op.OneHot(x, op.constant([self.num_classes]), op.constant([0, 1]), axis=-1)

    def summary(self) -> str:
        return f"{self.num_classes}"
