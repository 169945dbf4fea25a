"""Nodes as text: what the clipboard holds."""

from __future__ import annotations

import json

import pytest
from canvas_tools import small_network, wires_of

from graph import fragments
from graph.document import Document
from graph.errors import DocumentError


def test_a_fragment_keeps_layers_wires_and_distances():
    document, other = small_network(), Document()
    text = fragments.copy(document.model, ["relu", "conv"])
    assert fragments.paste(other, "", text, at=(10, 20)) == ["conv", "relu"]
    assert other.model.node("conv").layer == document.model.node("conv").layer
    assert wires_of(other) == {"conv.out -> relu.x"}
    assert [(node.x, node.y) for node in other.model.nodes.values()] == [(-110, 20), (130, 20)]


def test_names_are_fresh_and_pasting_is_one_step():
    document = small_network()
    text = fragments.copy(document.model, ["conv", "relu"])
    assert fragments.paste(document, "", text) == ["conv1", "relu1"]
    assert fragments.paste(document, "", text) == ["conv2", "relu2"]
    assert document.history == ["Paste 2 nodes", "Paste 2 nodes"]


def test_incoming_wires_are_drawn_again_only_where_asked_and_possible():
    document = small_network()
    text = fragments.copy(document.model, ["relu"])
    (plain,) = fragments.paste(document, "", text)
    (wired,) = fragments.paste(document, "", text, keep_incoming=True)
    assert not document.model.inputs(plain)
    assert document.model.inputs(wired)["x"].source == "conv"
    other = Document()
    fragments.paste(other, "", text, keep_incoming=True)
    assert wires_of(other) == set()


def fragment(*rows, version=1):
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
def test_bad_text_is_one_sentence_and_changes_nothing(text):
    document = small_network()
    before = dict(document.model.nodes)
    with pytest.raises(DocumentError) as refusal:
        fragments.paste(document, "", text)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert (dict(document.model.nodes), document.history) == (before, [])
