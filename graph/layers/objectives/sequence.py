"""Objectives on sequences without alignment, and on distances between embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from graph.accepted import Accepted, ClassIndices, LabelCounts, Lengths, Marks
from graph.errors import ShapeError
from graph.fields import NonNegative
from graph.layer import Code, Value, expect_float
from graph.layers.objectives.base import Reduced
from graph.layers.objectives.elementwise import expect_same
from graph.tensor import TensorType, format_shape


class CTC(Reduced):
    """Compare log probabilities at every time step with a shorter label sequence, whatever their alignment.

    Source: Graves et al. 2006.
    """

    category = "Objective"
    keywords = ("connectionist temporal classification", "speech", "handwriting", "loss")
    typical = ("N,5,6", "N,3 int64", "N int64", "N int64")
    class_axis = -1
    port_notes: ClassVar[Mapping[str, str]] = {
        "prediction": "log probabilities (N, T, C): the last axis holds the classes",
        "target": "labels (N, S)",
        "input_lengths": "steps of each sequence (N,)",
        "target_lengths": "labels of each sequence (N,)",
    }
    blank: Annotated[NonNegative, Meta(description="class that stands for no label")] = 0
    zero_infinity: Annotated[bool, Meta(description="ignore samples whose labels do not fit their time")] = False

    def infer(
        self, prediction: TensorType, target: TensorType, input_lengths: TensorType, target_lengths: TensorType
    ) -> TensorType:
        expect_float(prediction, "CTC", "prediction")
        if prediction.rank != 3:
            raise ShapeError(
                f"CTC expects log probabilities (N, T, C), got {format_shape(prediction.shape)}.", "prediction"
            )
        batch, _, classes = prediction.shape
        if isinstance(classes, int) and self.blank >= classes:
            raise ShapeError(f"CTC has blank={self.blank}, but there are classes 0 to {classes - 1}.", "prediction")
        if target.dtype != "int64" or target.rank != 2 or target.shape[0] != batch:
            raise ShapeError(f"CTC expects labels (N, S) int64, got {target}.", "target")
        for port, lengths in (("input_lengths", input_lengths), ("target_lengths", target_lengths)):
            if lengths != TensorType((batch,), "int64"):
                raise ShapeError(f"CTC expects lengths (N,) int64, got {lengths}.", port)
        return TensorType(())

    def accepts(  # type: ignore[override]
        self, prediction: TensorType, target: TensorType, input_lengths: TensorType, target_lengths: TensorType
    ) -> dict[str, Accepted]:
        _, time, classes = prediction.shape
        counts = LabelCounts(
            high=target.shape[1], what="labels", steps="input_lengths", labels="target", tolerant=self.zero_infinity
        )
        return {
            "input_lengths": Lengths(low=1.0, high=time),
            "target_lengths": counts,
            "target": ClassIndices(high=classes - 1, never=self.blank, ignorable=False, within="target_lengths"),
        }

    def torch(self, code: Code, prediction: Value, target: Value, input_lengths: Value, target_lengths: Value) -> str:
        options: dict[str, Any] = {"blank": self.blank} if self.blank else {}
        options |= {"zero_infinity": True} if self.zero_infinity else {}
        time_first = Value(f"{prediction}.transpose(0, 1)", prediction.type)
        return code.call("F.ctc_loss", time_first, target, input_lengths, target_lengths, **options, **self.options())


class CosineEmbedding(Reduced):
    """Turn pairs marked 1 into one direction and pairs marked -1 away from each other."""

    category = "Objective"
    keywords = ("siamese", "similarity", "metric learning", "loss")
    typical = ("N,6", "N,6", "N")
    margin: Annotated[float, Meta(ge=-1.0, le=1.0, description="cosine that unlike pairs may have")] = 0.0

    def infer(self, prediction: TensorType, other: TensorType, target: TensorType) -> TensorType:
        for port, kind in (("prediction", prediction), ("other", other), ("target", target)):
            expect_float(kind, "CosineEmbedding", port)
        if prediction.rank != 2:
            raise ShapeError(
                f"CosineEmbedding expects embeddings (N, D), got {format_shape(prediction.shape)}.", "prediction"
            )
        expect_same("CosineEmbedding", prediction, other, "other")
        if target.shape != prediction.shape[:1]:
            raise ShapeError(
                f"CosineEmbedding expects a mark (N,) of 1 or -1 for each pair, got {format_shape(target.shape)}.",
                "target",
            )
        return TensorType(())

    def accepts(  # type: ignore[override]
        self, prediction: TensorType, other: TensorType, target: TensorType
    ) -> dict[str, Accepted]:
        return {"target": Marks()}

    def torch(self, code: Code, prediction: Value, other: Value, target: Value) -> str:
        options = {"margin": self.margin} if self.margin else {}
        return code.call("F.cosine_embedding_loss", prediction, other, target, **options, **self.options())


class Triplet(Reduced):
    """Bring an anchor nearer to its positive than to its negative, by a margin (Schroff et al. 2015)."""

    category = "Objective"
    keywords = ("metric learning", "embedding", "similarity", "loss")
    typical = ("N,6", "N,6", "N,6")
    margin: Annotated[float, Meta(gt=0.0, le=1e6, description="how much nearer the positive is to be")] = 1.0
    p: Annotated[float, Meta(ge=1.0, le=100.0, description="norm the distance is measured in")] = 2.0

    def infer(self, prediction: TensorType, positive: TensorType, negative: TensorType) -> TensorType:
        for port, kind in (("prediction", prediction), ("positive", positive), ("negative", negative)):
            expect_float(kind, "Triplet", port)
            expect_same("Triplet", prediction, kind, port)
        if prediction.rank != 2:
            raise ShapeError(f"Triplet expects embeddings (N, D), got {format_shape(prediction.shape)}.", "prediction")
        return TensorType(())

    def torch(self, code: Code, prediction: Value, positive: Value, negative: Value) -> str:
        options = {"margin": self.margin} if self.margin != 1.0 else {}
        options |= {"p": self.p} if self.p != 2.0 else {}
        return code.call("F.triplet_margin_loss", prediction, positive, negative, **options, **self.options())
