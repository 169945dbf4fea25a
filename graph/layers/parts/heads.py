"""What attention layers share: their masks, and their ONNX."""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import Any, NamedTuple

from graph.accepted import Accepted, Lengths
from graph.dims import Dim
from graph.errors import Fix, ShapeError
from graph.layer import Code, Op, Value, Weight, expect_fixed, expect_float, expect_rank
from graph.tensor import TensorType

_BOOL, _INT32 = 9, 6
_NEVER = -3.0e38  # a score that softmax turns into 0; not infinite, so that a row of nothing else is a number

_CAUSAL_MASK = '''
def _causal_mask(query, key):
    """True at the places of key that come after each place of query."""
    return torch.ones(query.size(1), key.size(1), dtype=torch.bool, device=query.device).triu(1)
'''

_PADDING = '''
def _padding(mask):
    """True at padding; a sequence of padding alone is seen whole, for attention to nothing is not a number."""
    mask = mask.bool()
    return mask & ~mask.all(dim=1, keepdim=True)
'''

_CAUSAL_PADDING = '''
def _causal_padding(query, mask, heads):
    """True at padding and at later places, for each head; each place sees itself, whatever it is."""
    places = torch.ones(query.size(1), mask.size(1), dtype=torch.bool, device=query.device)
    hidden = (places.triu(1) | mask.bool()[:, None]) & (places.triu(1) | places.tril(-1))
    return hidden.repeat_interleave(heads, dim=0)
'''

_BEHIND = '''
def _behind(lengths, x):
    """True after the end of each sequence of x; an empty sequence counts as one step."""
    return torch.arange(x.size(1), device=x.device) >= lengths.clamp(min=1)[:, None]
'''


def expect_sequence(x: TensorType, layer: str, port: str) -> Dim:
    """Refuse what is not a sequence of vectors (N, T, D); the size of the vectors."""
    expect_rank(x, 3, layer, "a sequence of vectors (N, T, D)", port)
    expect_float(x, layer, port)
    return expect_fixed(x.shape[2], layer, "the size of each vector", port)


def expect_heads(size: Dim, heads: int, layer: str, name: str, port: str) -> None:
    """Refuse a number of heads that does not divide the size of the vectors."""
    if isinstance(size, int) and isinstance(heads, int) and size % heads:
        fitting = gcd(size, heads)
        raise ShapeError(
            f"{layer} has {name}={heads}, which must divide the {size} values of each vector.",
            port,
            Fix(f"Set {name}={fitting}", "set_parameters", {"parameters": {name: fitting}}),
        )


def expect_mask(mask: TensorType | None, x: TensorType, layer: str, port: str) -> None:
    """Refuse what says nothing about the padding of ``x``."""
    if mask is None:
        return
    batch, time, _ = x.shape
    if mask.dtype == "float32" or mask not in (
        TensorType((batch, time), mask.dtype),
        TensorType((batch,), "int64"),
    ):
        raise ShapeError(
            f"{layer} expects {port} to be ({batch}, {time}), true or nonzero at padding, or lengths ({batch},) int64, "
            f"got {mask}.",
            port,
        )


def accepted_masks(**masks: TensorType | None) -> dict[str, Accepted]:
    """What the ports of masks take where they hold lengths; one beyond its sequence hides nothing, and no harm."""
    found = {port: mask for port, mask in masks.items() if mask is not None}
    return {port: Lengths() for port, mask in found.items() if mask.rank == 1 and mask.dtype == "int64"}


class MaskNames(NamedTuple):
    """What a module of torch calls the masks of one attention."""

    mask: str
    is_causal: str
    padding: str


def mask_arguments(
    code: Code, names: MaskNames, query: Value, key: Value, mask: Value | None, causal: bool, heads: int
) -> dict[str, Any]:
    """The arguments that hide padding of the key, as ``mask`` tells it, and later places."""
    if mask is not None and mask.type.rank == 2 and causal:
        text = code.call(code.helper("_causal_padding", _CAUSAL_PADDING), query, mask, heads)
        return {names.mask: Value(text, mask.type)}
    found: dict[str, Any] = {}
    if causal:
        text = code.call(code.helper("_causal_mask", _CAUSAL_MASK), query, key)
        found = {names.mask: Value(text, query.type), names.is_causal: True}
    if mask is not None and mask.type.rank == 2:
        found[names.padding] = Value(code.call(code.helper("_padding", _PADDING), mask), mask.type)
    elif mask is not None:
        found[names.padding] = Value(code.call(code.helper("_behind", _BEHIND), mask, key), mask.type)
    return found


def attention_macs(query: TensorType, key: TensorType, value: TensorType) -> Dim:
    """Multiply-adds of attention: the four projections, the scores, and the means of the values.

    A mask hides scores, it does not save them.
    """
    batch, places, size = query.shape
    seen = key.shape[1]
    projected = places * size + seen * (key.shape[2] + value.shape[2]) + places * size
    return batch * size * (projected + 2 * places * seen)


def projections(
    size: Dim, bias: bool, prefix: str = "", kdim: Dim | None = None, vdim: Dim | None = None
) -> dict[str, Weight]:
    """The weights of multi-head attention, as ``nn.MultiheadAttention`` has them."""
    if kdim in (None, size) and vdim in (None, size):
        found = {f"{prefix}in_proj_weight": Weight((3 * size, size))}
    else:
        widths = {"q": size, "k": kdim or size, "v": vdim or size}
        found = {f"{prefix}{name}_proj_weight": Weight((size, width)) for name, width in widths.items()}
    found[f"{prefix}out_proj.weight"] = Weight((size, size))
    if bias:
        found |= {f"{prefix}in_proj_bias": Weight((3 * size,)), f"{prefix}out_proj.bias": Weight((size,))}
    return found


def hidden_places(
    op: Op, query: Any, key: Any, mask: Any = None, kind: TensorType | None = None, causal: bool = False
) -> Any:
    """True at what is not looked at, for scores (N, heads, T, S); ``None`` where everything is.

    ``mask`` and its type ``kind`` tell the padding of the key, as in ``mask_arguments``.
    """
    here, there = (op.Unsqueeze(_places(op, x), op.constant([axis])) for x, axis in ((query, 1), (key, 0)))
    if mask is None or kind is None:
        return op.Less(here, there) if causal else None
    front, last = op.constant([1, 2]), op.constant([1])
    if kind.rank == 1:
        ends = op.Unsqueeze(op.Max(mask, last), last)
        padding = op.Unsqueeze(op.Not(op.Less(there, ends)), front)
        return op.Or(op.Less(here, there), padding) if causal else padding
    padding = op.Cast(mask, to=_BOOL)
    if causal:
        hidden = op.Or(op.Less(here, there), op.Unsqueeze(padding, front))
        return op.And(hidden, op.Not(op.Equal(here, there)))
    everything = op.Cast(op.ReduceMin(op.Cast(padding, to=_INT32), last, keepdims=1), to=_BOOL)
    return op.Unsqueeze(op.And(padding, op.Not(everything)), front)


def _places(op: Op, x: Any) -> Any:
    """0, 1, 2, ... along axis 1."""
    count = op.Squeeze(op.Shape(x, start=1, end=2), op.constant([0]))
    return op.Range(op.constant(0), count, op.constant(1))


def linear(op: Op, x: Any, weight: Any, bias: Any) -> Any:
    """A matrix product with the last axis."""
    y = op.MatMul(x, op.Transpose(weight, perm=[1, 0]))
    return y if bias is None else op.Add(y, bias)


def attend(
    op: Op,
    inputs: tuple[Any, Any, Any],
    size: int,
    heads: int,
    *,
    bias: bool,
    prefix: str = "",
    separate: bool = False,
    hidden: Any = None,
    weigh: Callable[[Any], Any] | None = None,
) -> tuple[Any, Any]:
    """Multi-head attention of (query, key, value), with the weights whose names begin with ``prefix``; and its shares.

    ``separate`` says that query, key and value have matrices of their own; ``hidden`` is true where nothing is looked
    at; ``weigh`` makes shares of scores in another way. Source: Vaswani et al. 2017, section 3.2.
    """
    thirds = op.constant([size] * 3)
    if separate:
        weights = [op.weight(f"{prefix}{name}_proj_weight") for name in "qkv"]
    else:
        weights = op.Split(op.weight(f"{prefix}in_proj_weight"), thirds, axis=0, num_outputs=3)
    offsets = op.Split(op.weight(f"{prefix}in_proj_bias"), thirds, axis=0, num_outputs=3) if bias else [None] * 3
    split = op.constant([0, 0, heads, size // heads])
    query, key, value = (
        op.Reshape(linear(op, x, weight, offset), split)
        for x, weight, offset in zip(inputs, weights, offsets, strict=True)
    )
    query = op.Mul(query, op.constant((size // heads) ** -0.5, "float32"))
    scores = op.MatMul(op.Transpose(query, perm=[0, 2, 1, 3]), op.Transpose(key, perm=[0, 2, 3, 1]))
    if hidden is not None:
        scores = op.Where(hidden, op.constant(_NEVER, "float32"), scores)
    looks = op.Softmax(scores, axis=-1) if weigh is None else weigh(scores)
    seen = op.MatMul(looks, op.Transpose(value, perm=[0, 2, 1, 3]))
    joined = op.Reshape(op.Transpose(seen, perm=[0, 2, 1, 3]), op.constant([0, 0, size]))
    offset = op.weight(f"{prefix}out_proj.bias") if bias else None
    return linear(op, joined, op.weight(f"{prefix}out_proj.weight"), offset), looks
