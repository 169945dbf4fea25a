"""Transformer layers: attention and a feed-forward network, each with a way around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted
from graph.dims import Dim, product
from graph.errors import ShapeError
from graph.fields import Positive, Probability
from graph.layer import Code, Op, Value, Weight, known
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

_TRANSFORMER = '''
def _transformer(size, nhead, num_encoder_layers=6, **options):
    """An nn.Transformer whose encoder leaves padding where it is, without nested tensors."""
    layer = {key: value for key, value in options.items() if key != "num_decoder_layers"}
    eps, bias = options.get("layer_norm_eps", 1e-5), options.get("bias", True)
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(size, nhead, **layer),
        num_encoder_layers,
        nn.LayerNorm(size, eps=eps, bias=bias),
        enable_nested_tensor=False,
    )
    return nn.Transformer(size, nhead, custom_encoder=encoder, **options)
'''


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
        return self._weights(x.shape[2], self.attentions)

    def _weights(self, size: Dim, attentions: Sequence[str], prefix: str = "") -> dict[str, Weight]:
        """Those of one layer with these attentions."""
        inner, found = self.dim_feedforward, dict[str, Weight]()
        for name in attentions:
            found |= projections(size, self.bias, f"{name}.")
        found |= {"linear1.weight": Weight((inner, size)), "linear2.weight": Weight((size, inner))}
        found |= {"linear1.bias": Weight((inner,)), "linear2.bias": Weight((size,))} if self.bias else {}
        for place in range(1, len(attentions) + 2):
            found |= self._norm(size, f"norm{place}")
        return {prefix + name: weight for name, weight in found.items()}

    def _norm(self, size: Dim, name: str) -> dict[str, Weight]:
        return {f"{name}.{part}": Weight((size,)) for part in ("weight", "bias")[: 1 + self.bias]}

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        x, memory = inputs[0], inputs[1]
        assert x is not None
        return self._macs(x, [x if name == "self_attn" else memory for name in self.attentions])

    def _macs(self, x: TensorType, looked_at: Sequence[TensorType | None]) -> Dim:
        """Those of one layer with an attention to each of these."""
        total: Dim = 2 * product(x.shape) * self.dim_feedforward
        for seen in looked_at:
            assert seen is not None
            total = total + attention_macs(x, seen, seen)
        return total

    def _module(self, code: Code, x: Value) -> str:
        options = {**self.options("nhead", "causal"), "batch_first": True}
        return self.construct(code, (x.type,), f"nn.{type(self).__name__}", x.type.shape[2], self.nhead, **options)

    def _around(self, op: Op, x: Any, norm: str, part: Callable[[Any], Any]) -> Any:
        """Add to ``x`` what a part of the layer makes of it, and normalize before or after."""
        if self.norm_first:
            return op.Add(x, part(self._normalized(op, x, norm)))
        return self._normalized(op, op.Add(x, part(x)), norm)

    def _normalized(self, op: Op, x: Any, norm: str) -> Any:
        weights = [op.weight(f"{norm}.weight"), *([op.weight(f"{norm}.bias")] if self.bias else [])]
        return op.LayerNormalization(x, *weights, axis=-1, epsilon=self.layer_norm_eps)

    def _attend(self, op: Op, name: str, x: Any, memory: Any, hidden: Any) -> Any:
        size = op.inputs[0].shape[2]
        return attend(op, (x, memory, memory), size, self.nhead, bias=self.bias, prefix=f"{name}.", hidden=hidden)[0]

    def _feed_forward(self, op: Op, x: Any, prefix: str = "") -> Any:
        biases = [op.weight(f"{prefix}linear{place}.bias") if self.bias else None for place in (1, 2)]
        inner = linear(op, x, op.weight(f"{prefix}linear1.weight"), biases[0])
        inner = op.Relu(inner) if self.activation == "relu" else op.Gelu(inner)
        return linear(op, inner, op.weight(f"{prefix}linear2.weight"), biases[1])

    def _encode(self, op: Op, x: Any, hidden: Any, prefix: str = "") -> Any:
        """An encoder layer whose weights' names begin with ``prefix``."""
        x = self._around(op, x, f"{prefix}norm1", lambda y: self._attend(op, f"{prefix}self_attn", y, y, hidden))
        return self._around(op, x, f"{prefix}norm2", lambda y: self._feed_forward(op, y, prefix))

    def _decode(self, op: Op, x: Any, memory: Any, own: Any, other: Any, prefix: str = "") -> Any:
        """A decoder layer whose weights' names begin with ``prefix``."""
        x = self._around(op, x, f"{prefix}norm1", lambda y: self._attend(op, f"{prefix}self_attn", y, y, own))
        x = self._around(
            op, x, f"{prefix}norm2", lambda y: self._attend(op, f"{prefix}multihead_attn", y, memory, other)
        )
        return self._around(op, x, f"{prefix}norm3", lambda y: self._feed_forward(op, y, prefix))

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
        return self._encode(op, x, hidden)


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
        return self._decode(op, x, memory, own, other)


class Transformer(_TransformerLayer):
    """Read a sequence (N, S, D) by encoder layers, and write another (N, T, D) by decoder layers that look at it.

    ``src_key_padding_mask`` (N, S) and ``tgt_key_padding_mask`` (N, T) are true at padding, or hold lengths (N,); the
    decoder does not look at padding of the source. Source: Vaswani et al. 2017.
    """

    keywords = ("encoder-decoder", "sequence to sequence", "translation")
    typical = ("N,S,16", "N,T,16", "N,S bool", "N,T bool")
    num_encoder_layers: Annotated[int, Meta(ge=1, le=100, description="layers that read")] = 6
    num_decoder_layers: Annotated[int, Meta(ge=1, le=100, description="layers that write")] = 6
    causal: Annotated[bool, Meta(description="what is written sees nothing later of itself")] = True

    def infer(
        self,
        src: TensorType,
        tgt: TensorType,
        src_key_padding_mask: TensorType | None = None,
        tgt_key_padding_mask: TensorType | None = None,
    ) -> TensorType:
        kind = type(self).__name__
        size = expect_sequence(src, kind, "src")
        expect_heads(size, self.nhead, kind, "nhead", "src")
        expect_sequence(tgt, kind, "tgt")
        if (tgt.shape[0], tgt.shape[2]) != (src.shape[0], size):
            raise ShapeError(f"{kind} expects tgt ({src.shape[0]}, T, {size}) with vectors like src, got {tgt}.", "tgt")
        expect_mask(src_key_padding_mask, src, kind, "src_key_padding_mask")
        expect_mask(tgt_key_padding_mask, tgt, kind, "tgt_key_padding_mask")
        return tgt

    def accepts(  # type: ignore[override]
        self,
        src: TensorType,
        tgt: TensorType,
        src_key_padding_mask: TensorType | None = None,
        tgt_key_padding_mask: TensorType | None = None,
    ) -> dict[str, Accepted]:
        return accepted_masks(src_key_padding_mask=src_key_padding_mask, tgt_key_padding_mask=tgt_key_padding_mask)

    def weights(self, x: TensorType, *rest: TensorType | None) -> dict[str, Weight]:  # type: ignore[override]
        found: dict[str, Weight] = {}
        for side, count, attentions in (
            ("encoder", self.num_encoder_layers, ("self_attn",)),
            ("decoder", self.num_decoder_layers, ("self_attn", "multihead_attn")),
        ):
            for place in range(count):
                found |= self._weights(x.shape[2], attentions, f"{side}.layers.{place}.")
            found |= self._norm(x.shape[2], f"{side}.norm")
        return found

    def macs(self, inputs: tuple[TensorType | None, ...], outputs: tuple[TensorType, ...]) -> Dim:
        src, tgt, *_ = inputs
        assert src is not None
        assert tgt is not None
        return self.num_encoder_layers * self._macs(src, [src]) + self.num_decoder_layers * self._macs(tgt, [tgt, src])

    def torch(
        self,
        code: Code,
        src: Value,
        tgt: Value,
        src_key_padding_mask: Value | None = None,
        tgt_key_padding_mask: Value | None = None,
    ) -> str:
        names = MaskNames("src_mask", "src_is_causal", "src_key_padding_mask")
        masks = mask_arguments(code, names, src, src, src_key_padding_mask, False, self.nhead)
        names = MaskNames("tgt_mask", "tgt_is_causal", "tgt_key_padding_mask")
        masks |= mask_arguments(code, names, tgt, tgt, tgt_key_padding_mask, self.causal, self.nhead)
        names = MaskNames("memory_mask", "memory_is_causal", "memory_key_padding_mask")
        masks |= mask_arguments(code, names, tgt, src, src_key_padding_mask, False, self.nhead)
        return code.call(self._whole(code, src, src_key_padding_mask is not None), src, tgt, **masks)

    def _whole(self, code: Code, src: Value, padded: bool) -> str:
        """The module; where PyTorch would warn of nested tensors, its encoder does without."""
        size, options = src.type.shape[2], self.options("nhead", "causal")
        if not (padded or self.norm_first or not self.bias or (known(self.nhead) and self.nhead % 2)):
            kind = "nn.Transformer"
        else:
            kind = code.helper("_transformer", _TRANSFORMER)
        return self.construct(code, (src.type,), kind, size, self.nhead, **options, batch_first=True)

    def onnx(
        self, op: Op, src: Any, tgt: Any, src_key_padding_mask: Any = None, tgt_key_padding_mask: Any = None
    ) -> Any:
        hidden = hidden_places(op, src, src, src_key_padding_mask, op.inputs[2])
        for place in range(self.num_encoder_layers):
            src = self._encode(op, src, hidden, f"encoder.layers.{place}.")
        memory = self._normalized(op, src, "encoder.norm")
        own = hidden_places(op, tgt, tgt, tgt_key_padding_mask, op.inputs[3], self.causal)
        other = hidden_places(op, tgt, memory, src_key_padding_mask, op.inputs[2])
        for place in range(self.num_decoder_layers):
            tgt = self._decode(op, tgt, memory, own, other, f"decoder.layers.{place}.")
        return self._normalized(op, tgt, "decoder.norm")

    def summary(self) -> str:
        return f"{self.num_encoder_layers} + {self.num_decoder_layers} layers, {super().summary()}"
