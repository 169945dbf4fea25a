"""Objectives: what training makes small. The total is their weighted sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from graph.accepted import Accepted, ClassIndices, Probabilities
from graph.errors import ShapeError
from graph.fields import Probability
from graph.layer import Code, Expects, Layer, Role, Value, expect_float
from graph.layers.objectives.classaxis import misfit
from graph.tensor import TensorType, format_shape

Reduction = Literal["mean", "sum"]
Averaging = Literal["samples", "sum", "counted", "totals"]


IgnoreIndex = Annotated[int, Meta(ge=-(2**31), le=2**31, description="a target that does not count, such as padding")]


class Objective(Layer):
    """Base of the objectives: ``torch`` gives the unweighted value, ``metric`` what kind of figures are reported beside
    it: of right classes, of right answers to yes or no, of the distance of numbers, or of the overlap of regions.

    The first port is the prediction, which the metric looks at. Where the value does not add up from batch to batch,
    ``totals_of`` writes what does; ``torch`` is handed it last, and ``settle`` gives the value it stands for.
    """

    role: ClassVar[Role] = "objective"
    outputs = ()
    expects: ClassVar[Expects] = ""  # of the prediction
    compares: ClassVar[bool] = False  # whether a prediction may equal its target, value by value
    class_axis: ClassVar[int | None] = None  # of the prediction, where one axis of it holds the classes
    metric: ClassVar[Literal["", "accuracy", "binary_accuracy", "distance", "overlap"]] = ""
    takes_shares: ClassVar[bool] = False  # whether a target may have the share of each class, not one class alone
    loss_weight: Annotated[float, Meta(ge=0.0, le=1e6, description="factor of this objective in the total")] = 1.0

    def averaging(self, *inputs: TensorType) -> Averaging:
        """How the values of batches become that of all of them at once.

        They are means over samples or sums; means over what is "counted", by class weights and without what is
        ignored; or they follow from "totals".
        """
        return "samples"

    def totals_of(self, code: Code, *inputs: Value) -> str:
        """The tensor of what adds up, where there are such totals."""
        return ""

    def settle(self, totals: Sequence[float]) -> float | None:
        """The value that follows from totals; none where nothing counts."""
        raise NotImplementedError

    def port_note(self, port: str, kind: TensorType | None = None) -> str:
        """What a port takes; at the prediction, which of its axes holds the classes."""
        note = super().port_note(port, kind)
        if self.class_axis is None or port != "prediction" or kind is None or kind.rank < 2:
            return note
        return f"{note}, here {kind.shape[self.class_axis]}"


class Reduced(Objective):
    """Base of the objectives that give a value for every element and take their mean or sum."""

    reduction: Annotated[Reduction, Meta(description="how the values of a batch become one")] = "mean"

    def options(self) -> dict[str, Any]:
        """The reduction as an argument, where it is not the default."""
        return {} if self.reduction == "mean" else {"reduction": self.reduction}

    def averaging(self, *inputs: TensorType) -> Averaging:
        return "sum" if self.reduction == "sum" else "samples"


class _Classes(Reduced):
    """Scores of classes against class indices."""

    metric = "accuracy"
    typical = ("N,6", "N int64")
    class_axis = 1
    port_notes: ClassVar[Mapping[str, str]] = {
        "prediction": "scores (N, C, ...): axis 1 holds the classes",
        "target": "class indices (N, ...)",
    }
    weight: Annotated[
        tuple[Annotated[float, Meta(ge=0.0, le=1e6)], ...],
        Meta(max_length=100_000, description="a factor for each class; none: all alike"),
    ] = ()
    ignore_index: IgnoreIndex = -100

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        kind = type(self).__name__
        expect_float(prediction, kind, "prediction")
        if prediction.rank < 2:
            raise ShapeError(f"{kind} expects scores (N, C, ...), got {format_shape(prediction.shape)}.", "prediction")
        batch, classes, *rest = prediction.shape
        indices = (batch, *rest)
        probabilities = target.dtype == "float32" and self.takes_shares
        wanted = prediction.shape if probabilities else indices
        if target.shape != wanted or not (target.dtype == "int64" or probabilities):
            also = f" or probabilities {format_shape(prediction.shape)}" if self.takes_shares else ""
            raise misfit(kind, prediction, target, f"class indices {format_shape(indices)} int64{also}")
        if self.weight and len(self.weight) != classes:
            raise ShapeError(f"{kind} has {len(self.weight)} class weights for {classes} classes.", "prediction")
        return TensorType(())

    def accepts(self, prediction: TensorType, target: TensorType) -> dict[str, Accepted]:  # type: ignore[override]
        if target.dtype != "int64":
            return {"target": Probabilities()}
        return {"target": ClassIndices(high=prediction.shape[1] - 1, ignored=self.ignore_index)}

    def averaging(self, *inputs: TensorType) -> Averaging:
        known = super().averaging(*inputs)
        return "counted" if known == "samples" and inputs[1].dtype == "int64" else known

    def options(self) -> dict[str, Any]:
        ignored = {} if self.ignore_index == -100 else {"ignore_index": self.ignore_index}
        return {**super().options(), **ignored}

    def _weights(self, prediction: Value) -> dict[str, Any]:
        if not self.weight:
            return {}
        return {"weight": Value(f"{prediction}.new_tensor({list(self.weight)!r})", prediction.type)}


_CROSS_ENTROPIES = '''
def _cross_entropies(scores, target, weight, ignore_index, label_smoothing):
    """The sum of the cross-entropies, and that of the class weights it is divided by for a mean."""
    options = {"ignore_index": ignore_index, "label_smoothing": label_smoothing}
    total = F.cross_entropy(scores, target, weight, reduction="sum", **options)
    kept = target.ne(ignore_index)
    return torch.stack([total, (weight[target.where(kept, 0)] * kept).sum()])
'''


class CrossEntropy(_Classes):
    """Compare class scores (logits, before any softmax) with the right class."""

    usual = True
    category = "Objective"
    expects = "scores"
    takes_shares = True
    keywords = ("classification", "negative log likelihood", "softmax", "loss")
    port_notes: ClassVar[Mapping[str, str]] = {
        **_Classes.port_notes,
        "target": "class indices (N, ...), or probabilities (N, C, ...): axis 1 holds the classes",
    }
    label_smoothing: Annotated[Probability, Meta(description="share of the target spread over all classes")] = 0.0

    def averaging(self, *inputs: TensorType) -> Averaging:
        known = super().averaging(*inputs)
        # Smoothing gives even a target of the weight 0 a loss, which a mean over no weight at all cannot tell.
        return "totals" if known == "counted" and 0.0 in self.weight and self.label_smoothing else known

    def totals_of(self, code: Code, *inputs: Value) -> str:
        prediction, target = inputs
        if self.averaging(prediction.type, target.type) != "totals":
            return ""
        weight, helper = self._weights(prediction)["weight"], code.helper("_cross_entropies", _CROSS_ENTROPIES)
        return code.call(helper, prediction, target, weight, self.ignore_index, self.label_smoothing)

    def settle(self, totals: Sequence[float]) -> float | None:
        return totals[0] / totals[1] if totals[1] else None

    def torch(self, code: Code, prediction: Value, target: Value, totals: Value | None = None) -> str:
        if totals is not None:
            return f"{totals}[0] / {totals}[1]"
        options = {**self._weights(prediction), **self.options()}
        if target.type.dtype == "float32":
            options.pop("ignore_index", None)
        if self.label_smoothing:
            options["label_smoothing"] = self.label_smoothing
        return code.call("F.cross_entropy", prediction, target, **options)


class NLL(_Classes):
    """Compare log probabilities (after LogSoftmax) with the right class."""

    category = "Objective"
    expects = "log_probabilities"
    keywords = ("negative log likelihood", "classification", "loss")
    port_notes: ClassVar[Mapping[str, str]] = {
        **_Classes.port_notes,
        "prediction": "log probabilities (N, C, ...): axis 1 holds the classes",
    }

    def torch(self, code: Code, prediction: Value, target: Value) -> str:
        scores = prediction
        if prediction.type.rank == 4:  # PyTorch has no gradient for an image whose axes were moved
            scores = Value(f"{prediction}.contiguous()", prediction.type)
        return code.call("F.nll_loss", scores, target, **self._weights(prediction), **self.options())
