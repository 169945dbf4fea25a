"""Attention: every place of a sequence looks at the others."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from graph.accepted import Accepted
from graph.dims import Dim
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
    mask_arguments,
    projections,
)
from graph.layers.parts.initialize import Biased
from graph.tensor import TensorType


class MultiheadAttention(Biased):
    """Answer each query with a mean of the values, weighed by how well their keys fit the query, in several heads.

    Shapes: query (N, T, D), key and value (N, S, ...), result (N, T, D). With ``query`` alone it is self-attention; a
    ``value`` left open is the key. ``key_padding_mask`` (N, S) is true at keys that are padding, or holds lengths (N,).
    Source: Vaswani et al. 2017.
    """

    usual = True
    category = "Attention"
    features = -1
    keywords = ("self-attention", "cross-attention", "transformer", "mha")
    typical = ("N,T,16", "N,S,12", "N,S,20", "N,S bool")
    num_heads: Annotated[Positive, Meta(description="heads, each with its share of a vector's values")] = 8
    dropout: Annotated[Probability, Meta(description="probability of dropping an attention weight")] = 0.0
    bias: Annotated[bool, Meta(description="add learned offsets")] = True
    causal: Annotated[bool, Meta(description="a place sees no later places")] = False

    def infer(
        self,
        query: TensorType,
        key: TensorType | None = None,
        value: TensorType | None = None,
        key_padding_mask: TensorType | None = None,
    ) -> TensorType:
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
        return query

    def accepts(  # type: ignore[override]
        self,
        query: TensorType,
        key: TensorType | None = None,
        value: TensorType | None = None,
        key_padding_mask: TensorType | None = None,
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
    ) -> dict[str, Weight]:
        key, value = self._sources(query, key, value)
        return projections(query.shape[2], self.bias, kdim=key.shape[2], vdim=value.shape[2])

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        query, key, value, _ = inputs
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
    ) -> str:
        key, value = self._sources(query, key, value)
        size, options = query.type.shape[2], self.options("num_heads", "causal")
        widths = {"kdim": key.type.shape[2], "vdim": value.type.shape[2]}
        options |= {name: width for name, width in widths.items() if width != size} | {"batch_first": True}
        kinds = (query.type, key.type, value.type)
        module = self.construct(code, kinds, "nn.MultiheadAttention", size, self.num_heads, **options)
        names = MaskNames("attn_mask", "is_causal", "key_padding_mask")
        masks = mask_arguments(code, names, query, key, key_padding_mask, self.causal, self.num_heads)
        return code.call(module, query, key, value, **masks, need_weights=False) + "[0]"

    def onnx(self, op: Op, query: Any, key: Any = None, value: Any = None, key_padding_mask: Any = None) -> Any:
        kinds = (op.inputs[0], *self._sources(*op.inputs[:3]))
        key, value = self._sources(query, key, value)
        return attend(
            op,
            (query, key, value),
            kinds[0].shape[2],
            self.num_heads,
            bias=self.bias,
            separate=self._separate(*kinds),
            hidden=hidden_places(op, query, key, key_padding_mask, op.inputs[3], self.causal),
        )

    def summary(self) -> str:
        return f"{self.num_heads} heads" + (", causal" if self.causal else "")
