"""Nodes as text: what the clipboard holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.document import Document
from graph.edits import fragments
from graph.errors import DocumentError
from graph.storage.loom import dumps
from tests.support.canvas_tools import small_network, wires_of
from tests.support.typed import known


def test_a_fragment_keeps_layers_wires_and_distances() -> None:
    document, other = small_network(), Document()
    text = fragments.copy(document, "", ["relu", "conv"])
    assert fragments.paste(other, "", text, at=(10, 20)) == ["conv", "relu"]
    assert other.model.node("conv").layer == document.model.node("conv").layer
    assert wires_of(other) == {"conv.out -> relu.x"}
    assert [(node.x, node.y) for node in other.model.nodes.values()] == [(-110, 20), (130, 20)]


def test_names_are_fresh_and_pasting_is_one_step() -> None:
    document = small_network()
    text = fragments.copy(document, "", ["conv", "relu"])
    assert fragments.paste(document, "", text) == ["conv1", "relu1"]
    assert fragments.paste(document, "", text) == ["conv2", "relu2"]
    assert document.history == ["Paste 2 nodes", "Paste 2 nodes"]


def test_incoming_wires_are_drawn_again_only_where_asked_and_possible() -> None:
    document = small_network()
    text = fragments.copy(document, "", ["relu"])
    (plain,) = fragments.paste(document, "", text)
    (wired,) = fragments.paste(document, "", text, keep_incoming=True)
    assert not document.model.inputs(plain)
    assert document.model.inputs(wired)["x"].source == "conv"
    other = Document()
    fragments.paste(other, "", text, keep_incoming=True)
    assert wires_of(other) == set()


def fragment(*rows: Any, version: Any = 1) -> Any:
    return json.dumps({"layerloom_nodes": version, "nodes": list(rows)})


RELU = {"name": "a", "layer": "ReLU"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        "[" * 100_000,
        '{"layerloom_nodes": 1}',
        fragment(),
        fragment(RELU, version=2),
        fragment({"name": "a"}),
        fragment({**RELU, "surprise": 1}),
        fragment({**RELU, "at": [float("nan"), 0]}),
        fragment({**RELU, "at": [1e308, 0]}, {"name": "b", "layer": "ReLU", "at": [-1e308, 0]}),
        fragment({**RELU, "parameters": {"wrong": 1}}),
        fragment({"name": "x; import os", "layer": "ReLU"}),
        fragment({"name": "a", "layer": "Nonsense"}),
        fragment(RELU, RELU),
        fragment({**RELU, "inputs": {"x": "a"}}),
        fragment({**RELU, "inputs": {"nope": "b"}}, {"name": "b", "layer": "ReLU"}),
        '{"layerloom_nodes": 1, "nodes": [{"name": "\\ud800", "layer": "ReLU"}]}',
        "\ud800",
        "x" * (fragments.MAX_CHARACTERS + 1),
    ],
    ids=lambda text: text[:60],
)
def test_bad_text_is_one_sentence_and_changes_nothing(text: str) -> None:
    document = small_network()
    before = dict(document.model.nodes)
    with pytest.raises(DocumentError) as refusal:
        fragments.paste(document, "", text)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert (dict(document.model.nodes), document.history) == (before, [])


def residual(document: Document, name: Any = "Residual", **parameters: Any) -> None:
    """A block of one convolution whose channels are a parameter."""
    graph = document.add_block(name, parameters or {"channels": 8})
    graph.add("Input", {"shape": ["channels", 8, 8]}, name="x")
    graph.add("Conv2d", {"out_channels": "channels * 2", "padding": 1}, name="conv", at=(200, 0))
    graph.add("Output", name="y", at=(400, 0))
    graph.connect("x", "conv")
    graph.connect("conv", "y")


def test_expressions_are_kept_where_their_names_mean_something_and_become_numbers_where_not() -> None:
    document = Document()
    with document.edit("Draw"):
        residual(document)
    text = fragments.copy(document, "Residual", ["conv", "x"])
    fragments.paste(document, "Residual", text)
    assert document.graphs["Residual"].node("conv1").expressions == {"out_channels": "channels * 2"}
    fragments.paste(document, "", text)
    assert known(document.model.node("conv").layer).out_channels == 16
    assert known(document.model.node("x").layer).shape == (8, 8, 8)


def test_the_blocks_of_pasted_nodes_come_along_with_those_inside_them() -> None:
    document, other = Document(), Document()
    with document.edit("Draw"):
        residual(document)
        document.add_block("Stage", {"width": 4}).add(
            "Block", {"definition": "Residual", "arguments": {"channels": "width"}}, name="inner"
        )
        document.model.add("Block", {"definition": "Stage", "arguments": {"width": 6}}, name="stage")
    text = fragments.copy(document, "", ["stage"])
    assert fragments.paste(other, "", text) == ["stage"]
    assert set(other.definitions) == {"Residual", "Stage"}
    assert dumps(other).split('"nodes"', 1)[1] == dumps(document).split('"nodes"', 1)[1]
    fragments.paste(other, "", text)
    assert set(other.definitions) == {"Residual", "Stage"}
    other.undo()
    other.undo()
    assert (dict(other.definitions), dict(other.model.nodes)) == ({}, {})


def test_a_block_whose_name_is_taken_by_another_gets_a_new_name_once() -> None:
    document, other = Document(), Document()
    with document.edit("Draw"):
        residual(document)
        document.model.add("Block", {"definition": "Residual"}, name="block")
    with other.edit("Draw"):
        residual(other, channels=3)
    text = fragments.copy(document, "", ["block"])
    fragments.paste(other, "", text)
    fragments.paste(other, "", text)
    assert set(other.definitions) == {"Residual", "Residual2"}
    assert [known(node.layer).definition for node in other.model.nodes.values()] == ["Residual2", "Residual2"]


def test_a_block_cannot_be_pasted_into_itself() -> None:
    document = Document()
    with document.edit("Draw"):
        residual(document)
        document.model.add("Block", {"definition": "Residual"}, name="block")
    with pytest.raises(DocumentError, match="may not contain itself"):
        fragments.paste(document, "Residual", fragments.copy(document, "", ["block"]))
