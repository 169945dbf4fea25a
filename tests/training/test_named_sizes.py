"""Named sizes: what they stand for in the data, and what is said before training where they cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.training_drawings import train
from tests.support.typed import known
from training.data.samples import Samples, load_samples
from training.errors import DataError
from training.protocol import Failed


def sequences(shape: list[Any], layer: str, parameters: dict[str, Any] | None = None, **ports: str) -> Document:
    """Sequences ``x`` through a layer to a class score from the mean over time."""
    document = Document("Sequences")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="x")
        model.add(layer, parameters or {}, name="layer")
        model.add("Mean", {"dim": [1]}, name="mean")
        model.add("Linear", {"out_features": 3}, name="fc")
        model.add("Target", name="label")
        model.add("CrossEntropy", name="entropy")
        for source, target, port in (
            ("x", "layer", "x"),
            ("layer", "mean", "x"),
            ("mean", "fc", "x"),
            ("fc", "entropy", "prediction"),
            ("label", "entropy", "target"),
        ):
            model.connect(source, target, port)
    return document


def taken(document: Document, path: Path, **arrays: np.ndarray) -> Samples:
    np.savez(path, **known(arrays))
    return load_samples(document, compile_source(document), str(path), lambda _: None)


def refusal(document: Document, path: Path, **arrays: np.ndarray) -> DataError:
    with pytest.raises(DataError) as caught:
        taken(document, path, **arrays)
    assert "\n" not in str(caught.value)
    return caught.value


def steps(count: int, features: int = 4) -> dict[str, np.ndarray]:
    return {"x": np.zeros((6, count, features), np.float32), "label": np.arange(6) % 3}


@pytest.mark.parametrize(
    ("shape", "size", "asks"),
    [
        ("2*T", 7, "2*T, which asks for a multiple of 2"),
        ("16*T", 8, "16*T, which asks for a multiple of 16"),
        ("3*T + 1", 9, "3*T + 1, which asks for one of 7 and 10, say"),
        ("T + 8", 3, "T + 8, which asks for one of 9, say"),
        ("T*T", 10, "T*T, which asks for one of 9 and 16, say"),
    ],
)
def test_a_size_the_expression_cannot_give_names_node_size_and_expression(
    tmp_path: Path, shape: str, size: int, asks: str
) -> None:
    error = refusal(sequences([shape, 4], "ReLU"), tmp_path / "d.npz", **steps(size))
    assert error.node == "x"
    assert f"'x' has the size {size} in the data where its shape says {asks}; bring the data" in str(error)


@pytest.mark.parametrize(
    ("shape", "size"), [("2*T", 8), ("16*T", 16), ("3*T + 1", 10), ("T//2", 5), ("(T + 31)//32", 3), ("T*T", 49)]
)
def test_a_size_the_expression_can_give_is_taken(tmp_path: Path, shape: str, size: int) -> None:
    samples = taken(sequences([shape, 4], "ReLU"), tmp_path / "d.npz", **steps(size))
    assert tuple(samples.training[0].shape) == (6, size, 4)


def test_sizes_that_belong_together_have_to_agree(tmp_path: Path) -> None:
    document = sequences(["T", 4], "ReLU")
    with document.edit("Second"):
        document.model.add("Input", {"shape": ["2*T", 4]}, name="z")
        document.model.add("Target", {"shape": ["2*T", 4], "dtype": "float32"}, name="w")
        document.model.add("MSE", name="mse")
        document.model.connect("z", "mse", "prediction")
        document.model.connect("w", "mse", "target")
    error = refusal(document, tmp_path / "d.npz", **steps(5), z=np.zeros((6, 12, 4)), w=np.zeros((6, 12, 4)))
    assert "'z' has the size 12 in the data where its shape says 2*T = 10; make the data of the nodes agree" in str(
        error
    )
    taken(document, tmp_path / "d.npz", **steps(6), z=np.zeros((6, 12, 4)), w=np.zeros((6, 12, 4)))


@pytest.mark.parametrize("other", ["T + 3", "(T + 1)//2"])
def test_a_size_that_leaves_two_possibilities_is_settled_by_the_others(tmp_path: Path, other: str) -> None:
    document = sequences(["T//2", 4], "ReLU")
    with document.edit("Second"):
        document.model.add("Input", {"shape": [other]}, name="z")
        document.model.add("Target", {"shape": [other], "dtype": "float32"}, name="w")
        document.model.add("MSE", name="mse")
        document.model.connect("z", "mse", "prediction")
        document.model.connect("w", "mse", "target")
    size = {"T + 3": 14, "(T + 1)//2": 6}[other]
    taken(document, tmp_path / "d.npz", **steps(5), z=np.zeros((6, size)), w=np.zeros((6, size)))
    refusal(document, tmp_path / "d.npz", **steps(5), z=np.zeros((6, 20)), w=np.zeros((6, 20)))


@pytest.mark.parametrize(
    ("layer", "parameters", "count", "sentence"),
    [
        ("PositionalEncoding", {"max_length": 16}, 20, "PositionalEncoding has max_length=16"),
        ("Select", {"index": 5}, 4, "Select takes index 5 of axis 1 of (N, 4, 4)"),
    ],
)
def test_a_layer_the_sizes_do_not_suit_is_named_before_training(
    tmp_path: Path, layer: str, parameters: dict[str, Any], count: int, sentence: str
) -> None:
    document = sequences(["T", 4], layer, parameters)
    if layer == "Select":
        with document.edit("Straight"):
            document.model.disconnect("fc", "x")
            document.model.connect("layer", "fc")
            document.model.remove(["mean"])
    np.savez(tmp_path / "d.npz", **known(steps(count)))
    with document.edit("Settings"):
        document.set_training(data=str(tmp_path / "d.npz"))
    failed = train(document, tmp_path / "run")[-1]
    assert isinstance(failed, Failed)
    assert failed.node == "layer"
    assert failed.message.startswith(f"With the sizes of the data (T = {count}), 'layer': {sentence}")
    assert failed.traceback == ""


def lengths_drawing(time: str) -> Document:
    document = sequences([time, 4], "LSTM", {"hidden_size": 4})
    with document.edit("Lengths"):
        document.model.add("Input", {"shape": [], "dtype": "int64"}, name="lens")
        document.model.connect("lens", "layer", "lengths")
    return document


@pytest.mark.parametrize("time", ["T", "2*T + 1"])
def test_lengths_beyond_the_sequences_and_below_zero(tmp_path: Path, time: str) -> None:
    document = lengths_drawing(time)
    error = refusal(document, tmp_path / "d.npz", **steps(7), lens=np.full(6, 8))
    assert error.node == "lens"
    assert "'lens' has the length 8 in sample 0, but 'layer' gets sequences of 7 steps" in str(error)
    error = refusal(document, tmp_path / "d.npz", **steps(7), lens=np.full(6, -3))
    assert "'lens' has the length -3 in sample 0" in str(error)
    taken(document, tmp_path / "d.npz", **steps(7), lens=np.arange(6) + 2)
