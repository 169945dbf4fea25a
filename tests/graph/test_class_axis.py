"""The axis that an objective takes for the classes: said at its port, and scores that have them elsewhere are seen."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.problems import fixes
from graph.problems.checks import check, errors
from graph.records import Problem
from graph.tensor import TensorType
from tests.support.typed import known

INDICES = {"CrossEntropy": ["T"], "NLL": ["T"], "Dice": ["T"]}


def scored(
    objective: str, *layers: tuple[str, dict[str, Any]], shape: list[Any], target: list[Any], dtype: str = "int64"
) -> Document:
    """An Input of ``shape``, layers ``layer0, layer1, ...``, an objective ``goal`` and its Target."""
    document = Document("Scores")
    graph = document.model
    with document.edit("Draw"):
        source = graph.add("Input", {"shape": shape}, name="x")
        for place, (kind, parameters) in enumerate(layers):
            name = graph.add(kind, parameters, name=f"layer{place}")
            graph.connect(source, name)
            source = name
        graph.add("Target", {"shape": target, "dtype": dtype}, name="wanted")
        graph.add(objective, name="goal")
        graph.connect(source, "goal", "prediction")
        graph.connect("wanted", "goal", "target")
    return document


def about_classes(document: Document) -> list[Problem]:
    return [problem for problem in check(document) if "for the classes" in problem.message]


def loss_after_fixing(document: Document, x: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Apply the one problem's fix; the loss of the compiled module, which must learn, and its scores."""
    (problem,) = about_classes(document)
    assert problem.fix is not None
    assert problem.fix.label == "Insert Permute"
    fixes.apply(document, problem)
    assert not errors(document)
    assert not about_classes(document)
    torch.manual_seed(0)
    module = build(compile_source(document))
    total, parts = known(module.loss)(x, target)
    optimizer = torch.optim.SGD(module.parameters(), 0.05)
    total.backward()
    optimizer.step()
    assert known(module.loss)(x, target)[0] < total
    return total, parts["goal"][1]


@pytest.mark.parametrize("kind", ["CrossEntropy", "NLL", "Dice"])
@pytest.mark.parametrize("axes", [("T",), ("H", "W"), ("D", "H", "W")])
def test_scores_with_the_classes_last_get_a_permute_and_train(kind: str, axes: tuple[str, ...]) -> None:
    last: Any = [("LogSoftmax", {})] if kind == "NLL" else []
    document = scored(kind, ("Linear", {"out_features": 10}), *last, shape=[*axes, 3], target=list(axes))
    (problem,) = about_classes(document)
    rest = ", ".join(axes)
    assert (problem.severity, problem.node, problem.port) == ("error", "goal", "prediction")
    assert problem.message == (
        f"'goal': {kind} takes axis 1 of its scores for the classes, but beside the target (N, {rest}) int64 the "
        f"scores (N, {rest}, 10) hold them on the last axis; put a Permute in front that brings it to axis 1."
    )
    sizes = (4, *range(5, 5 + len(axes)))
    x, target = torch.randn(*sizes, 3), torch.randint(10, sizes)
    total, scores = loss_after_fixing(document, x, target)
    assert scores.shape == (4, 10, *sizes[1:])
    flat, wanted = scores.movedim(1, -1).reshape(-1, 10), target.reshape(-1)
    if kind != "Dice":
        assert torch.allclose(total, (F.cross_entropy if kind == "CrossEntropy" else F.nll_loss)(flat, wanted))


def test_equal_sizes_are_told_apart_by_the_layer_that_writes_the_scores() -> None:
    """(N, 6, 6) fits either way: PyTorch would train on steps in the place of classes."""
    document = scored("CrossEntropy", ("Linear", {"out_features": 6}), ("Dropout", {}), shape=[6, 3], target=[6])
    assert not errors(document)
    (problem,) = about_classes(document)
    assert (problem.severity, problem.port) == ("advice", "prediction")
    assert problem.message == (
        "'goal' takes axis 1 of its scores (N, 6, 6) for the classes, but 'layer0' writes its features on axis 2; put "
        "a Permute in front."
    )
    x, target = torch.randn(4, 6, 3), torch.randint(6, (4, 6))
    fixes.apply(document, problem)
    assert not about_classes(document)
    module = build(compile_source(document)).eval()
    total, parts = known(module.loss)(x, target)
    scores = known(module.layer0)(x)
    assert torch.allclose(total, F.cross_entropy(scores.reshape(-1, 6), target.reshape(-1)))
    assert torch.equal(parts["goal"][1], scores.permute(0, 2, 1))


@pytest.mark.parametrize(("kind", "layers", "shape"), [
    ("CrossEntropy", [("Linear", {"out_features": 6})], [3]),
    ("CrossEntropy", [("Conv1d", {"out_channels": 6, "kernel_size": 1})], [3, 6]),
    ("CrossEntropy", [("Conv2d", {"out_channels": 6, "kernel_size": 1}), ("ReLU", {})], [3, 6, 6]),
    ("CrossEntropy", [("Linear", {"out_features": 6}), ("Permute", {"dims": [0, 2, 1]})], [6, 3]),
    ("CrossEntropy", [("Linear", {"out_features": 9})], [6, 3]),  # 6 classes, 9 places: no other way to read it
    ("Dice", [("Conv2d", {"out_channels": 6, "kernel_size": 1})], [3, 6, 6]),
])  # fmt: skip
def test_scores_with_the_classes_on_axis_1_are_left_alone(
    kind: str, layers: list[tuple[str, dict[str, Any]]], shape: list[int]
) -> None:
    places = {1: [], 2: [9 if layers[0][1].get("out_features") == 9 else 6], 3: [6, 6]}[len(shape)]
    document = scored(kind, *layers, shape=shape, target=places)
    assert not errors(document)
    assert not about_classes(document)


def test_probabilities_with_the_classes_last_are_seen_beside_scores_with_the_classes_last() -> None:
    document = scored("CrossEntropy", ("Linear", {"out_features": 5}), shape=["T", 3], target=["T", 5], dtype="float32")
    (problem,) = about_classes(document)
    assert problem.message == (
        "'goal' takes axis 1 of its scores (N, T, 5) for the classes, but 'layer0' writes its features on axis 2; put "
        "a Permute in front, and store the target with the classes on axis 1 too."
    )
    assert problem.fix is None  # a Permute cannot stand between a Target and an objective


def test_a_target_that_is_computed_gets_a_permute_too() -> None:
    """A student learns the shares that a teacher gives to each class at each step."""
    document = scored("CrossEntropy", ("Linear", {"out_features": 5}), shape=["T", 3], target=["T", 5], dtype="float32")
    graph = document.model
    with document.edit("Teacher"):
        graph.remove(["wanted"])
        for source, kind, name in (("x", "Linear", "teacher"), ("teacher", "Softmax", "shares")):
            graph.add(kind, {"out_features": 5} if kind == "Linear" else {}, name=name)
            graph.connect(source, name)
        graph.connect("shares", "goal", "target")
    (problem,) = about_classes(document)
    fixes.apply(document, problem)
    assert not errors(document)
    assert not about_classes(document)
    module = build(compile_source(document))
    x = torch.randn(4, 7, 3)
    shares = known(module.teacher)(x).softmax(-1)
    expected = F.cross_entropy(known(module.layer0)(x).reshape(-1, 5), shares.reshape(-1, 5))
    assert torch.allclose(known(module.loss)(x)[0], expected)


def test_which_of_scores_and_probabilities_has_the_classes_last_is_not_guessed() -> None:
    conv = ("Conv1d", {"out_channels": 5, "kernel_size": 1})
    document = scored("CrossEntropy", conv, shape=[3, "T"], target=["T", 5], dtype="float32")
    (problem,) = errors(document)
    assert problem.message.endswith("got (N, T, 5): one of the two holds them on the last axis, bring them to axis 1.")
    assert problem.fix is None


def test_ctc_has_the_classes_last_and_sees_a_convolution_that_has_them_first() -> None:
    document = Document("Speech")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [2, "T"]}, name="x")
        graph.add("Conv1d", {"out_channels": 5, "kernel_size": 1}, name="conv")
        graph.add("LogSoftmax", {"dim": 1}, name="log")
        graph.add("CTC", name="goal")
        for source, target in (("x", "conv"), ("conv", "log"), ("log", "goal")):
            graph.connect(source, target)
        for port, shape in (("target", [3]), ("input_lengths", []), ("target_lengths", [])):
            graph.add("Target", {"shape": shape}, name=port)
            graph.connect(port, "goal", port)
    assert not errors(document)
    (problem,) = about_classes(document)
    assert problem.message == (
        "'goal' takes the last axis of its scores (N, 5, T) for the classes, but 'conv' writes its features on axis 1; "
        "put a Permute in front."
    )
    fixes.apply(document, problem)
    assert not about_classes(document)
    module = build(compile_source(document))
    x, labels = torch.randn(2, 2, 8), torch.randint(1, 5, (2, 3))
    lengths = torch.tensor([8, 8]), torch.tensor([3, 3])
    scores = known(module.conv)(x).log_softmax(1)
    assert torch.allclose(
        known(module.loss)(x, labels, *lengths)[0], F.ctc_loss(scores.permute(2, 0, 1), labels, *lengths)
    )


def test_a_log_softmax_along_another_axis_than_the_classes_is_seen() -> None:
    layers = [("Conv2d", {"out_channels": 5, "kernel_size": 1}), ("LogSoftmax", {})]
    document = scored("NLL", *layers, shape=[3, 8, 8], target=[8, 8])
    (problem,) = about_classes(document)
    assert problem.node == "layer1"
    assert problem.message == (
        "'layer1' makes the values along axis 3 of (N, 5, 8, 8) sum to 1, but 'goal' takes axis 1 for the classes; "
        "set dim=1."
    )
    fixes.apply(document, problem)
    assert not about_classes(document)


@pytest.mark.parametrize(("kind", "shape", "note"), [
    ("CrossEntropy", (8, 10), "scores (N, C, ...): axis 1 holds the classes, here 10"),
    ("CrossEntropy", (8, 7, 10), "scores (N, C, ...): axis 1 holds the classes, here 7"),
    ("NLL", (8, 7, 10), "log probabilities (N, C, ...): axis 1 holds the classes, here 7"),
    ("Dice", (8, 7, 10, 10), "scores (N, C, ...): axis 1 holds the classes, here 7"),
    ("CTC", (8, 7, 10), "log probabilities (N, T, C): the last axis holds the classes, here 10"),
])  # fmt: skip
def test_the_port_says_which_axis_holds_the_classes(kind: str, shape: tuple[int, ...], note: str) -> None:
    document = Document("Port")
    with document.edit("Draw"):
        document.model.add(kind, name="goal")
    assert document.model.node("goal").layer.port_note("prediction", TensorType(shape)) == note
