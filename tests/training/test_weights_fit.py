"""Weights of a run in a drawing that has changed since: what is found again, what stays fresh, what is left over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.leaves import leaves
from graph.document import Document
from graph.edits import blocks
from graph.edits.unpacking import unpack
from graph.storage.loom import dumps, load, loads
from tests.support.training_drawings import classifier
from training.runs.fitting import Fit, fit, tensors_of
from training.runs.tensors import Stored

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
ALL = {"hidden.weight", "hidden.bias", "scores.weight", "scores.bias"}


def stored(document: Document) -> dict[str, Stored]:
    """What a run of a drawing has, as its module says."""
    state = build(compile_source(document)).state_dict()
    return {name: Stored(tuple(value.shape), str(value.dtype).removeprefix("torch.")) for name, value in state.items()}


def changed(document: Document, change: Any) -> Document:
    """A copy of a drawing after an edit, as if it were opened again."""
    copy = loads(dumps(document))
    with copy.edit("Change"):
        change(copy)
    return loads(dumps(copy))


def fitted(document: Document, trained: Document) -> Fit:
    return fit(document, trained, stored(trained))


def tower(*widths: int) -> Document:
    """Linear layers in a row."""
    document = Document("Tower")
    with document.edit("Draw"):
        names = [document.model.add("Input", {"shape": [8]}, name="x")]
        for number, width in enumerate(widths, 1):
            names.append(document.model.add("Linear", {"out_features": width}, name=f"fc{number}"))
        names.append(document.model.add("Output", name="y"))
        for source, target in pairwise(names):
            document.model.connect(source, target)
    return document


def softmax(document: Document) -> None:
    document.model.add("Softmax", name="prob")
    document.model.connect("scores", "prob")
    document.model.connect("prob", "logits")


@pytest.mark.parametrize(
    "change",
    [
        softmax,
        lambda d: d.model.rename("logits", "out"),
        lambda d: d.model.rename("image", "picture"),
        lambda d: d.model.set("entropy", label_smoothing=0.1),
        lambda d: d.model.set("dropout", p=0.7),
        lambda d: d.model.remove(["dropout"], heal=True),
        lambda d: d.model.remove(["entropy", "label"]),
        lambda d: d.model.alter("hidden", frozen=True),
        lambda d: d.model.set("hidden", weight_init="zeros"),
        lambda d: d.set_setting("name", "Another"),
        lambda d: d.set_training(epochs=9),
        lambda d: d.model.move({"hidden": (9.0, 9.0)}),
    ],
)
def test_an_edit_beside_the_weights_keeps_them_all(change: Callable[..., Any]) -> None:
    found = fitted(changed(classifier(), change), classifier())
    assert found == Fit({name: name for name in found.loaded}, {}, [])
    assert set(found.loaded) == ALL


def test_a_layer_of_another_width_is_fresh_with_what_follows_from_it() -> None:
    found = fitted(changed(classifier(), lambda d: d.model.set("hidden", out_features=20)), classifier())
    assert found.loaded == {"scores.bias": "scores.bias"}
    assert found.fresh["hidden.weight"] == "its shape is (20, 64), in the run (16, 64)"
    assert found.fresh["scores.weight"] == "its shape is (10, 20), in the run (10, 16)"
    assert found.left_over == ["hidden.weight", "hidden.bias", "scores.weight"]


def test_a_new_layer_is_fresh_and_the_others_keep_their_weights() -> None:
    def insert(document: Document) -> None:
        document.model.add("Linear", {"out_features": 16}, name="extra")
        document.model.connect("relu", "extra")
        document.model.connect("extra", "scores")

    found = fitted(changed(classifier(), insert), classifier())
    assert set(found.loaded) == ALL
    assert found.fresh == {"extra.weight": "new since the run", "extra.bias": "new since the run"}
    assert found.left_over == []


@pytest.mark.parametrize("names", [{"hidden": "stem"}, {"hidden": "a", "relu": "b", "scores": "c", "image": "d"}])
def test_a_renamed_layer_is_known_by_its_place(names: dict[str, Any]) -> None:
    def rename(document: Document) -> None:
        for old, new in names.items():
            document.model.rename(old, new)

    found = fitted(changed(classifier(), rename), classifier())
    assert not found.fresh
    assert found.renamed == {
        f"{new}.{key}": f"{old}.{key}"
        for old, new in names.items()
        if old in ("hidden", "scores")
        for key in ("weight", "bias")
    }


def test_equal_layers_in_a_row_keep_their_order_when_all_are_renamed() -> None:
    def rename(document: Document) -> None:
        for number in range(1, 6):
            document.model.rename(f"fc{number}", f"layer{6 - number}")

    found = fitted(changed(tower(8, 8, 8, 8, 8), rename), tower(8, 8, 8, 8, 8))
    assert found.loaded == {
        f"layer{6 - number}.{key}": f"fc{number}.{key}" for number in range(1, 6) for key in ("weight", "bias")
    }


def test_one_of_two_branches_that_look_alike_is_not_guessed() -> None:
    def two(first: str, second: str) -> Document:
        document = Document("Two")
        with document.edit("Draw"):
            add, connect = document.model.add, document.model.connect
            add("Input", {"shape": [8]}, name="x")
            for name in (first, second):
                add("Linear", {"out_features": 8}, name=name)
                connect("x", name)
            add("Add", name="sum")
            connect(first, "sum", "x1")
            connect(second, "sum", "x2")
            add("Output", name="y")
            connect("sum", "y")
        return document

    assert fitted(two("c", "d"), two("a", "b")).renamed == {
        "c.weight": "a.weight",
        "c.bias": "a.bias",
        "d.weight": "b.weight",
        "d.bias": "b.bias",
    }

    def parallel(*names: str) -> Document:
        document = Document("Parallel")
        with document.edit("Draw"):
            add, connect = document.model.add, document.model.connect
            add("Input", {"shape": [8]}, name="x")
            for name in names:
                add("Linear", {"out_features": 8}, name=name)
                connect("x", name)
                add("Output", name=f"{name}_out")
                connect(name, f"{name}_out")
        return document

    found = fitted(parallel("c", "d"), parallel("a", "b"))
    assert not found.loaded
    assert set(found.fresh.values()) == {"new since the run"}


def test_a_layer_that_moved_under_another_name_is_fresh_and_the_likeness_is_said() -> None:
    def move(document: Document) -> None:
        document.model.remove(["hidden"], heal=True)
        document.model.add("Linear", {"out_features": 16}, name="late")
        document.model.add("ReLU", name="between")
        for source, target in (("flatten", "between"), ("between", "late"), ("late", "dropout")):
            document.model.connect(source, target)

    found = fitted(changed(classifier(), move), classifier())
    assert set(found.loaded) == {"scores.weight", "scores.bias"}
    assert found.fresh["late.weight"] == ("new since the run; the run's 'hidden' has such weights, but another place")


def test_another_kind_of_layer_under_the_name_gets_nothing() -> None:
    def transposed(document: Document) -> None:
        document.model.remove(["conv"], heal=True)
        document.model.add("ConvTranspose2d", {"out_channels": 4, "kernel_size": 3}, name="conv")
        document.model.connect("x", "conv")
        document.model.connect("conv", "y")

    trained = Document("Conv")
    with trained.edit("Draw"):
        trained.model.add("Input", {"shape": [4, 9, 9]}, name="x")
        trained.model.add("Conv2d", {"out_channels": 4, "kernel_size": 3}, name="conv")
        trained.model.add("Output", name="y")
        trained.model.connect("x", "conv")
        trained.model.connect("conv", "y")
    found = fitted(changed(trained, transposed), trained)
    assert not found.loaded
    assert found.fresh["conv.weight"] == "a ConvTranspose2d, in the run a Conv2d"


def test_a_tensor_of_another_dtype_is_not_taken() -> None:
    has = {**stored(classifier()), "scores.bias": Stored((10,), "float16")}
    found = fit(classifier(), classifier(), has)
    assert found.fresh == {"scores.bias": "its dtype is float32, in the run float16"}


def test_a_tensor_the_file_lacks_is_fresh() -> None:
    has = {name: kind for name, kind in stored(classifier()).items() if name != "hidden.bias"}
    assert fit(classifier(), classifier(), has).fresh == {"hidden.bias": "the run has no such tensor"}


def test_a_block_made_or_unpacked_keeps_its_weights() -> None:
    grouped = changed(classifier(), lambda d: blocks.group(d, "", ["hidden", "dropout", "relu"], "Unit"))
    name = next(node.name for node in grouped.model.nodes.values() if node.kind == "Block")
    found = fitted(grouped, classifier())
    assert not found.fresh
    assert found.renamed == {f"{name}.hidden.{key}": f"hidden.{key}" for key in ("weight", "bias")}
    assert fitted(changed(grouped, lambda d: unpack(d, "", name)), grouped).renamed == {
        f"hidden.{key}": f"{name}.hidden.{key}" for key in ("weight", "bias")
    }


def test_a_layer_renamed_in_a_repeated_block_is_known_in_every_repetition() -> None:
    document = changed(tower(8, 8), lambda d: blocks.group(d, "", ["fc1"], "Unit"))
    name = next(node.name for node in document.model.nodes.values() if node.kind == "Block")
    trained = changed(document, lambda d: d.model.set(name, repeat=3))
    found = fitted(changed(trained, lambda d: d.graphs["Unit"].rename("fc1", "inner")), trained)
    assert not found.fresh
    assert {
        f"{name}.{turn}.inner.weight": f"{name}.{turn}.fc1.weight" for turn in range(3)
    }.items() <= found.loaded.items()


def test_a_layer_with_weights_of_its_own_again_takes_those_it_shared() -> None:
    trained = changed(tower(8, 8, 8), lambda d: d.model.share("fc2", "fc1"))
    assert "fc2.weight" not in stored(trained)
    found = fitted(tower(8, 8, 8), trained)
    assert not found.fresh
    assert found.renamed == {"fc2.weight": "fc1.weight", "fc2.bias": "fc1.bias"}
    back = fitted(trained, tower(8, 8, 8))
    assert not back.fresh
    assert back.left_over == ["fc2.weight", "fc2.bias"]


def test_another_drawing_shares_no_more_than_what_stands_at_the_same_place() -> None:
    found = fitted(tower(8, 4), classifier())
    assert not found.loaded
    assert len(found.left_over) == 4


def test_a_new_layer_under_the_name_of_a_deleted_one_is_said_to_stand_elsewhere() -> None:
    def replace(document: Document) -> None:
        document.model.remove(["fc1"], heal=True)
        document.model.add("Linear", {"out_features": 8}, name="fc1")
        document.model.connect("fc3", "fc1")
        document.model.connect("fc1", "y")

    found = fitted(changed(tower(8, 8, 8), replace), tower(8, 8, 8))
    assert not found.fresh
    assert found.moved == ["fc1"]
    assert found.only(["fc2.weight"]).moved == []


def test_layers_that_changed_names_are_said_to_stand_elsewhere() -> None:
    def swap(document: Document) -> None:
        for old, new in (("fc1", "other"), ("fc2", "fc1"), ("other", "fc2")):
            document.model.rename(old, new)

    assert fitted(changed(tower(8, 8), swap), tower(8, 8)).moved == ["fc2", "fc1"]


def test_layers_without_weights_on_both_sides_do_not_move_a_layer() -> None:
    def surround(document: Document) -> None:
        for name, source, target in (("before", "fc1", "fc2"), ("behind", "fc2", "fc3")):
            document.model.add("Dropout", name=name)
            document.model.connect(source, name)
            document.model.connect(name, target)

    assert fitted(changed(tower(8, 8, 8), surround), tower(8, 8, 8)).moved == []


def test_only_what_an_output_needs_counts_for_an_export() -> None:
    def auxiliary(document: Document) -> None:
        document.model.add("Linear", {"out_features": 10}, name="aux")
        document.model.add("CrossEntropy", name="second")
        document.model.connect("relu", "aux")
        document.model.connect("aux", "second", "prediction")
        document.model.connect("label", "second", "target")

    document = changed(classifier(), auxiliary)
    found = fitted(document, classifier())
    assert set(found.fresh) == {"aux.weight", "aux.bias"}
    assert not found.only(tensors_of(document, "output")).fresh
    assert set(tensors_of(document, "output")) == ALL


@pytest.mark.parametrize(
    "name", ["resnet18", "drawn_lstm", "captioning", "siamese", "unet_small", "transformer_encoder"]
)
def test_the_tensors_of_a_drawing_are_those_of_its_module(name: str) -> None:

    document = load(EXAMPLES / f"{name}.loom")
    with torch.device("meta"):
        state = build(compile_source(document)).state_dict()
    expected = {key: (tuple(value.shape), str(value.dtype).removeprefix("torch.")) for key, value in state.items()}
    found = {key: (w.shape, w.dtype) for leaf in leaves(document).values() for key, w in leaf.tensors().items()}
    assert found == expected
