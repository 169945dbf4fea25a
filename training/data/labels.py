"""Class indices: which node gives them to which objective, and whether they are in range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor

from compiler.to_python.source import Source
from graph.dims import Dim
from graph.document import Document
from training.data.resized import Held
from training.errors import DataError


class ClassTarget(NamedTuple):
    """An objective that compares scores of ``classes`` classes with the class indices of ``node``.

    ``place`` is where the indices stand among the arguments of ``loss``; the index ``ignored`` does not count.
    """

    objective: str
    node: str
    place: int
    classes: Dim
    ignored: int


def class_targets(document: Document, source: Source) -> list[ClassTarget]:
    """The objectives whose target is class indices straight from the data: those accuracy is measured on."""
    arguments = [*source.inputs, *source.targets]
    found = []
    for name in source.objectives:
        layer = document.model.node(name).layer
        if getattr(layer, "metric", "") != "accuracy":
            continue
        wires = document.model.inputs(name)
        node, scores = wires["target"].source, wires["prediction"]
        if node not in arguments or document.types()[node][0].dtype != "int64":
            continue
        port = document.model.output_index(scores.source, scores.source_port)
        classes = document.types()[scores.source][port].shape[1]
        found.append(ClassTarget(name, node, arguments.index(node), classes, getattr(layer, "ignore_index", -100)))
    return found


def check_labels(targets: list[ClassTarget], samples: Mapping[str, Held]) -> None:
    """Refuse labels that are no class of the scores they are compared with; ``samples`` are by node.

    Raises:
        DataError: naming the node, the label and the number of classes.
    """
    for target in targets:
        labels = samples[target.node]
        assert isinstance(labels, Tensor)  # of integers: nothing resizes them
        kept = labels[labels.ne(target.ignored)]
        if not len(kept):
            raise DataError(
                f"'{target.node}' has no label but {target.ignored}, which '{target.objective}' ignores; "
                "correct the data.",
                target.node,
            )
        low, high = (int(value) for value in kept.aminmax())
        if low < 0:
            raise DataError(f"'{target.node}' has the label {low}; class indices count from 0.", target.node)
        if isinstance(target.classes, int) and high >= target.classes:
            raise DataError(
                f"'{target.node}' has the label {high}, but '{target.objective}' gets scores of {target.classes} "
                f"classes (0 to {target.classes - 1}); give the last layer {high + 1} outputs or correct the data.",
                target.node,
            )
