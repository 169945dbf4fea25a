"""What kind of answers an objective compares, and which of them count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from compiler.to_python.source import Source
from graph.blocks.expansion import input_types
from graph.document import Document
from graph.recipe.metrics.metric import Answer
from graph.tensor import TensorType
from training.data.held import Held
from training.metrics.accuracy import are_yes_or_no, objective, samples_of

IGNORED = -100


class Answers(NamedTuple):
    """The answers of an objective: ``classes`` is the number of classes or of channels, 0 where that is not known.

    Labels equal to ``ignored`` do not count, and none of a class whose weight is 0; a score above the ``threshold``
    is a yes. ``likely`` tells that the scores are those of a softmax, or its logarithms.
    """

    kind: Answer
    classes: int = 0
    ignored: int = IGNORED
    weights: tuple[float, ...] = ()
    threshold: float = 0.0
    likely: bool = False

    @property
    def weighted(self) -> bool:
        """Whether classes that count weigh differently."""
        return len({weight for weight in self.weights if weight}) > 1

    def kept(self, target: Tensor) -> Tensor:
        """Which labels count."""
        kept = target.ne(self.ignored)
        if 0.0 not in self.weights:
            return kept
        counts = torch.tensor(self.weights, device=target.device).ne(0)
        return counts[target.where(kept, 0)] & kept


def answers_of(document: Document, source: Source, name: str, samples: Sequence[Held]) -> Answers | None:
    """The answers of the objective of that name; none where no metric beside its own value suits them."""
    layer = objective(document, name)
    kinds = [*input_types(document.model, document.types(), name)]
    if not layer.metric or len(kinds) < 2 or kinds[0] is None or kinds[1] is None:
        return None
    prediction, target = kinds[0], kinds[1]
    if layer.metric == "distance":
        return Answers("values")
    threshold = float(getattr(layer, "threshold", 0.0))
    regions = layer.metric == "overlap" or prediction.rank > 3
    if target.dtype != "int64":
        given = samples_of(document, source, name, samples)
        if layer.metric == "accuracy" or given is None or not are_yes_or_no(given):
            return None
        return Answers("masks" if regions else "yes_no", _width(prediction) if regions else 2, threshold=threshold)
    return Answers(
        "pixels" if regions else "tokens" if prediction.rank == 3 else "classes",
        _width(prediction),
        int(getattr(layer, "ignore_index", IGNORED)),
        tuple(getattr(layer, "weight", ())),
        likely=layer.expects in ("scores", "log_probabilities"),
    )


def _width(prediction: TensorType) -> int:
    width = prediction.shape[1] if prediction.rank > 1 else 1
    return width if isinstance(width, int) else 0
