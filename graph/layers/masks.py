"""Masks, drawn: triangles of matrices, places that attention does not look at, values put where a mask is true."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.errors import ShapeError
from graph.layer import Code, Layer, Op, Value, broadcast, expect_float
from graph.tensor import TensorType, format_shape

_BOOL, _INT64 = 9, 7

_LATER = '''
def _later(query, key, diagonal, window=None):
    """True at the places of key that are too far ahead of each place of query, or behind it by window or more."""
    places = torch.arange(query.shape[-2], device=query.device)[:, None]
    ahead = torch.arange(key.shape[-2], device=query.device) - places
    return ahead >= diagonal if window is None else (ahead >= diagonal) | (ahead <= -window)
'''


class _Triangle(Layer):
    category = "Tensor"
    keywords: ClassVar[tuple[str, ...]] = ("triangle", "mask", "matrix", "causal")
    typical = ("N,5,4",)
    upper: ClassVar[int]
    diagonal: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="0: the main one; 1: the one above it")] = 0

    def infer(self, x: TensorType) -> TensorType:
        if x.rank < 2:
            raise ShapeError(f"{type(self).__name__} expects matrices (..., rows, columns), got {x}.", "x")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(f"torch.{type(self).__name__.lower()}", x, *([self.diagonal] if self.diagonal != 0 else []))

    def onnx(self, op: Op, x: Any) -> Any:
        diagonal = op.constant(self.diagonal)
        if op.inputs[0].dtype != "bool":
            return op.Trilu(x, diagonal, upper=self.upper)
        return op.Cast(op.Trilu(op.Cast(x, to=_INT64), diagonal, upper=self.upper), to=_BOOL)

    def summary(self) -> str:
        return f"diagonal {self.diagonal}" if self.diagonal != 0 else ""


class Tril(_Triangle):
    """Keep the lower triangle of matrices, up to a diagonal; all above is zero, or false."""

    upper = 0


class Triu(_Triangle):
    """Keep the upper triangle of matrices, from a diagonal on; all below is zero, or false."""

    upper = 1


class CausalMask(Layer):
    """Tell for each place of a sequence which places of another, or of itself, come after it: a mask (T, S).

    Sequences are (..., T, D). With ``window_size``, places that far behind or farther are hidden too.
    """

    category = "Attention"
    keywords = ("tril", "triangular", "sliding window", "local attention", "look ahead", "attn_mask")
    typical = ("N,T,6", "N,S,6")
    diagonal: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="how far ahead the first hidden place is")] = 1
    window_size: Annotated[
        Union[Annotated[int, Meta(ge=1, le=2**31 - 1)], None],
        Meta(description="how many places back are seen, itself counted; nothing: all"),
    ] = None
    visible: Annotated[
        bool, Meta(description="true where something is seen, as ScaledDotProductAttention takes it, not where hidden")
    ] = False

    def infer(self, query: TensorType, key: TensorType | None = None) -> TensorType:
        key = query if key is None else key
        for port, given in (("query", query), ("key", key)):
            if given.rank < 3:
                raise ShapeError(f"CausalMask expects sequences (N, ..., T, D), got {format_shape(given.shape)}.", port)
        return TensorType((query.shape[-2], key.shape[-2]), "bool")

    def torch(self, code: Code, query: Value, key: Value | None = None) -> str:
        options = {} if self.window_size is None else {"window": self.window_size}
        hidden = code.call(code.helper("_later", _LATER), query, key or query, self.diagonal, **options)
        return f"~{hidden}" if self.visible else hidden

    def onnx(self, op: Op, query: Any, key: Any = None) -> Any:
        here = op.Unsqueeze(self._places(op, query, op.inputs[0]), op.constant([1]))
        there = self._places(op, query if key is None else key, op.inputs[0] if key is None else op.inputs[1])
        ahead = op.Sub(there, here)
        hidden = op.GreaterOrEqual(ahead, op.constant(self.diagonal))
        if self.window_size is not None:
            hidden = op.Or(hidden, op.LessOrEqual(ahead, op.constant(-self.window_size)))
        return op.Not(hidden) if self.visible else hidden

    def _places(self, op: Op, x: Any, kind: TensorType) -> Any:
        axis = kind.rank - 2
        count = op.Squeeze(op.Shape(x, start=axis, end=axis + 1), op.constant([0]))
        return op.Range(op.constant(0), count, op.constant(1))

    def summary(self) -> str:
        return "" if self.window_size is None else f"window {self.window_size}"


class MaskedFill(Layer):
    """Put one value wherever a mask is true: into scores, what softmax makes 0."""

    category = "Merge"
    keywords = ("masked fill", "mask", "where", "attention", "padding")
    typical = ("N,4,T,S", "N,4,T,S bool")
    value: Annotated[float, Meta(ge=-3.4e38, le=3.4e38, description="what stands where the mask is true")] = -1e9

    def infer(self, x: TensorType, mask: TensorType) -> TensorType:
        expect_float(x, "MaskedFill")
        if mask.dtype != "bool":
            raise ShapeError(f"MaskedFill expects a mask (bool), got {mask}; put a Cast to bool in front.", "mask")
        return TensorType(broadcast([x.shape, mask.shape], "MaskedFill", ("x", "mask")))

    def torch(self, code: Code, x: Value, mask: Value) -> str:
        return code.call("torch.masked_fill", x, mask, self.value)

    def onnx(self, op: Op, x: Any, mask: Any) -> Any:
        return op.Where(mask, op.constant(self.value, "float32"), x)

    def summary(self) -> str:
        return f"{self.value:g}"
