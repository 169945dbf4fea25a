"""Attention without weights of its own, and positions as rotations."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Union

from msgspec import Meta

from graph.dims import Dim, product
from graph.errors import Fix, ShapeError
from graph.fields import Probability, differs
from graph.layer import Code, Layer, Op, Value, broadcast, expect_fixed, expect_float
from graph.layers.parts.scores import shares, without
from graph.tensor import TensorType, format_shape

_FLOAT32 = 1
_RANK = 3

_ROTATED = '''
def _rotated(x, base, interleaved):
    """Turn pairs of values by angles that grow with the place, each pair by its own rate."""
    half = x.shape[-1] // 2
    rates = base ** -(torch.arange(half, dtype=torch.float64, device=x.device) / half)
    angles = torch.arange(x.shape[-2], device=x.device)[:, None] * rates.float()
    cos, sin = angles.cos(), angles.sin()
    first, second = (x[..., ::2], x[..., 1::2]) if interleaved else x.chunk(2, dim=-1)
    turned = first * cos - second * sin, second * cos + first * sin
    return torch.stack(turned, dim=-1).flatten(-2) if interleaved else torch.cat(turned, dim=-1)
'''


class ScaledDotProductAttention(Layer):
    """Answer each query with a mean of the values, weighed by the dot products of query and keys.

    Shapes: query (N, heads, T, D), key (N, heads, S, D), value (N, heads, S, E), result (N, heads, T, E); the heads
    may be missing, and other axes, such as windows, may stand before them. ``attn_mask`` is true where something
    is looked at, or is added to the scores. With
    ``enable_gqa``, several heads of the query share one of key and value. Source: Vaswani et al. 2017.
    """

    category = "Attention"
    features = -1
    keywords = ("sdpa", "self-attention", "grouped queries", "gqa", "mask", "flash attention")
    typical = ("N,4,T,6", "N,4,S,6", "N,4,S,5", "N,4,T,S")
    port_notes: ClassVar[dict[str, str]] = {
        "attn_mask": "bool: true where something is looked at; float32: added to the scores"
    }
    dropout_p: Annotated[Probability, Meta(description="probability of dropping an attention weight")] = 0.0
    is_causal: Annotated[bool, Meta(description="a place sees no later places")] = False
    scale: Annotated[
        Union[Annotated[float, Meta(gt=0.0, le=1e6)], None],
        Meta(description="what the dot products are multiplied by; nothing: one over the root of their length"),
    ] = None
    enable_gqa: Annotated[bool, Meta(description="heads of the query share those of key and value")] = False

    def infer(
        self, query: TensorType, key: TensorType, value: TensorType, attn_mask: TensorType | None = None
    ) -> TensorType:
        kind = "ScaledDotProductAttention"
        for port, given in (("query", query), ("key", key), ("value", value)):
            expect_float(given, kind, port)
            if given.rank < _RANK or given.rank != query.rank:
                wanted = (
                    "(N, heads, T, D), (N, T, D) or more axes before the heads"
                    if port == "query"
                    else f"{query.rank} axes like query"
                )
                raise ShapeError(f"{kind} expects {wanted}, got {format_shape(given.shape)}.", port)
        expect_fixed(query.shape[-1], kind, "the size of each query", "query")
        self._check_heads(query, key)
        if key.shape[-1] != query.shape[-1]:
            raise ShapeError(f"{kind} expects keys of {query.shape[-1]} values like the queries, got {key}.", "key")
        if value.shape[:-1] != key.shape[:-1]:
            raise ShapeError(f"{kind} expects a value for each key {key}, got {value}.", "value")
        self._check_mask(attn_mask, (*query.shape[:-1], key.shape[-2]))
        return TensorType((*query.shape[:-1], value.shape[-1]))

    def _check_heads(self, query: TensorType, key: TensorType) -> None:
        ours, theirs = query.shape[:-2], key.shape[:-2]
        if ours == theirs:
            return
        many, few = ours[-1], theirs[-1]
        if len(ours) > 1 and ours[:-1] == theirs[:-1] and isinstance(many, int) and isinstance(few, int):
            if self.enable_gqa and many % few == 0:
                return
            if not self.enable_gqa and many % few == 0:
                raise ShapeError(
                    f"ScaledDotProductAttention has {many} heads of the query and {few} of the key; set "
                    "enable_gqa to share these.",
                    "key",
                    Fix("Set enable_gqa", "set_parameters", {"parameters": {"enable_gqa": True}}),
                )
        raise ShapeError(
            f"ScaledDotProductAttention expects a key ({', '.join(map(str, ours))}, S, D) for this query, got {key}.",
            "key",
        )

    def _check_mask(self, mask: TensorType | None, scores: tuple[Dim, ...]) -> None:
        if mask is None:
            return
        kind = "ScaledDotProductAttention"
        if self.is_causal:
            raise ShapeError(
                f"{kind} takes is_causal or a mask, not both; put later places into the mask.", "attn_mask"
            )
        if mask.dtype == "int64" or not 2 <= mask.rank <= len(scores):
            raise ShapeError(
                f"{kind} expects a mask of {format_shape(scores)}, bool or float32, got {mask}.", "attn_mask"
            )
        if broadcast([scores, mask.shape], kind, ("query", "attn_mask")) != scores:
            raise ShapeError(f"{kind} expects a mask of {format_shape(scores)}, got {mask}.", "attn_mask")

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        query, key, value, *_ = inputs
        assert query is not None
        assert key is not None
        assert value is not None
        return product(query.shape[:-1]) * key.shape[-2] * (query.shape[-1] + value.shape[-1])

    def torch(self, code: Code, query: Value, key: Value, value: Value, attn_mask: Value | None = None) -> str:
        options: dict[str, Any] = {} if attn_mask is None else {"attn_mask": attn_mask}
        if differs(self.dropout_p, 0.0):
            options["dropout_p"] = Value(f"{code.text(self.dropout_p)} if self.training else 0.0", query.type)
        options |= {"is_causal": True} if self.is_causal else {}
        options |= {"scale": self.scale} if self.scale is not None else {}
        options |= {"enable_gqa": True} if self.enable_gqa else {}
        return code.call("F.scaled_dot_product_attention", query, key, value, **options)

    def onnx(self, op: Op, query: Any, key: Any, value: Any, attn_mask: Any = None) -> Any:
        ours, theirs, _, kind = op.inputs
        if ours.shape[:-2] != theirs.shape[:-2]:
            heads, axis = ours.shape[-3], ours.rank - 3
            times = heads // theirs.shape[-3]
            index = op.constant([head // times for head in range(heads)])
            key, value = (op.Gather(each, index, axis=axis) for each in (key, value))
        scale = ours.shape[-1] ** -0.5 if self.scale is None else self.scale
        order = [*range(ours.rank - 2), ours.rank - 1, ours.rank - 2]
        scores = op.MatMul(op.Mul(query, op.constant(scale, "float32")), op.Transpose(key, perm=order))
        if self.is_causal:
            here, there = (op.Unsqueeze(self._places(op, x), op.constant([at])) for x, at in ((query, 1), (key, 0)))
            scores = without(op, scores, op.Less(here, there))
        elif attn_mask is not None and kind.dtype == "bool":
            scores = without(op, scores, op.Not(attn_mask))
        elif attn_mask is not None:
            scores = op.Add(scores, attn_mask)
        return op.MatMul(shares(op, scores), value)

    def _places(self, op: Op, x: Any) -> Any:
        axis = op.inputs[0].rank - 2
        count = op.Squeeze(op.Shape(x, start=axis, end=axis + 1), op.constant([0]))
        return op.Range(op.constant(0), count, op.constant(1))

    def summary(self) -> str:
        parts = [word for word, on in (("causal", self.is_causal), ("grouped", self.enable_gqa)) if on]
        return ", ".join([*parts, *([f"scale {self.scale:g}"] if self.scale is not None else [])])


class RotaryEmbedding(Layer):
    """Turn the values of each place by angles that tell the place, so that dot products tell the distance of places.

    For queries and keys (N, heads, T, D) or (N, T, D). Source: Su et al. 2021.
    """

    category = "Embedding"
    keywords = ("rope", "rotary positions", "position", "llama", "transformer")
    typical = ("N,4,T,6",)
    base: Annotated[float, Meta(gt=1.0, le=1e9, description="how slowly the slowest pair turns")] = 10000.0
    interleaved: Annotated[bool, Meta(description="pairs are neighbours; else values half the size apart")] = False

    def infer(self, x: TensorType) -> TensorType:
        expect_float(x, "RotaryEmbedding")
        if x.rank not in (3, 4):
            raise ShapeError(f"RotaryEmbedding expects (N, heads, T, D) or (N, T, D), got {x}.", "x")
        size = expect_fixed(x.shape[-1], "RotaryEmbedding", "the size of each vector")
        if isinstance(size, int) and size % 2:
            raise ShapeError(f"RotaryEmbedding turns pairs, so it needs an even number of values, got {size}.", "x")
        return x

    def torch(self, code: Code, x: Value) -> str:
        return code.call(code.helper("_rotated", _ROTATED), x, self.base, self.interleaved)

    def onnx(self, op: Op, x: Any) -> Any:
        kind = op.inputs[0]
        half, time = kind.shape[-1] // 2, kind.rank - 2
        rates = [self.base ** -(at / half) for at in range(half)]
        count = op.Squeeze(op.Shape(x, start=time, end=time + 1), op.constant([0]))
        places = op.Cast(op.Range(op.constant(0), count, op.constant(1)), to=_FLOAT32)
        angles = op.Mul(op.Unsqueeze(places, op.constant([1])), op.constant(rates, "float32"))
        cos, sin = op.Cos(angles), op.Sin(angles)
        order = [*range(0, 2 * half, 2), *range(1, 2 * half, 2)] if self.interleaved else list(range(2 * half))
        first, second = (op.Gather(x, op.constant(part), axis=-1) for part in (order[:half], order[half:]))
        turned = [
            op.Sub(op.Mul(first, cos), op.Mul(second, sin)),
            op.Add(op.Mul(second, cos), op.Mul(first, sin)),
        ]
        joined = op.Concat(*turned, axis=-1)
        back = sorted(range(2 * half), key=order.__getitem__)
        return op.Gather(joined, op.constant(back), axis=-1) if self.interleaved else joined

    def summary(self) -> str:
        return f"base {self.base:g}" + (", interleaved" if self.interleaved else "")
