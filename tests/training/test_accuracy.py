"""Accuracy of classes with ignored labels and of yes or no, and what data is refused or passed on for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.typed import as_a, known
from training.data.samples import Samples, load_samples
from training.errors import DataError
from training.metrics.metrics import Means, Metrics, values_of


def tagger(ignore_index: int = -100, tokens: tuple[Any, ...] = ("T", 4), tags: tuple[Any, ...] = ("T",)) -> Document:
    """Scores (N, 4, T) of the words against tags (N, T)."""
    document = Document("Tagger")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": tokens}, name="scores")
        model.add("Target", {"shape": tags}, name="tags")
        model.add("Linear", {"out_features": 4}, name="linear")
        model.add("Permute", {"dims": (0, 2, 1)}, name="permute")
        model.add("CrossEntropy", {"ignore_index": ignore_index}, name="entropy")
        for source, target in (("scores", "linear"), ("linear", "permute")):
            model.connect(source, target)
        model.connect("permute", "entropy", "prediction")
        model.connect("tags", "entropy", "target")
    return document


def yes_or_no(kind: str) -> Document:
    document = Document("Yes or no")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (3,)}, name="guess")
        model.add("Target", {"shape": (3,), "dtype": "float32"}, name="truth")
        model.add(kind, name="cost")
        model.connect("guess", "cost", "prediction")
        model.connect("truth", "cost", "target")
    return document


def measured(document: Document, prediction: torch.Tensor, target: torch.Tensor) -> dict[str, float]:
    """The metrics of a batch in which the only objective was handed ``prediction``."""
    metrics = Metrics(document, compile_source(document), [prediction, target])
    (objective,) = compile_source(document).objectives
    loss = torch.tensor(0.0)
    means = Means(metrics)
    (row,) = values_of([metrics.measure((loss, {objective: (loss, prediction, target)}))])
    means.add(row, len(prediction))
    assert list(means.figures()) == metrics.names
    return {name: value for name, value in means.figures().items() if value is not None}


def load(document: Document, path: Path, **arrays: np.ndarray) -> Samples:
    np.savez(path / "data.npz", **known(arrays))
    return load_samples(document, compile_source(document), str(path / "data.npz"), lambda _: None)


SCORES = torch.nn.functional.one_hot(torch.tensor([[0, 1, 2, 3], [3, 2, 1, 0]])).float().transpose(1, 2)


@pytest.mark.parametrize(
    ("ignored", "tags", "share"),
    [
        (-100, [[0, 1, 2, 3], [3, 2, 1, 1]], 7 / 8),
        (-100, [[0, 1, -100, -100], [3, 0, -100, -100]], 3 / 4),
        (0, [[0, 1, 0, 0], [3, 0, 2, 0]], 2 / 3),
    ],
)
def test_ignored_labels_do_not_count(ignored: int, tags: list[list[int]], share: float) -> None:
    assert measured(tagger(ignored), SCORES, torch.tensor(tags))["accuracy"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("kind", "guess"),
    [("BCEWithLogits", [[-0.1, 0.1, 0.4], [3, -3, 0.6]]), ("BCE", [[0.4, 0.6, 0.7], [0.9, 0.1, 0.8]])],
)
def test_yes_or_no_is_right_or_wrong(kind: str, guess: list[list[float]]) -> None:
    truth = torch.tensor([[0.0, 1, 1], [1, 1, 0]])
    assert measured(yes_or_no(kind), torch.tensor(guess), truth)["accuracy"] == pytest.approx(4 / 6)


def test_shares_between_yes_and_no_have_no_accuracy() -> None:
    assert list(measured(yes_or_no("BCE"), torch.rand(2, 3), torch.full((2, 3), 0.3))) == ["loss"]


def test_ignored_labels_are_no_class_out_of_range(tmp_path: Path) -> None:
    scores, tags = np.zeros((2, 5, 4)), np.array([[0, 1, 2, 3, -100]] * 2)
    assert as_a(Tensor, load(tagger(), tmp_path, scores=scores, tags=tags).training[1]).tolist() == tags.tolist()
    with pytest.raises(DataError, match="'tags' has the label -100 in sample 0, but class indices count from 0"):
        load(tagger(ignore_index=0), tmp_path, scores=scores, tags=tags)
    with pytest.raises(DataError, match="has the label 4 in sample 0, but 'entropy' gets scores of 4 classes"):
        load(tagger(), tmp_path, scores=scores, tags=np.where(tags == 3, 4, tags))


def test_a_named_size_is_one_number(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'T' is 5 in the data of 'scores' but 6 in that of 'tags'") as caught:
        load(tagger(), tmp_path, scores=np.zeros((2, 5, 4)), tags=np.zeros((2, 6), np.int64))
    assert caught.value.node == "tags"


def test_made_sentences_fit_inputs_of_any_length() -> None:
    document = Document("Sentiment")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": ("T",), "dtype": "int64"}, name="tokens")
        model.add("Target", name="label")
        model.add("Embedding", {"num_embeddings": 64, "embedding_dim": 2}, name="embedding")
        model.add("Mean", {"dim": (1,)}, name="mean")
        model.add("CrossEntropy", name="entropy")
        model.connect("tokens", "embedding")
        model.connect("embedding", "mean")
        model.connect("mean", "entropy", "prediction")
        model.connect("label", "entropy", "target")
    notices: list[str] = []
    samples = load_samples(document, compile_source(document), "made:sentiment", notices.append)
    assert [tuple(tensor.shape) for tensor in samples.training] == [(2000, 16), (2000,)]
    assert as_a(Tensor, samples.training[0]).dtype == torch.int64
    assert notices == []
