"""The order of arguments is that of the drawing: from top to bottom, then from left to right, whatever the names."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import onnx
import pytest

from compiler.to_onnx.export import export
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import dumps, loads

AT = {"first": (0.0, 0.0), "second": (0.0, 100.0), "third": (50.0, 100.0)}
ORDERS = list(permutations(("anchor", "middle", "zed")))
UNPLACED = dict.fromkeys(AT, (0.0, 0.0))


def drawing(first: str, second: str, third: str, at: dict[str, tuple[float, float]] = AT) -> Document:
    """Three inputs, a chain that takes the third first, a Target and an Output for each half of the result."""
    document = Document("Order")
    graph = document.model
    with document.edit("Draw"):
        for role, name in (("third", third), ("second", second), ("first", first)):
            graph.add("Input", {"shape": [4]}, name=name, at=at[role])
        graph.add("Concat", name="join", at=(100, 0))
        for name in (first, second, third):
            graph.connect(name, "join")
        graph.add("Split", {}, name="halves", at=(200, 0))
        graph.connect("join", "halves")
        for place, (out, wanted, y) in enumerate(((second, third, at["first"][1]), (first, first, at["second"][1]))):
            graph.add("Output", name=f"{out}_out", at=(300, y))
            graph.add("Target", {"shape": [6], "dtype": "float32"}, name=f"{wanted}_wanted", at=(250, y))
            graph.add("MSE", name=f"loss{place}", at=(320, y))
            for target in (f"{out}_out", f"loss{place}"):
                graph.connect("halves", target, source_port=f"part{place}")
            graph.connect(f"{wanted}_wanted", f"loss{place}", "target")
    return document


def arguments(document: Document, method: str) -> list[str]:
    found = re.search(rf"def {method}\(self, (.*)\):", compile_source(document).text)
    assert found
    return found[1].split(", ")


@pytest.mark.parametrize("names", ORDERS)
@pytest.mark.parametrize("at", [AT, UNPLACED], ids=["placed", "unplaced"])
def test_arguments_and_results_follow_the_drawing(
    names: tuple[str, str, str], at: dict[str, tuple[float, float]]
) -> None:
    first, second, third = names
    document = drawing(first, second, third, at)
    assert arguments(document, "forward") == [first, second, third]
    assert arguments(document, "loss") == [first, second, third, f"{third}_wanted", f"{first}_wanted"]
    assert compile_source(document).outputs == (f"{second}_out", f"{first}_out")


@pytest.mark.parametrize("at", [AT, UNPLACED], ids=["placed", "unplaced"])
def test_renaming_keeps_the_order(at: dict[str, tuple[float, float]]) -> None:
    document = drawing("b", "c", "d", at)
    with document.edit("Rename"):
        document.model.rename("b", "z")
        document.model.rename("c_out", "zz")
    assert arguments(document, "forward") == ["z", "c", "d"]
    assert compile_source(document).outputs == ("zz", "b_out")
    assert compile_source(loads(dumps(document))).text == compile_source(document).text


def test_a_node_that_is_moved_up_comes_first() -> None:
    document = drawing("a", "b", "c")
    with document.edit("Move"):
        document.model.move({"c": (0, -10)})
    assert arguments(document, "forward") == ["c", "a", "b"]


@pytest.mark.parametrize("names", ORDERS)
def test_onnx_has_the_same_order(names: tuple[str, str, str], tmp_path: Path) -> None:
    document = drawing(*names)
    export(document, None, tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx").graph
    source = compile_source(document)
    assert tuple(value.name for value in graph.input) == source.forward_inputs == names
    assert tuple(value.name for value in graph.output) == source.outputs
