"""Nodes moved into a block and out of it: the model computes what it did, or nothing is changed."""

from __future__ import annotations

import pytest
import torch

from graph.document import Document
from graph.edits.passing import move_in, move_out
from graph.errors import DocumentError
from graph.problems.checks import check
from graph.storage.loom import dumps, loads
from tests.support.one_layer import module_of


@pytest.fixture
def document() -> Document:
    """A chain around a block, with a way past it."""
    document = Document("Test")
    with document.edit("Draw"):
        inside = document.add_block("Unit")
        inside.add("Input", {"shape": [6]}, name="x")
        inside.add("Linear", {"out_features": 5}, name="a", at=(200, 0))
        inside.add("ReLU", name="r", at=(400, 0))
        inside.add("Linear", {"out_features": 4}, name="b", at=(600, 0))
        inside.add("Output", name="y", at=(800, 0))
        inside.add("Output", name="side", at=(800, 100))
        for source, target in (("x", "a"), ("a", "r"), ("r", "b"), ("b", "y"), ("a", "side")):
            inside.connect(source, target)
        model = document.model
        model.add("Input", {"shape": [7]}, name="data", at=(0, 0))
        model.add("Linear", {"out_features": 6}, name="before", at=(200, 0))
        model.add("Block", {"definition": "Unit"}, name="unit", at=(400, 0))
        model.add("Linear", {"out_features": 3}, name="after", at=(600, 0))
        model.add("Linear", {"out_features": 2}, name="past", at=(600, 200))
        for place, (name, source) in enumerate((("o1", "after"), ("o2", "past"), ("o3", "before"))):
            model.add("Output", name=name, at=(900, 100 * place))
            model.connect(source, name)
        model.connect("data", "before")
        model.connect("before", "unit")
        model.connect("unit", "after", source_port="y")
        model.connect("unit", "past", source_port="side")
    document.forget_history()
    return document


def computed(document: Document) -> list[torch.Tensor]:
    """What the model gives with weights that depend on their shapes alone."""
    assert [problem for problem in check(document) if problem.severity == "error"] == []
    module = module_of(document).eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(torch.linspace(-1, 1, weight.numel()).sin().reshape(weight.shape))
        return list(module(torch.linspace(-2, 2, 21).reshape(3, 7)))


def kept(document: Document, before: list[torch.Tensor], text: str) -> None:
    """The model gives the same, a file holds it, and one step takes it back."""
    assert all(torch.allclose(*pair, atol=1e-5) for pair in zip(computed(document), before, strict=True))
    assert dumps(loads(dumps(document))) == dumps(document)
    assert len(document.history) == 1
    document.undo()
    assert dumps(document) == text


@pytest.mark.parametrize("names", [["before"], ["after"], ["past"], ["before", "after"], ["before", "after", "past"]])
def test_nodes_go_into_a_block_with_their_wires(document: Document, names: list[str]) -> None:
    before, text = computed(document), dumps(document)
    move_in(document, "", names, "unit")
    assert not set(names) & set(document.model.nodes)
    assert set(names) <= set(document.graphs["Unit"].nodes)
    kept(document, before, text)


@pytest.mark.parametrize("names", [["a"], ["b"], ["r"], ["r", "b"], ["a", "r"], ["a", "b"], ["a", "r", "b"]])
def test_nodes_come_out_of_a_block_with_their_wires(document: Document, names: list[str]) -> None:
    before, text = computed(document), dumps(document)
    if names == ["r"]:
        # What leads from inside to outside and back inside again cannot be drawn as one block.
        with pytest.raises(DocumentError, match="cycle"):
            move_out(document, "Unit", names)
        assert (dumps(document), document.history) == (text, [])
        return
    graph, made = move_out(document, "Unit", names)
    assert (graph, made) == ("", names)
    kept(document, before, text)


def test_what_would_change_other_uses_or_could_not_be_led_is_refused_in_words(document: Document) -> None:
    text = dumps(document)
    with pytest.raises(DocumentError, match="'data' .Input. stays in its drawing"):
        move_in(document, "", ["data"], "unit")
    with document.edit("Again"):
        document.model.add("Block", {"definition": "Unit"}, name="again")
    with pytest.raises(DocumentError, match="'Unit' is used twice"):
        move_in(document, "", ["before"], "unit")
    with pytest.raises(DocumentError, match="'Unit' is used twice"):
        move_out(document, "Unit", ["a"])
    document.undo()
    with document.edit("Written"):
        document.set_block("Unit", {"width": 5})
        document.graphs["Unit"].set("a", out_features="width")
    with pytest.raises(DocumentError, match="'a' is written with the parameters"):
        move_out(document, "Unit", ["a"])
    document.undo()
    with document.edit("Repeat"):
        document.model.set("unit", repeat=2)
    with pytest.raises(DocumentError, match="repeated 2 times"):
        move_in(document, "", ["after"], "unit")
    document.undo()
    assert dumps(document) == text
