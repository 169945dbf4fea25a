"""Transformer layers: attention and a feed-forward network, each with a way around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted
from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Positive, Probability
from graph.layer import Code, Op, Value, Weight
from graph.layers.parts.heads import (
    MaskNames,
    accepted_masks,
    attend,
    attention_macs,
    expect_heads,
    expect_mask,
    expect_sequence,
    hidden_places,
    linear,
    mask_arguments,
    projections,
)
from graph.layers.parts.initialize import Biased
from graph.tensor import TensorType


class _TransformerLayer(Biased):
    category = "Attention"
    features = -1
    attentions: ClassVar[tuple[str, ...]] = ("self_attn",)
    nhead: Annotated[Positive, Meta(description="heads, each with its share of a vector's values")] = 8
    dim_feedforward: Annotated[Positive, Meta(description="size inside the feed-forward network")] = 2048
    dropout: Annotated[Probability, Meta(description="probability of dropping a value")] = 0.1
    activation: Annotated[Literal["relu", "gelu"], Meta(description="activation of the feed-forward network")] = "relu"
    layer_norm_eps: Annotated[float, Meta(gt=0.0, le=1.0, description="added to variances, against zero")] = 1e-5
    norm_first: Annotated[bool, Meta(description="normalize before each part instead of after it")] = False
    bias: Annotated[bool, Meta(description="add learned offsets")] = True

    def _infer(self, x: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_heads(expect_sequence(x, kind, "x"), self.nhead, kind, "nhead", "x")
        return x

    def weights(self, x: TensorType, *rest: TensorType | None) -> dict[str, Weight]:  # type: ignore[override]
        size, inner = x.shape[2], self.dim_feedforward
        found: dict[str, Weight] = {}
        for name in self.attentions:
            found |= projections(size, self.bias, f"{name}.")
        found |= {"linear1.weight": Weight((inner, size)), "linear2.weight": Weight((size, inner))}
        norms = [f"norm{place}" for place in range(1, len(self.attentions) + 2)]
        found |= {f"{name}.weight": Weight((size,)) for name in norms}
        if self.bias:
            found |= {"linear1.bias": Weight((inner,)), "linear2.bias": Weight((size,))}
            found |= {f"{name}.bias": Weight((size,)) for name in norms}
        return found

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        x, memory = inputs[0], inputs[1]
        assert x is not None
        total: Dim = 2 * product(x.shape) * self.dim_feedforward
        for name in self.attentions:
            seen = x if name == "self_attn" else memory
            assert seen is not None
            total = total + attention_macs(x, seen, seen)
        return total

    def _module(self, code: Code, x: Value) -> str:
        options = {**self.options("nhead", "causal"), "batch_first": True}
        return self.construct(code, (x.type,), f"nn.{type(self).__name__}", x.type.shape[2], self.nhead, **options)

    def _around(self, op: Op, x: Any, norm: str, part: Callable[[Any], Any]) -> Any:
        """Add to ``x`` what a part of the layer makes of it, and normalize before or after."""
        weights = [op.weight(f"{norm}.weight"), *([op.weight(f"{norm}.bias")] if self.bias else [])]

        def normalized(value: Any) -> Any:
            return op.LayerNormalization(value, *weights, axis=-1, epsilon=self.layer_norm_eps)

        if self.norm_first:
            return op.Add(x, part(normalized(x)))
        return normalized(op.Add(x, part(x)))

    def _attend(self, op: Op, name: str, x: Any, memory: Any, hidden: Any) -> Any:
        size = op.inputs[0].shape[2]
        return attend(op, (x, memory, memory), size, self.nhead, bias=self.bias, prefix=f"{name}.", hidden=hidden)

    def _feed_forward(self, op: Op, x: Any) -> Any:
        biases = [op.weight(f"linear{place}.bias") if self.bias else None for place in (1, 2)]
        inner = linear(op, x, op.weight("linear1.weight"), biases[0])
        inner = op.Relu(inner) if self.activation == "relu" else op.Gelu(inner)
        return linear(op, inner, op.weight("linear2.weight"), biases[1])

    def summary(self) -> str:
        return f"{self.nhead} heads, {self.dim_feedforward}"


class TransformerEncoderLayer(_TransformerLayer):
    """Let each place of a sequence (N, T, D) look at all others, then transform each by itself.

    ``key_padding_mask`` (N, T) is true at places that are padding, or holds lengths (N,). Source: Vaswani et al. 2017.
    """

    keywords = ("self-attention", "bert", "encoder", "block")
    typical = ("N,T,16", "N,T bool")
    causal: Annotated[bool, Meta(description="a place sees no later places")] = False

    def infer(self, x: TensorType, key_padding_mask: TensorType | None = None) -> TensorType:
        expect_mask(key_padding_mask, self._infer(x), type(self).__name__, "key_padding_mask")
        return x

    def accepts(  # type: ignore[override]
        self, x: TensorType, key_padding_mask: TensorType | None = None
    ) -> dict[str, Accepted]:
        return accepted_masks(key_padding_mask=key_padding_mask)

    def torch(self, code: Code, x: Value, key_padding_mask: Value | None = None) -> str:
        names = MaskNames("src_mask", "is_causal", "src_key_padding_mask")
        masks = mask_arguments(code, names, x, x, key_padding_mask, self.causal, self.nhead)
        return code.call(self._module(code, x), x, **masks)

    def onnx(self, op: Op, x: Any, key_padding_mask: Any = None) -> Any:
        hidden = hidden_places(op, x, x, key_padding_mask, op.inputs[1], self.causal)
        x = self._around(op, x, "norm1", lambda value: self._attend(op, "self_attn", value, value, hidden))
        return self._around(op, x, "norm2", lambda value: self._feed_forward(op, value))


class TransformerDecoderLayer(_TransformerLayer):
    """Let each place of a sequence (N, T, D) look at those before it and at a memory (N, S, D), then transform it.

    ``key_padding_mask`` (N, T) and ``memory_key_padding_mask`` (N, S) are true at padding, or hold lengths (N,).
    Source: Vaswani et al. 2017.
    """

    keywords = ("cross-attention", "sequence to sequence", "decoder", "block")
    typical = ("N,T,16", "N,S,16", "N,T bool", "N,S bool")
    attentions = ("self_attn", "multihead_attn")
    causal: Annotated[bool, Meta(description="a place sees no later places of its own sequence")] = True

    def infer(
        self,
        x: TensorType,
        memory: TensorType,
        key_padding_mask: TensorType | None = None,
        memory_key_padding_mask: TensorType | None = None,
    ) -> TensorType:
        kind = type(self).__name__
        self._infer(x)
        expect_sequence(memory, kind, "memory")
        if (memory.shape[0], memory.shape[2]) != (x.shape[0], x.shape[2]):
            raise ShapeError(
                f"{kind} expects a memory ({x.shape[0]}, S, {x.shape[2]}) with vectors like those of x, got {memory}; "
                f"put a Linear with out_features={x.shape[2]} in front.",
                "memory",
            )
        expect_mask(key_padding_mask, x, kind, "key_padding_mask")
        expect_mask(memory_key_padding_mask, memory, kind, "memory_key_padding_mask")
        return x

    def accepts(  # type: ignore[override]
        self,
        x: TensorType,
        memory: TensorType,
        key_padding_mask: TensorType | None = None,
        memory_key_padding_mask: TensorType | None = None,
    ) -> dict[str, Accepted]:
        return accepted_masks(key_padding_mask=key_padding_mask, memory_key_padding_mask=memory_key_padding_mask)

    def torch(
        self,
        code: Code,
        x: Value,
        memory: Value,
        key_padding_mask: Value | None = None,
        memory_key_padding_mask: Value | None = None,
    ) -> str:
        names = MaskNames("tgt_mask", "tgt_is_causal", "tgt_key_padding_mask")
        masks = mask_arguments(code, names, x, x, key_padding_mask, self.causal, self.nhead)
        names = MaskNames("memory_mask", "memory_is_causal", "memory_key_padding_mask")
        masks |= mask_arguments(code, names, x, memory, memory_key_padding_mask, False, self.nhead)
        return code.call(self._module(code, x), x, memory, **masks)

    def onnx(
        self, op: Op, x: Any, memory: Any, key_padding_mask: Any = None, memory_key_padding_mask: Any = None
    ) -> Any:
        own = hidden_places(op, x, x, key_padding_mask, op.inputs[2], self.causal)
        other = hidden_places(op, x, memory, memory_key_padding_mask, op.inputs[3])
        x = self._around(op, x, "norm1", lambda value: self._attend(op, "self_attn", value, value, own))
        x = self._around(op, x, "norm2", lambda value: self._attend(op, "multihead_attn", value, memory, other))
        return self._around(op, x, "norm3", lambda value: self._feed_forward(op, value))
