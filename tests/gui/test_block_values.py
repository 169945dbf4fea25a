"""In the window: expressions in lists, parameters of every kind, places in a repetition, conditions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from graph.document import Document
from graph.storage.loom import dumps
from tests.support.blocks_in_window import choose
from tests.support.editor_window import EditorWindow, choice, click, draw_blocks, error, field, key, retype, show_node
from tests.support.typed import known

pytestmark = pytest.mark.slow


def retype_default(window: EditorWindow, text: str) -> None:
    """Type into the default of the last parameter of the block that is shown."""
    retype(window.inspector.block.parameters.rows[-1].default, text)


def with_parameter(window: EditorWindow, name: str, text: str) -> Document:
    """The block's page with one more parameter, added by its button and typed."""
    document = draw_blocks(window)
    window.canvas.open("unit1")
    page = window.inspector.block
    click(page.parameters.add)
    retype(page.parameters.rows[-1].name, name)
    key(page.parameters.rows[-1].name, Qt.Key.Key_Return)
    retype_default(window, text)
    assert page.parameters.error.isHidden(), page.parameters.error.text()
    return document


def test_lists_take_expressions_and_show_them_as_written(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    show_node(window, "conv1")
    retype(field(window, "kernel_size"), "channels - 3, 1")
    node = document.graphs["Unit"].node("conv1")
    assert node.expressions["kernel_size"] == ("channels - 3", 1)
    assert known(node.layer).kernel_size == (3, 1)
    click(field(window, "stride"))
    assert field(window, "kernel_size").text() == "channels - 3, 1"
    retype(field(window, "kernel_size"), "chanels, 1")
    assert "unknown name 'chanels'" in error(window, "kernel_size")
    assert document.graphs["Unit"].node("conv1").expressions["kernel_size"] == ("channels - 3", 1)


def test_a_default_says_what_kind_of_parameter_it_is(window: EditorWindow) -> None:
    document = with_parameter(window, "p", "0.5")
    values = document.definitions["Unit"].parameters
    assert values == {"channels": 6, "p": 0.5}
    retype_default(window, "1")
    assert type(document.definitions["Unit"].parameters["p"]) is float
    for text, value in (("true", True), ("reflect", "reflect"), ("3", 3)):
        retype_default(window, text)
        found = document.definitions["Unit"].parameters["p"]
        assert (found, type(found)) == (value, type(value))


def test_a_yes_or_no_of_a_layer_can_be_a_parameter(window: EditorWindow) -> None:
    document = with_parameter(window, "with_bias", "false")
    show_node(window, "conv1")
    choose(choice(window, "bias"), "with_bias")
    node = document.graphs["Unit"].node("conv1")
    assert (node.expressions["bias"], known(node.layer).bias) == ("with_bias", False)
    window.canvas.leave()
    show_node(window, "unit1")
    choose(choice(window, "argument.with_bias"), "True")
    assert known(document.model.node("unit1").layer).arguments == {"with_bias": True}
    choose(choice(window, "argument.with_bias"), "False")
    window.canvas.open("unit1")
    show_node(window, "conv1")
    choose(choice(window, "bias"), "True")
    assert "bias" not in document.graphs["Unit"].node("conv1").expressions


def test_a_choice_of_a_layer_can_be_a_parameter_and_its_uses_choose_among_the_same(window: EditorWindow) -> None:
    document = with_parameter(window, "edges", "zeros")
    show_node(window, "conv1")
    choose(choice(window, "padding_mode"), "edges")
    window.canvas.leave()
    show_node(window, "unit1")
    editor = choice(window, "argument.edges")
    assert {editor.itemText(at) for at in range(editor.count())} == {"zeros", "reflect", "replicate", "circular"}
    choose(editor, "replicate")
    assert known(document.model.node("unit1").layer).arguments == {"edges": "'replicate'"}
    assert editor.currentText() == "replicate"


def test_a_condition_is_typed_at_a_node_and_refused_in_one_sentence(window: EditorWindow) -> None:
    document = with_parameter(window, "stride", "1")
    show_node(window, "relu1")
    retype(field(window, "when"), "stride == 1")
    assert document.graphs["Unit"].node("relu1").when == "stride == 1"
    retype(field(window, "when"), "strid == 1")
    assert "unknown name 'strid'" in error(window, "when")
    retype(field(window, "when"), "stride")
    assert "is not a condition but 1" in error(window, "when")
    retype(field(window, "when"), "stride == 2")
    window.canvas.leave()
    before = dumps(document)
    show_node(window, "unit1")
    assert "when" not in window.inspector.nodes.form.rows
    retype(field(window, "repeat"), "2")
    retype(field(window, "argument.stride"), "2 if i == 0 else 1")
    assert known(document.model.node("unit1").layer).arguments["stride"] == "2 if i == 0 else 1"
    retype(field(window, "argument.stride"), "2 if j == 0 else 1")
    assert "unknown name 'j'" in error(window, "argument.stride")
    while document.undo() and dumps(document) != before:
        pass
    assert dumps(document) == before
