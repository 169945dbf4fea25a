"""Attention: every place of a sequence looks at the others."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.accepted import Accepted
from graph.dims import Dim
from graph.errors import ShapeError
from graph.fields import Positive, Probability
from graph.layer import Code, Op, Value, Weight
from graph.layers.parts.heads import (
    accepted_masks,
    attend,
    attention_macs,
    expect_heads,
    expect_mask,
    expect_sequence,
    hidden_places,
    projections,
)
from graph.layers.parts.initialize import Biased
from graph.layers.parts.scores import expect_scores, masked, padded, scores_arguments, shares
from graph.tensor import TensorType


class MultiheadAttention(Biased):
    """Answer each query with a mean of the values, weighed by how well their keys fit the query, in several heads.

    Shapes: query (N, T, D), key and value (N, S, ...), result (N, T, D). With ``query`` alone it is self-attention; a
    ``value`` left open is the key. ``key_padding_mask`` (N, S) is true at keys that are padding, or holds lengths (N,).
    ``attn_mask`` (T, S), (N, T, S) or (N, heads, T, S) is true where nothing is looked at, or is added to the scores.
    Source: Vaswani et al. 2017.
    """

    usual = True
    category = "Attention"
    features = -1
    keywords = ("self-attention", "cross-attention", "transformer", "mha")
    typical = ("N,T,16", "N,S,12", "N,S,20", "N,S bool", "N,T,S")
    port_notes: ClassVar[dict[str, str]] = {
        "attn_mask": "bool: true where nothing is looked at; float32: added to the scores"
    }
    num_heads: Annotated[Positive, Meta(description="heads, each with its share of a vector's values")] = 8
    dropout: Annotated[Probability, Meta(description="probability of dropping an attention weight")] = 0.0
    bias: Annotated[bool, Meta(description="add learned offsets")] = True
    causal: Annotated[bool, Meta(description="a place sees no later places")] = False
    need_weights: Annotated[bool, Meta(description="tell as well how much each place looks at each other")] = False
    average_attn_weights: Annotated[bool, Meta(description="tell the mean over the heads, not each by itself")] = True

    def output_names(self) -> tuple[str, ...]:
        return ("out", "weights") if self.need_weights else ("out",)

    def infer(
        self,
        query: TensorType,
        key: TensorType | None = None,
        value: TensorType | None = None,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> TensorType | tuple[TensorType, ...]:
        kind = "MultiheadAttention"
        size = expect_sequence(query, kind, "query")
        expect_heads(size, self.num_heads, kind, "num_heads", "query")
        key, value = self._sources(query, key, value)
        for port, given in (("key", key), ("value", value)):
            expect_sequence(given, kind, port)
            if given.shape[:2] != (query.shape[0], key.shape[1]):
                raise ShapeError(
                    f"{kind} expects {port} to be ({query.shape[0]}, {key.shape[1]}, ...) for this query and key, "
                    f"got {given}.",
                    port,
                )
        expect_mask(key_padding_mask, key, kind, "key_padding_mask")
        scores = (query.shape[0], self.num_heads, query.shape[1], key.shape[1])
        expect_scores(attn_mask, scores, kind)
        if not self.need_weights:
            return query
        return query, TensorType((scores[0], *scores[2:]) if self.average_attn_weights else scores)

    def accepts(  # type: ignore[override]
        self,
        query: TensorType,
        key: TensorType | None = None,
        value: TensorType | None = None,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> dict[str, Accepted]:
        return accepted_masks(key_padding_mask=key_padding_mask)

    @staticmethod
    def _sources(query: Any, key: Any, value: Any) -> tuple[Any, Any]:
        """Key and value; one that is not connected is what stands before it."""
        key = query if key is None else key
        return key, key if value is None else value

    def _separate(self, query: TensorType, key: TensorType, value: TensorType) -> bool:
        return {key.shape[2], value.shape[2]} != {query.shape[2]}

    def weights(  # type: ignore[override]
        self,
        query: TensorType,
        key: TensorType | None = None,
        value: TensorType | None = None,
        key_padding_mask: TensorType | None = None,
        attn_mask: TensorType | None = None,
    ) -> dict[str, Weight]:
        key, value = self._sources(query, key, value)
        return projections(query.shape[2], self.bias, kdim=key.shape[2], vdim=value.shape[2])

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        query, key, value, *_ = inputs
        assert query is not None
        key, value = self._sources(query, key, value)
        return attention_macs(query, key, value)

    def torch(
        self,
        code: Code,
        query: Value,
        key: Value | None = None,
        value: Value | None = None,
        key_padding_mask: Value | None = None,
        attn_mask: Value | None = None,
    ) -> str:
        key, value = self._sources(query, key, value)
        size, options = query.type.shape[2], self.options("num_heads", "causal", "need_weights", "average_attn_weights")
        widths = {"kdim": key.type.shape[2], "vdim": value.type.shape[2]}
        options |= {name: width for name, width in widths.items() if width != size} | {"batch_first": True}
        kinds = (query.type, key.type, value.type)
        module = self.construct(code, kinds, "nn.MultiheadAttention", size, self.num_heads, **options)
        masks = scores_arguments(code, query, key, key_padding_mask, attn_mask, self.causal, self.num_heads)
        if not self.need_weights:
            return code.call(module, query, key, value, **masks, need_weights=False) + "[0]"
        how = {} if self.average_attn_weights else {"average_attn_weights": False}
        return code.call(module, query, key, value, **masks, **how)

    def onnx(
        self,
        op: Op,
        query: Any,
        key: Any = None,
        value: Any = None,
        key_padding_mask: Any = None,
        attn_mask: Any = None,
    ) -> Any:
        kinds = (op.inputs[0], *self._sources(*op.inputs[:3]))
        key, value = self._sources(query, key, value)
        drawn = attn_mask is not None
        hidden = None if drawn else hidden_places(op, query, key, key_padding_mask, op.inputs[3], self.causal)

        def weigh(scores: Any) -> Any:
            """How much each place looks at each other."""
            scores = padded(op, scores, query, key, key_padding_mask, op.inputs[3], self.causal)
            return shares(op, masked(op, scores, attn_mask, op.inputs[4]), not self.need_weights)

        result, looks = attend(
            op,
            (query, key, value),
            kinds[0].shape[2],
            self.num_heads,
            bias=self.bias,
            separate=self._separate(*kinds),
            hidden=hidden,
            weigh=weigh if drawn else None,
        )
        if not self.need_weights:
            return result
        return result, op.ReduceMean(looks, op.constant([1]), keepdims=0) if self.average_attn_weights else looks

    def summary(self) -> str:
        return f"{self.num_heads} heads" + (", causal" if self.causal else "")
