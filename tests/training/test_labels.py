"""Values that a layer or objective does not take are refused before training, in one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.block_drawings import chain
from tests.support.training_drawings import train
from tests.support.typed import known
from training.data.samples import load_samples
from training.errors import DataError

SAMPLES = 20


def drawing(objective: str, x: list[Any], parameters: dict[str, Any] | None = None, /, **ports: str) -> Document:
    """An objective on scores straight from the Input ``x``, with a Target for each of its other ports."""
    document = Document("Labels")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": x}, name="x")
        graph.add("PReLU", {"num_parameters": 1}, name="learned")
        graph.add(objective, parameters or {}, name="cost")
        graph.connect("x", "learned")
        graph.connect("learned", "cost", graph.node("cost").layer.ports()[0].name)
        for port, text in ports.items():
            sizes, _, dtype = text.partition(" ")
            shape = [int(size) if size.isdigit() else size for size in sizes.split(",") if size]
            graph.add("Target", {"shape": shape, "dtype": dtype or "float32"}, name=port)
            graph.connect(port, "cost", port)
    return document


def reader(**embedding: Any) -> Document:
    """Words, whose last is left out, to vectors to the class of a sample."""
    document = Document("Reader")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [5], "dtype": "int64"}, name="tokens")
        graph.add("Slice", {"dim": 1, "end": 4}, name="words")
        graph.add("Embedding", {"num_embeddings": 10, "embedding_dim": 3, **embedding}, name="embedding")
        graph.add("Mean", {"dim": (1,)}, name="mean")
        graph.add("Target", name="label")
        graph.add("CrossEntropy", name="cost")
        for source, target in (("tokens", "words"), ("words", "embedding"), ("embedding", "mean")):
            graph.connect(source, target)
        graph.connect("mean", "cost", "prediction")
        graph.connect("label", "cost", "target")
    return document


def refusal(document: Document, path: Path, **arrays: Any) -> str:
    np.savez(path / "data.npz", **arrays)
    with pytest.raises(DataError) as caught:
        load_samples(document, compile_source(document), str(path / "data.npz"), lambda _: None)
    assert caught.value.node in document.model.nodes
    return str(caught.value)


def taken(document: Document, path: Path, **arrays: Any) -> list[str]:
    """The notices of data that is taken."""
    notices: list[str] = []
    np.savez(path / "data.npz", **arrays)
    load_samples(document, compile_source(document), str(path / "data.npz"), notices.append)
    return notices


@pytest.mark.parametrize("objective", ["CrossEntropy", "NLL"])
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({7: 3}, "'target' has the label 3 in sample 7, but 'cost' gets scores of 3 classes (0 to 2); give the last "
         "layer 4 outputs, or correct the data."),
        ({7: -1, 9: -2}, "'target' has the label -2 in sample 9, but class indices count from 0; correct the data."),
        ({7: -1}, "'target' has the label -1 in sample 7, but class indices count from 0; set ignore_index=-1 in "
         "'cost' if it marks what does not count, or correct the data."),
        ({7: 255}, "'target' has the label 255 in sample 7, the usual mark for what has no class (void), but 'cost' "
         "gets scores of 3 classes (0 to 2); set ignore_index=255 in 'cost'."),
        ({7: 255, 9: 20, 11: 5}, "'target' has the label 20 in sample 9, but 'cost' gets scores of 3 classes (0 to 2); "
         "give the last layer 21 outputs and set ignore_index=255 in 'cost' for what has no class (void), or correct "
         "the data."),
        ({7: 10**12}, "'target' has the label 1000000000000 in sample 7, but 'cost' gets scores of 3 classes (0 to 2); "
         "correct the data."),
    ],
)  # fmt: skip
def test_class_indices(objective: str, values: dict[int, int], sentence: str, tmp_path: Path) -> None:
    labels = np.arange(SAMPLES) % 3
    for sample, value in values.items():
        labels[sample] = value
    x = np.zeros((SAMPLES, 3))
    assert refusal(drawing(objective, [3], target=" int64"), tmp_path, x=x, target=labels) == sentence


@pytest.mark.parametrize("objective", ["CrossEntropy", "NLL", "Dice"])
def test_labels_that_count_from_one(objective: str, tmp_path: Path) -> None:
    document = drawing(objective, [3, 2, 2], target="2,2 int64")
    labels = np.arange(SAMPLES * 4).reshape(SAMPLES, 2, 2) % 3 + 1
    assert refusal(document, tmp_path, x=np.zeros((SAMPLES, 3, 2, 2)), target=labels) == (
        "'target' has the label 3 in sample 0, but class indices count from 0 and 'cost' gets scores of 3 classes "
        "(0 to 2); subtract 1 from the labels, which count from 1."
    )


@pytest.mark.parametrize("objective", ["CrossEntropy", "NLL", "Dice"])
def test_void_in_a_mask_is_ignored_where_it_is_said(objective: str, tmp_path: Path) -> None:
    mask = np.arange(SAMPLES * 4).reshape(SAMPLES, 2, 2) % 3
    mask[:, 0] = 255
    arrays = {"x": np.zeros((SAMPLES, 3, 2, 2)), "target": mask}
    assert "set ignore_index=255 in 'cost'" in refusal(
        drawing(objective, [3, 2, 2], target="2,2 int64"), tmp_path, **arrays
    )
    assert taken(drawing(objective, [3, 2, 2], {"ignore_index": 255}, target="2,2 int64"), tmp_path, **arrays) == []


@pytest.mark.parametrize(
    ("objective", "parameters", "value", "sentence"),
    [
        ("BCE", {}, 2.0, "takes probabilities from 0 to 1; scale the data to 0 to 1, or take MSE or L1"),
        ("BCEWithLogits", {}, -0.5, "takes probabilities from 0 to 1; scale the data to 0 to 1, or take MSE or L1"),
        ("CrossEntropy", {}, 1.5, "takes probabilities from 0 to 1; scale the data to 0 to 1"),
        ("Dice", {}, 255.0, "takes probabilities from 0 to 1; scale the data to 0 to 1"),
        ("KLDivergence", {}, -0.25, "takes probabilities from 0 to 1; scale the data to 0 to 1"),
        ("KLDivergence", {"log_target": True}, 0.5, "logarithms of probabilities, which are never above 0; turn "
         "log_target off"),
    ],
)  # fmt: skip
def test_probabilities(objective: str, parameters: dict[str, Any], value: float, sentence: str, tmp_path: Path) -> None:
    target = np.zeros((SAMPLES, 3), np.float32)
    target[7, 1] = value
    document = drawing(objective, [3], parameters, target="3")
    message = refusal(document, tmp_path, x=np.zeros((SAMPLES, 3)), target=target)
    assert message.startswith(f"'target' has the value {value:g} in sample 7, but 'cost' takes ")
    assert sentence in message


def test_pairs_are_marked_by_one_and_minus_one(tmp_path: Path) -> None:
    document = drawing("CosineEmbedding", [3], other="3", target="")
    arrays = {"x": np.ones((SAMPLES, 3)), "other": np.ones((SAMPLES, 3)), "target": np.arange(SAMPLES) % 2 * 1.0}
    assert refusal(document, tmp_path, **arrays) == (
        "'target' has the mark 0 in sample 0, but 'cost' takes 1 for pairs that are alike and -1 for those that are "
        "not; write -1 for 0."
    )
    assert taken(document, tmp_path, **{**arrays, "target": arrays["target"] * 2 - 1}) == []


def ctc(tmp_path: Path, says: Any = refusal, tolerant: bool = False, **changes: Any) -> Any:
    """CTC of 5 classes on 6 steps and 3 labels, of which the third is padding."""
    parameters = {"zero_infinity": tolerant}
    lengths = {"input_lengths": " int64", "target_lengths": " int64"}
    document = drawing("CTC", ["T", 5], parameters, target="3 int64", **lengths)
    arrays = {
        "x": np.zeros((SAMPLES, 6, 5)),
        "target": np.tile([1, 2, 0], (SAMPLES, 1)),
        "input_lengths": np.full(SAMPLES, 6),
        "target_lengths": np.full(SAMPLES, 2),
    }
    for name, (sample, value) in changes.items():
        arrays[name][sample] = value
    return says(document, tmp_path, **arrays)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("target", [1, 5, 0], "'target' has the label 5 in sample 7, but 'cost' gets scores of 5 classes (0 to 4); "
         "give the last layer 6 outputs, or correct the data."),
        ("target", [1, -7, 0], "'target' has the label -7 in sample 7, but class indices count from 0; correct the "
         "data."),
        ("target", [0, 1, 0], "'target' has the label 0 in sample 7, which is the blank of 'cost'; number the labels "
         "without it, or set blank."),
        ("input_lengths", 9, "'input_lengths' has the length 9 in sample 7, but 'cost' gets sequences of 6 steps; "
         "lengths are 1 to 6: correct the data."),
        ("input_lengths", 0, "'input_lengths' has the length 0 in sample 7, but 'cost' gets sequences of 6 steps; "
         "lengths are 1 to 6: correct the data."),
        ("target_lengths", 4, "'target_lengths' has the length 4 in sample 7, but 'cost' gets sequences of 3 labels; "
         "lengths are 0 to 3: correct the data."),
        ("target_lengths", -1, "'target_lengths' has the length -1 in sample 7, but 'cost' gets sequences of 3 "
         "labels; lengths are 0 to 3: correct the data."),
        ("input_lengths", 1, "'cost' gets 2 labels for 1 step in sample 7, but needs 2 steps for them, one a label "
         "and one between equal ones; set zero_infinity in 'cost' to leave such samples out, or correct the data."),
    ],
)  # fmt: skip
def test_labels_without_alignment(name: str, value: Any, sentence: str, tmp_path: Path) -> None:
    assert ctc(tmp_path, **known({name: (7, value)})) == sentence


def test_padding_behind_the_labels_may_be_anything(tmp_path: Path) -> None:
    assert ctc(tmp_path, taken) == []
    assert ctc(tmp_path, taken, target=(3, [1, 2, 1000])) == []


def test_equal_labels_need_a_step_between_them(tmp_path: Path) -> None:
    assert "gets 2 labels for 2 steps in sample 0, but needs 3" in ctc(
        tmp_path, target=(slice(None), [1, 1, 0]), input_lengths=(slice(None), 2)
    )
    assert ctc(tmp_path, taken, input_lengths=(slice(None), 2)) == []


def test_samples_without_room_are_left_out_where_it_is_said(tmp_path: Path) -> None:
    assert ctc(tmp_path, taken, tolerant=True, input_lengths=(slice(0, 3), 1)) == [
        "'cost' takes the loss of 3 of 20 samples as 0: their labels do not fit into their steps."
    ]
    assert "correct the data, of which no sample fits" in ctc(tmp_path, tolerant=True, input_lengths=(slice(None), 1))


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        (10, "'words' has the index 10 in sample 7, but 'embedding' has num_embeddings=10 (0 to 9); set "
         "num_embeddings=11 or correct the data."),
        (-100, "'words' has the index -100 in sample 7, but indices count from 0; give what is padding an index of its "
         "own."),
    ],
)  # fmt: skip
def test_indices_are_seen_as_the_embedding_gets_them(token: int, sentence: str, tmp_path: Path) -> None:
    tokens, label = np.zeros((SAMPLES, 5), np.int64), np.arange(SAMPLES) % 3
    tokens[7, 4] = token
    assert taken(reader(), tmp_path, tokens=tokens, label=label) == []
    tokens[7, 3] = token
    assert refusal(reader(), tmp_path, tokens=tokens, label=label) == sentence


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (5, "'places' has the index 5 in sample 7, but 'pick' has places 0 to 4 there; correct the data."),
        (-1, "'places' has the index -1 in sample 7, but the places of 'pick' count from 0; correct the data."),
    ],
)
def test_places_that_are_not_there_are_seen(place: int, sentence: str, tmp_path: Path) -> None:
    document = Document("Pick")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": ["T"]}, name="x")
        graph.add("Input", {"shape": [3], "dtype": "int64"}, name="places")
        graph.add("Gather", name="pick")
        graph.add("Target", name="label")
        graph.add("CrossEntropy", name="cost")
        graph.connect("x", "pick", "x")
        graph.connect("places", "pick", "index")
        graph.connect("pick", "cost", "prediction")
        graph.connect("label", "cost", "target")
    data = {"x": np.zeros((SAMPLES, 5), np.float32), "label": np.arange(SAMPLES) % 3}
    places = np.full((SAMPLES, 3), 4)
    assert taken(document, tmp_path, places=places, **data) == []
    places[7, 1] = place
    assert refusal(document, tmp_path, places=places, **data) == sentence


@pytest.mark.parametrize("kind", ["Block", "Scan"])
def test_indices_are_followed_into_blocks(kind: str, tmp_path: Path) -> None:
    document = Document("Nested")
    graph = document.model
    with document.edit("Draw"):
        shape = (5,) if kind == "Block" else ()
        parts = (("embedding", "Embedding", {"num_embeddings": 10, "embedding_dim": 3}),)
        chain(document.add_block("LookUp"), ("same", "Identity", {}), *parts, shape=shape)
        graph.add("Input", {"shape": [5], "dtype": "int64"}, name="tokens")
        with_dtype = document.graphs["LookUp"]
        with_dtype.set("x", dtype="int64")
        graph.add(kind, {"definition": "LookUp"}, name="lookup")
        graph.add("Mean", {"dim": (1,)}, name="mean")
        graph.add("Target", name="label")
        graph.add("CrossEntropy", name="cost")
        graph.connect("tokens", "lookup")
        graph.connect("lookup", "mean")
        graph.connect("mean", "cost", "prediction")
        graph.connect("label", "cost", "target")
    tokens, label = np.zeros((SAMPLES, 5), np.int64), np.arange(SAMPLES) % 3
    assert taken(document, tmp_path, tokens=tokens, label=label) == []
    tokens[7, 3] = 10
    message = refusal(document, tmp_path, tokens=tokens, label=label)
    assert "has the index 10 in sample 7, but 'lookup/embedding' has num_embeddings=10 (0 to 9)" in message


def test_lengths_of_padded_sequences(tmp_path: Path) -> None:
    document = drawing("MSE", ["T", 2], target="4")
    graph = document.model
    with document.edit("Read with a GRU"):
        graph.add("Input", {"shape": [], "dtype": "int64"}, name="lengths")
        graph.add("GRU", {"hidden_size": 4}, name="gru")
        graph.connect("x", "gru")
        graph.connect("lengths", "gru", "lengths")
        graph.connect("gru", "cost", "prediction", source_port="hidden")
    arrays = {"x": np.zeros((SAMPLES, 6, 2)), "target": np.zeros((SAMPLES, 4)), "lengths": np.full(SAMPLES, 6)}
    assert taken(document, tmp_path, **arrays) == []
    arrays["lengths"][7] = 8
    assert refusal(document, tmp_path, **arrays) == (
        "'lengths' has the length 8 in sample 7, but 'gru' gets sequences of 6 steps; lengths are 0 to 6: correct the "
        "data."
    )


def test_a_computed_target_is_seen_as_the_objective_gets_it(tmp_path: Path) -> None:
    document = drawing("BCE", [1, 2, 3], target="1,2,3")
    graph = document.model
    with document.edit("Be its own target"):
        graph.add("Flatten", name="flat")
        graph.add("Flatten", name="wanted")
        graph.connect("learned", "flat")
        graph.connect("x", "wanted")
        graph.connect("flat", "cost", "prediction")
        graph.connect("wanted", "cost", "target")
        graph.remove(["target"])
    x = np.zeros((SAMPLES, 1, 2, 3), np.float32)
    x[7] = 3
    assert "'wanted' has the value 3 in sample 7, but 'cost' takes probabilities" in refusal(document, tmp_path, x=x)


def test_test_samples_are_looked_at_too(tmp_path: Path) -> None:
    document = drawing("Dice", [2, 2, 2], target="2,2 int64")
    x, mask = np.zeros((SAMPLES, 2, 2, 2)), np.zeros((SAMPLES, 2, 2), np.int64)
    arrays = {
        "x": x,
        "x_test": x,
        "target": mask,
        "target_test": np.where(np.arange(SAMPLES)[:, None, None] == 7, 255, mask),
    }
    assert refusal(document, tmp_path, **arrays).startswith(
        "In the test samples, 'target' has the label 255 in sample 7,"
    )


def test_the_sentence_ends_training_before_it_begins(tmp_path: Path) -> None:
    document = drawing("NLL", [3], target=" int64")
    np.savez(tmp_path / "data.npz", x=np.zeros((SAMPLES, 3)), target=np.full(SAMPLES, 8))
    with document.edit("Set"):
        document.set_training(data=str(tmp_path / "data.npz"))
    events = train(document, tmp_path / "run")
    assert "has the label 8 in sample 0" in known(events[-1]).message
    assert known(events[-1]).node == "target"
