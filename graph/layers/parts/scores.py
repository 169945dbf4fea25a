"""Masks that are drawn: what is added to the scores of attention, or which of them are left out."""

from __future__ import annotations

from typing import Any

from graph.dims import Dim
from graph.errors import ShapeError
from graph.layer import Code, Op, Value
from graph.layers.parts.heads import MaskNames, hidden_places, mask_arguments
from graph.tensor import TensorType, format_shape

_OWN_MASK = MaskNames("attn_mask", "is_causal", "key_padding_mask")

_ADDED = '''
def _added(hidden, scores):
    """Minus infinity where something is hidden, to be added to scores; else nothing."""
    return torch.zeros_like(hidden, dtype=scores.dtype).masked_fill(hidden, float("-inf"))
'''


def expect_scores(mask: TensorType | None, scores: tuple[Dim, ...], layer: str) -> None:
    """Refuse a mask that is none of ``scores`` (N, heads, T, S), of (N, T, S) or of (T, S)."""
    if mask is None:
        return
    batch, heads, places, seen = scores
    fitting = [(places, seen), (batch, places, seen), (batch, heads, places, seen)]
    if mask.shape not in fitting or mask.dtype == "int64":
        shapes = " or ".join(format_shape(shape) for shape in fitting)
        raise ShapeError(
            f"{layer} expects attn_mask to be {shapes}, true where nothing is looked at or float32 to be added to the "
            f"scores, got {mask}.",
            "attn_mask",
        )


def scores_arguments(
    code: Code, query: Value, key: Value, padding: Value | None, mask: Value | None, causal: bool, heads: int
) -> dict[str, Any]:
    """The arguments of ``nn.MultiheadAttention`` that hide padding and later places, and what ``mask`` says beside."""
    if mask is None:
        return mask_arguments(code, _OWN_MASK, query, key, padding, causal, heads)
    found = mask_arguments(code, _OWN_MASK, query, key, padding, False, heads)
    text = str(mask)
    if mask.type.rank == 3:
        text = f"{text}.repeat_interleave({heads}, dim=0)"
    elif mask.type.rank == 4:
        text = f"{text}.flatten(0, 1)"
    if causal:
        later = mask_arguments(code, _OWN_MASK, query, key, None, True, heads)[_OWN_MASK.mask]
        text = f"{text} | {later}" if mask.type.dtype == "bool" else f'{text}.masked_fill({later}, float("-inf"))'
    if _OWN_MASK.padding in found and mask.type.dtype == "float32":
        hidden = found[_OWN_MASK.padding]  # PyTorch wants both of one kind
        added = code.call(code.helper("_added", _ADDED), hidden, mask)
        found[_OWN_MASK.padding] = Value(added, mask.type)
    return {_OWN_MASK.mask: Value(text, mask.type), **found}


def masked(op: Op, scores: Any, mask: Any, kind: TensorType) -> Any:
    """Scores (N, heads, T, S) with what a drawn mask adds or leaves out."""
    if kind.rank == 3:
        mask = op.Unsqueeze(mask, op.constant([1]))
    return without(op, scores, mask) if kind.dtype == "bool" else op.Add(scores, mask)


def without(op: Op, scores: Any, hidden: Any) -> Any:
    """Scores with minus infinity where something is hidden."""
    return op.Where(hidden, op.constant(float("-inf"), "float32"), scores)


def padded(op: Op, scores: Any, query: Any, key: Any, mask: Any, kind: TensorType | None, causal: bool) -> Any:
    """Scores without those of padding, as ``mask`` tells it, and of later places."""
    for hidden in (hidden_places(op, query, key, mask, kind), hidden_places(op, query, key, causal=causal)):
        scores = scores if hidden is None else without(op, scores, hidden)
    return scores


def shares(op: Op, scores: Any, hidden_is_zero: bool = True) -> Any:
    """The softmax of scores; where all are hidden, 0 or not a number: PyTorch has both, in two kernels."""
    found = op.Softmax(scores, axis=-1)
    if not hidden_is_zero:
        return found
    largest = op.ReduceMax(scores, op.constant([-1]), keepdims=1)
    nothing = op.Equal(largest, op.constant(float("-inf"), "float32"))
    return op.Where(nothing, op.constant(0.0, "float32"), found)
