"""Where an error begins, and what is merely not drawn to its end yet."""

from __future__ import annotations

import pytest

from graph.document import Document
from graph.edits import nodes
from graph.problems import fixes
from graph.problems.checks import check, errors
from graph.storage.loom import load


@pytest.mark.parametrize(
    ("example", "first"), [("lenet5", "c5"), ("alexnet", "fc6"), ("vgg16", "fc6"), ("mlp", "hidden1")]
)
def test_a_deleted_flatten_is_mended_where_it_is_missed_first(example: str, first: str) -> None:
    document = load(f"examples/{example}.loom")
    shape = document.types()[next(iter(document.model.inputs("cross_entropy").values())).source]
    flatten = next(node.name for node in document.model.nodes.values() if node.kind == "Flatten")
    nodes.delete(document, "", [flatten], heal=True)
    problem = check(document)[0]
    assert problem.node == "cross_entropy"
    assert f"It begins at '{first}'" in problem.message
    assert problem.fix.label == f"Insert Flatten before '{first}'"
    fixes.apply(document, problem)
    assert not errors(document)
    assert document.history[-1] == problem.fix.label
    assert document.types()[next(iter(document.model.inputs("cross_entropy").values())).source] == shape


def test_a_deleted_node_is_mended_by_the_loose_ends_it_left() -> None:
    document = load("examples/lenet5.loom")
    shapes = document.types()
    with document.edit("Delete"):
        document.model.remove(["flatten"])
    problem = check(document)[0]
    assert (problem.node, problem.fix.label) == ("c5", "Connect 's4' through a Flatten")
    fixes.apply(document, problem)
    assert check(document) == []
    assert document.types()["scores"] == shapes["scores"]
    with document.edit("Delete"):
        document.model.remove(["tanh1"])
        document.model.disconnect("cross_entropy", "target")
    labels = {problem.node: problem.fix.label for problem in errors(document)}
    assert labels == {"s2": "Connect 'c1'", "cross_entropy": "Connect 'label'"}
    for problem in errors(document):
        fixes.apply(document, problem)
    assert errors(document) == []


def test_a_block_takes_a_loose_end_too() -> None:
    document = load("examples/resnet18.loom")
    block = next(name for name, node in document.model.nodes.items() if node.layer.role == "block")
    before = dict(document.model.inputs(block))
    (port,) = before
    with document.edit("Disconnect"):
        document.model.disconnect(block, port)
    problem = next(problem for problem in errors(document) if problem.node == block)
    assert problem.fix.label == f"Connect '{before[port].source}'"
    fixes.apply(document, problem)
    assert document.model.inputs(block) == before


def test_loose_ends_are_not_joined_where_it_could_be_otherwise() -> None:
    document = load("examples/lenet5.loom")
    with document.edit("Delete"):
        document.model.remove(["tanh1", "tanh3"])
    assert [problem.fix for problem in errors(document)] == [None, None], "two have nothing, and two are not used"
    document.undo()
    with document.edit("Delete"):
        document.model.remove(["c5", "tanh3", "f6", "tanh4", "scores", "cross_entropy", "logits", "label"])
        document.model.add("MatMul", name="product")
    problem = next(problem for problem in errors(document) if problem.node == "product")
    assert problem.fix is None, "either input of the product could be meant"


def test_a_flatten_that_is_missed_at_the_end_is_offered_there() -> None:
    document = Document()
    with document.edit("Draw"):
        add, connect = document.model.add, document.model.connect
        add("Input", {"shape": [3, 8, 8]}, name="x")
        add("Conv2d", {"out_channels": 4}, name="conv")
        add("Target", name="label")
        add("CrossEntropy", name="goal")
        connect("x", "conv")
        connect("conv", "goal", "prediction")
        connect("label", "goal", "target")
    assert "begins at" not in check(document)[0].message


def test_what_has_yet_to_be_wired_is_pending() -> None:
    document = Document()
    with document.edit("Draw"):
        add, connect = document.model.add, document.model.connect
        add("Input", {"shape": [4]}, name="x")
        add("Linear", name="fc")
        add("Add", name="sum")
        add("Output", name="y")
        add("Conv2d", name="conv")
        connect("x", "y")
    pending = {problem.node: problem.pending for problem in check(document)}
    assert pending == {"fc": True, "sum": True, "conv": True}
    with document.edit("Wire"):
        connect("x", "conv")
        connect("x", "fc")
    assert {problem.node: problem.pending for problem in check(document)} == {"conv": False, "fc": True, "sum": True}
