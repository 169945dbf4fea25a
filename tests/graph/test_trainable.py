"""A drawing that could learn and has no objective is told so, with the one that suits it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import layerloom
from graph.document import Document
from graph.problems import fixes
from graph.problems.checks import check
from graph.records import Problem
from graph.storage.loom import load
from tests.support.typed import known

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("*.loom"))


def advice(document: Document) -> list[Problem]:
    return [problem for problem in check(document) if problem.fix is not None and problem.fix.action == "learn"]


def drawn(build: Any) -> Document:
    d = layerloom.Drawing("Test")
    d.output(build(d), name="answer")
    return d.finish()


@pytest.mark.parametrize(
    ("build", "kind", "target"),
    [
        (lambda d: d.linear(d.flatten(d.input(1, 8, 8)), 10), "CrossEntropy", "(N,) int64"),
        (lambda d: d.linear(d.input(5), 1), "MSE", "(N, 1)"),
        (lambda d: d.logsoftmax(d.linear(d.input(5), 3)), "NLL", "(N,) int64"),
        (lambda d: d.sigmoid(d.linear(d.input(5), 3)), "BCE", "(N, 3)"),
        (lambda d: d.conv2d(d.input(3, 16, 16), 4, 1), "CrossEntropy", "(N, 16, 16) int64"),
        (lambda d: d.linear(d.input("T", 5), 3), "CrossEntropy", "(N, T) int64"),
    ],
    ids=["classes", "number", "log-probabilities", "probabilities", "pixels", "sequence"],
)  # fmt: skip
def test_the_fix_adds_what_suits_the_result_as_one_step(build: Callable[..., Any], kind: str, target: str) -> None:
    document = drawn(build)
    (problem,) = advice(document)
    assert problem.node == "answer"
    assert problem.severity == "advice"
    assert "Nothing says what 'answer' should be" in problem.message
    before = len(document.history)
    fixes.apply(document, problem)
    assert len(document.history) == before + 1
    assert [p.message for p in check(document) if p.severity == "error"] == []
    objective = next(node for node in document.model.nodes.values() if node.layer.role == "objective")
    assert objective.kind == kind
    name = next(name for name, node in document.model.nodes.items() if node.layer.role == "target")
    assert str(document.types()[name][0]) == target
    assert advice(document) == []
    document.undo()
    assert advice(document) == [problem]


def test_what_has_the_shape_of_an_input_is_compared_with_it() -> None:
    document = drawn(lambda d: d.linear(d.linear(d.input(20, name="data"), 3), 20))
    (problem,) = advice(document)
    assert problem.fix.label == "Add MSE with 'data' as what it should be"
    fixes.apply(document, problem)
    objective = next(node.name for node in document.model.nodes.values() if node.layer.role == "objective")
    assert document.model.inputs(objective)["target"].source == "data"
    assert [p for p in check(document) if p.severity == "error"] == []


def test_a_target_that_waits_is_the_one_that_is_used() -> None:
    document = drawn(lambda d: d.linear(d.input(5), 3))
    with document.edit("Draw"):
        document.model.add("Target", {"field": "species"}, name="species")
    fixes.apply(document, advice(document)[0])
    assert [node.name for node in document.model.nodes.values() if node.layer.role == "target"] == ["species"]
    assert known(document.model.node("species").layer).field == "species"


def test_what_learns_nothing_is_left_alone() -> None:
    assert advice(drawn(lambda d: d.relu(d.input(5)))) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_need_no_such_advice(path: Path) -> None:
    assert advice(load(path)) == []
