"""Drawings to begin with: small, whole, and ready to train on data that comes along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from graph.builder.places import arrange
from graph.builder.sheet import Sheet
from graph.document import Document
from graph.errors import DocumentError


class Start(NamedTuple):
    """What a start is called, in a few words what it does, the data it takes, and what draws it."""

    title: str
    words: str
    data: str
    draw: Callable[[Any], None]


def _image_classifier(d: Any) -> None:
    features = d.input(1, 8, 8, name="image").conv2d(16, 3, padding=1, name="conv1").relu(name="relu1")
    features = features.maxpool2d(2, name="pool1").flatten(name="flatten")
    scores = features.linear(10, name="fc1")
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"), name="cross_entropy")


def _regression(d: Any) -> None:
    hidden = d.input(1, name="x").linear(32, name="hidden").tanh(name="tanh1")
    value = hidden.linear(1, name="value")
    d.output(value, name="prediction")
    d.mse(value, d.target(1, dtype="float32", name="y"), name="mse")


def _sequence_classifier(d: Any) -> None:
    _, last = d.input(8, 8, name="image").gru(hidden_size=32, name="gru")
    scores = last.linear(10, name="scores")
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"), name="cross_entropy")


def _autoencoder(d: Any) -> None:
    image = d.input(64, name="image")
    code = image.linear(16, name="encoder").relu(name="relu1")
    again = code.linear(64, name="decoder")
    d.output(again, name="reconstruction")
    d.mse(again, image, name="mse")


STARTS: Mapping[str, Start] = MappingProxyType(
    {
        "images": Start("Image classifier", "Names handwritten digits", "digits", _image_classifier),
        "numbers": Start("Regression", "Predicts a number from a number", "made:sine", _regression),
        "sequences": Start("Sequence classifier", "Reads digits row by row", "digits", _sequence_classifier),
        "codes": Start("Autoencoder", "Squeezes digits and restores them", "digits", _autoencoder),
    }
)


def begin(document: Document, name: str) -> None:
    """Draw a start into an empty document and choose its data, as one step to undo.

    Raises:
        DocumentError: something is drawn already.
    """
    if document.model.nodes:
        raise DocumentError("A start is for an empty drawing; begin a new one first.")
    start = STARTS[name]
    with document.edit(f"Begin with {start.title.lower()}"):
        document.set_training(data=start.data)
        start.draw(Sheet(document, document.model))
        arrange(document, document.model)
