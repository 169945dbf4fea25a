"""Gates in one tensor: one half of an axis lets the other half through."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, check_axis, expect_float, remains
from graph.tensor import TensorType, format_shape


class _Gated(Layer):
    category = "Activation"
    typical: ClassVar[tuple[str, ...]] = ("N,6,4",)
    dim: Annotated[int, Meta(ge=-8, le=7, description="axis that is halved")] = -1

    def infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_float(x, kind)
        axis = check_axis(self.dim, x.rank, kind)
        size = x.shape[axis]
        if axis == 0 or remains(size % 2):
            raise ShapeError(f"{kind} halves axis {axis} of {format_shape(x.shape)}, which needs an even size.", "x")
        return TensorType((*x.shape[:axis], size // 2, *x.shape[axis + 1 :]))

    def _halves(self, op: Op, x: Any) -> Any:
        axis = self.dim % op.inputs[0].rank
        size = op.outputs[0].shape[axis]
        if isinstance(size, int):
            return op.Split(x, op.constant([size, size]), axis=axis, num_outputs=2)
        whole = op.Shape(x, start=axis, end=axis + 1)
        middle, along = op.Div(whole, op.constant([2])), op.constant([axis])
        return op.Slice(x, op.constant([0]), middle, along), op.Slice(x, middle, whole, along)


class GLU(_Gated):
    """Multiply one half of an axis by the sigmoid of the other (Dauphin 2017)."""

    keywords = ("gated linear unit", "wavenet")

    def torch(self, code: Code, x: Value) -> str:
        return code.call("F.glu", x, dim=self.dim)

    def onnx(self, op: Op, x: Any) -> Any:
        value, gate = self._halves(op, x)
        return op.Mul(value, op.Sigmoid(gate))


class SwiGLU(_Gated):
    """Multiply one half of an axis by the SiLU of the other, its gate (Shazeer 2020)."""

    keywords = ("gated linear unit", "swish", "llama")

    def torch(self, code: Code, x: Value) -> str:
        value, gate = code.local("value"), code.local("gate")
        code.statement(f"{value}, {gate} = {x}.chunk(2, dim={self.dim})")
        return f"{value} * F.silu({gate})"

    def onnx(self, op: Op, x: Any) -> Any:
        value, gate = self._halves(op, x)
        return op.Mul(value, op.Mul(gate, op.Sigmoid(gate)))
