"""What a block's own drawing cannot know, its uses may: then nothing keeps the drawing from running, anywhere."""

from __future__ import annotations

from typing import Any

import torch

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.problems.checks import check_all, obstacles
from training.loop.prepare import trainable


def of_any_size(*sizes: Any) -> Document:
    """A Linear for inputs of any size, in a block within a block, and nothing else; used once a size."""
    d = Drawing("Any size")
    with d.block("Inner") as b:
        b.output(b.linear(b.input("w", name="x"), 4, name="fc"), name="y")
    with d.block("Outer") as b:
        b.output(b.use("Inner", b.input("w", name="x"), name="inner"), name="y")
    for number, size in enumerate(sizes):
        y = d.use("Outer", d.input(size, name=f"x{number}"), name=f"use{number}")
        d.mse(y, d.target(4, dtype="float32", name=f"t{number}"))
    if not sizes:
        d.output(d.linear(d.input(4, name="x"), 2), name="y")
    return d.finish()


def severities(document: Document) -> dict[str, set[str]]:
    return {
        graph: {problem.severity for problem in check_all(document) if problem.graph == graph}
        for graph in document.graphs
    }


def test_a_size_that_every_use_knows_is_only_a_hint_in_the_block() -> None:
    document = of_any_size(6, 3)
    assert severities(document) == {"": set(), "Inner": {"advice"}, "Outer": {"advice"}}
    hint = document.problems("Inner")["fc"]
    assert hint.message.endswith("or leave it: where the block is used, it fits.")
    assert document.problems("Inner")["fc"] is hint
    assert obstacles(document, training=True) == []
    module = build(trainable(document))
    assert [p.shape for p in module.parameters() if p.ndim == 2] == [(4, 6), (4, 3)]
    assert torch.isfinite(module.loss(*(torch.zeros(2, n) for n in (6, 3, 4, 4)))[0])  # type: ignore[operator]


def test_one_use_of_an_unknown_size_or_none_makes_it_an_error() -> None:
    for document in (of_any_size(6, "n"), of_any_size()):
        assert severities(document)["Inner"] == {"error"}
    assert [problem.node for problem in obstacles(of_any_size(6, "n"))] == ["use1"]
    unused = of_any_size()
    assert obstacles(unused) == []  # it stands in nobody's way
    compile_source(unused)


def test_what_keeps_from_training_need_not_keep_from_export() -> None:
    document = of_any_size(6)
    with document.edit("Draw"):
        document.model.add("Linear", name="aside")  # nothing needs it
        document.set_training(turns=[{"name": "first", "nodes": ["use0"], "objectives": []}])
    assert {problem.message.partition(";")[0] for problem in obstacles(document, training=True)} == {
        "The turn 'first' has no objectives",
        "'mse1' is an objective that no turn makes smaller",
    }
    assert obstacles(document) == []
    compile_source(document)
