"""How most drawings end: class scores, shown and held against labels."""

from __future__ import annotations

from graph.builder.sheet import Drawing, Value
from graph.document import Document


def classified(d: Drawing, scores: Value, *shape: int | str, target: str = "label") -> Document:
    """The drawing with an Output, a Target and the cross-entropy between them."""
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(*shape, name=target), name="cross_entropy")
    return d.finish()


def pooled(d: Drawing, x: Value, classes: int = 1000) -> Document:
    """The drawing that classifies the mean of feature maps."""
    return classified(d, x.adaptiveavgpool2d(1, name="mean").flatten(name="flatten").linear(classes, name="scores"))


def tagged(d: Drawing, scores: Value, target: str, shown: str = "tags_out") -> Document:
    """The drawing that compares a score for every step with a class for every step: the classes go to axis 1."""
    d.output(scores, name=shown)
    classes_first = scores.permute([0, 2, 1], name="classes_first")
    d.crossentropy(classes_first, d.target("T", name=target), name="cross_entropy")
    return d.finish()
