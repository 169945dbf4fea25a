"""Which axis of the scores holds the classes, and what to say of scores that hold them on another one."""

from __future__ import annotations

from graph.errors import Fix, ShapeError
from graph.tensor import TensorType, format_shape


def move_axis(rank: int, origin: int, goal: int) -> list[int]:
    """The ``dims`` of a Permute that brings one axis to another place and leaves the others in their order."""
    dims = [axis for axis in range(rank) if axis != origin]
    dims.insert(goal, origin)
    return dims


def classes_last(prediction: TensorType, target: TensorType) -> bool:
    """Whether class indices would fit if the scores' last axis, and not axis 1, were that of the classes."""
    return prediction.rank > 2 and target == TensorType(prediction.shape[:-1], "int64")


def misfit(kind: str, prediction: TensorType, target: TensorType, accepted: str) -> ShapeError:
    """What to say of a target that does not fit scores whose axis 1 holds the classes; ``accepted`` would."""
    scores = format_shape(prediction.shape)
    if classes_last(prediction, target):
        dims = move_axis(prediction.rank, prediction.rank - 1, 1)
        return ShapeError(
            f"{kind} takes axis 1 of its scores for the classes, but beside the target {target} the scores {scores} "
            "hold them on the last axis; put a Permute in front that brings it to axis 1.",
            "prediction",
            Fix("Insert Permute", "insert", {"kind": "Permute", "port": "prediction", "parameters": {"dims": dims}}),
        )
    text = f"{kind} of scores {scores}, whose axis 1 holds the classes, expects {accepted}, got {target}"
    if prediction.rank > 2 and target.rank == 1:
        flatten = Fix("Insert Flatten", "insert", {"kind": "Flatten", "port": "prediction"})
        return ShapeError(f"{text}.", "prediction", flatten)
    batch, classes, *rest = prediction.shape
    if rest and target == TensorType((batch, *rest, classes)):
        text += ": one of the two holds them on the last axis, bring them to axis 1"
    return ShapeError(f"{text}.", "target")
