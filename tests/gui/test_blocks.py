"""Blocks in the window: the way in and out, names and parameters, the palette, problems of all drawings, weights."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from graph.catalog import catalog
from graph.edits.search.kinds import is_kept
from graph.edits.setting.usage import CARRIED, CONSTANT, SEQUENCE
from graph.fields import fields_of
from gui.inspector.fields.editors import BoolEditor, ChoiceEditor
from gui.inspector.fields.values import parsed, written
from tests.support.blocks_in_window import choose
from tests.support.editor_window import (
    EditorWindow,
    choice,
    click,
    draw,
    draw_blocks,
    error,
    field,
    key,
    retype,
    show_node,
    tick,
)
from tests.support.typed import as_a, known, there

pytestmark = pytest.mark.slow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def crumbs(window: EditorWindow) -> list[str]:
    return [button.text() for button in window.breadcrumb.crumbs] if window.breadcrumb.isVisible() else []


def test_the_breadcrumb_leads_back_and_hides_at_the_model(window: EditorWindow) -> None:
    draw_blocks(window)
    assert crumbs(window) == []
    window.canvas.open("unit1")
    assert crumbs(window) == ["Untitled", "Unit"]
    assert "used once" in [label.text() for label in window.breadcrumb.findChildren(QLabel)]
    click(window.breadcrumb.crumbs[0])
    assert (window.canvas.graph, crumbs(window)) == ("", [])


def test_the_drawing_is_in_view_below_the_breadcrumb(window: EditorWindow) -> None:
    draw_blocks(window)
    window.canvas.open("unit1")
    assert window.canvas.visible().contains(window.canvas.drawing.bounds())
    assert window.breadcrumb.geometry().bottom() < window.canvas.geometry().top()


def test_an_undo_elsewhere_shows_where_it_was(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    with document.edit("Widen"):
        document.graphs["Unit"].set("conv1", kernel_size=3)
    window.canvas.leave()
    key(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert window.canvas.graph == "Unit"
    window.canvas.leave()
    key(window.canvas, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert window.canvas.graph == "Unit"
    assert known(document.graphs["Unit"].node("conv1").layer).kernel_size == 3


def test_undoing_the_block_that_is_shown_leads_back_up(window: EditorWindow) -> None:
    draw(window)
    window.canvas.select(["conv1", "relu1"])
    window.canvas.group("Unit")
    window.canvas.open("unit1")
    show_node(window, "conv1")
    key(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert (window.canvas.graph, crumbs(window)) == ("", [])
    assert not {kind for kind in window.palette_panel.shown() if not is_kept(kind)} - set(catalog())


def test_grouping_asks_for_a_name_until_one_will_do(window: EditorWindow) -> None:
    document = draw(window)
    window.canvas.select(["conv1", "relu1"])
    key(window.canvas, Qt.Key.Key_G, CONTROL)
    assert window.names.isVisible()
    assert window.names.field.text() == "Block1"
    retype(window.names.field, "class")
    key(window.names.field, Qt.Key.Key_Return)
    assert "'class' cannot name a block" in window.names.error.text()
    assert not document.definitions
    retype(window.names.field, "Unit")
    key(window.names.field, Qt.Key.Key_Return)
    assert not window.names.isVisible()
    assert list(document.definitions) == ["Unit"]
    assert window.canvas.selected() == ["unit1"]
    key(window.canvas, Qt.Key.Key_G, CONTROL | SHIFT)
    assert set(window.canvas.selected()) == {"conv1", "relu1"}
    assert not document.definitions


def test_the_palette_lists_the_blocks_and_adds_one(window: EditorWindow) -> None:
    document = draw_blocks(window)
    assert window.palette_panel.shown()[-1] == "Block:Unit"
    item = window.palette_panel.item("Block:Unit")
    assert (item.text(0), there(item.parent()).text(0)) == ("Unit", "Block")
    retype(window.palette_panel.search, "unit")
    assert window.palette_panel.item("Block:Unit").isSelected()
    key(window.palette_panel.search, Qt.Key.Key_Return)
    assert window.canvas.selected() == ["unit2"]
    assert known(document.model.node("unit2").layer).definition == "Unit"


def test_the_search_offers_blocks_that_take_the_wire_and_no_targets_inside(window: EditorWindow) -> None:
    document = draw_blocks(window)
    key(window.canvas, Qt.Key.Key_Tab)
    assert {"Block:Unit", "Target"} <= set(window.search.shown())
    retype(window.search.field, "unit")
    assert window.search.list.currentItem().text() == "Unit"
    key(window.search.field, Qt.Key.Key_Return)
    assert known(document.model.node("unit2").layer).definition == "Unit"
    window.canvas.open("unit1")
    key(window.canvas, Qt.Key.Key_Tab)
    assert not {"Block:Unit", "Target", "CrossEntropy"} & set(window.search.shown())
    key(window.search.field, Qt.Key.Key_Escape)


def test_a_new_block_is_added_and_entered(window: EditorWindow) -> None:
    document = draw(window)
    window.actions_made["new_block"].trigger()
    assert crumbs(window) == ["Untitled", "Block1"]
    assert set(document.graphs["Block1"].nodes) == {"x", "y"}
    assert document.history[-1] == "Add Block"


def test_a_block_page_names_parameters_and_changes_their_defaults(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    page = window.inspector.block
    assert page.isVisible()
    retype(page.parameters.rows[0].default, "12")
    assert document.definitions["Unit"].parameters == {"channels": 12}
    assert known(document.graphs["Unit"].node("conv1").layer).out_channels == 12
    assert document.history == ["Set channels of Unit"]
    retype(page.parameters.rows[0].default, "1x")
    assert "channels must be an integer" in page.parameters.error.text()
    retype(page.parameters.rows[0].default, "12")
    assert not page.parameters.error.isVisible()
    retype(page.parameters.rows[0].name, "width")
    key(page.parameters.rows[0].name, Qt.Key.Key_Return)
    assert document.definitions["Unit"].parameters == {"width": 12}
    assert document.graphs["Unit"].node("conv1").expressions == {"out_channels": "width"}


def test_a_refused_default_leaves_no_half_of_it_in_the_block(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    row, other = window.inspector.block.parameters.rows[0], window.inspector.block.name_form.rows["name"].editor
    retype(row.default, "1x")
    assert document.definitions["Unit"].parameters == {"channels": 6}
    assert row.default.text() == "1x"
    click(other)
    assert row.default.text() == "6"
    assert window.inspector.block.parameters.error.isHidden()
    retype(row.default, "12")
    key(row.default, Qt.Key.Key_Escape)
    assert document.definitions["Unit"].parameters == {"channels": 6}
    assert row.default.text() == "6"
    assert window.canvas.hasFocus()
    retype(row.name, "class")
    click(other)
    assert row.name.text() == "channels"
    assert document.history == []


def test_enter_on_a_refused_parameter_name_stays_in_the_field(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    row = window.inspector.block.parameters.rows[0]
    retype(row.name, "class")
    key(row.name, Qt.Key.Key_Return)
    assert "class" in window.inspector.block.parameters.error.text()
    assert row.name.hasFocus()
    retype(row.name, "width")
    key(row.name, Qt.Key.Key_Return)
    assert document.definitions["Unit"].parameters == {"width": 6}
    assert window.canvas.hasFocus()


def test_parameters_are_added_and_removed_but_not_while_they_are_used(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    page = window.inspector.block
    click(page.parameters.add)
    assert document.definitions["Unit"].parameters == {"channels": 6, "parameter1": 1}
    assert page.parameters.rows[1].name.hasFocus()
    click(page.parameters.rows[0].remove)
    assert "channels" in page.parameters.error.text()
    assert "channels" in document.definitions["Unit"].parameters
    click(page.parameters.rows[1].remove)
    assert document.definitions["Unit"].parameters == {"channels": 6}


def test_a_block_is_renamed_everywhere_and_stays_in_view(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    key(window.canvas, Qt.Key.Key_F2)
    editor = window.inspector.block.name_form.rows["name"].editor
    assert editor.hasFocus()
    retype(editor, "two words")
    key(editor, Qt.Key.Key_Return)
    assert "cannot name a block" in window.inspector.block.name_form.rows["name"].error.text()
    retype(editor, "Stem")
    key(editor, Qt.Key.Key_Return)
    assert list(document.definitions) == ["Stem"]
    assert known(document.model.node("unit1").layer).definition == "Stem"
    assert document.graphs["Stem"].node("conv1").expressions == {"out_channels": "channels"}
    assert crumbs(window) == ["Untitled", "Stem"]
    key(window.canvas, Qt.Key.Key_Z, CONTROL)
    assert list(document.definitions) == ["Unit"]


def test_only_a_block_without_uses_can_be_deleted(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    assert not window.inspector.block.delete.isEnabled()
    with document.edit("Remove"):
        document.model.remove(["unit1"])
    assert window.canvas.graph == "Unit"
    click(window.inspector.block.delete)
    assert (window.canvas.graph, dict(document.definitions)) == ("", {})


def test_a_block_node_shows_its_arguments_and_none_of_what_is_kept_for_it(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw_blocks(window)
    show_node(window, "unit1")
    form = window.inspector.nodes.form
    assert list(form.rows) == ["definition", "argument.channels", "repeat"]
    assert field(window, "argument.channels").text() == "6"
    retype(field(window, "argument.channels"), "16")
    assert known(document.model.node("unit1").layer).arguments == {"channels": 16}
    qtbot.waitUntil(lambda: window.inspector.nodes.readout.text("Shape") == "(N, 16, 4, 4)")
    retype(field(window, "argument.channels"), "depth")
    assert "unknown name 'depth'" in error(window, "argument.channels")
    retype(field(window, "repeat"), "2")
    assert known(document.model.node("unit1").layer).repeat == 2
    key(field(window, "argument.channels"), Qt.Key.Key_Escape)


def test_another_definition_keeps_the_arguments_it_has_too(window: EditorWindow) -> None:
    document = draw_blocks(window)
    with document.edit("Draw"):
        other = document.add_block("Other", {"channels": 3, "stride": 1})
        other.add("Input", name="x")
        document.model.set("unit1", arguments={"channels": 9})
    show_node(window, "unit1")
    choose(choice(window, "definition"), "Other")
    layer = document.model.node("unit1").layer
    assert (known(layer).definition, known(layer).arguments, known(layer).results) == ("Other", {"channels": 9}, ())
    assert list(window.inspector.nodes.form.rows)[1:3] == ["argument.channels", "argument.stride"]
    assert "x" not in document.model.inputs("flatten")


def test_a_scan_says_what_each_input_gets(window: EditorWindow) -> None:
    document = draw_blocks(window)
    with document.edit("Draw"):
        cell = document.add_block("Cell")
        for place, name in enumerate(("x", "h")):
            cell.add("Input", {"shape": [4]}, name=name, at=(0, 100 * place))
        cell.add("Add", name="sum", at=(200, 0))
        cell.connect("x", "sum")
        cell.connect("h", "sum")
        cell.add("Output", name="next", at=(400, 0))
        cell.connect("sum", "next")
        document.model.add("Scan", {"definition": "Cell"}, name="scan", at=(0, 400))
    show_node(window, "scan")
    assert choice(window, "input.h").currentText() == SEQUENCE
    choose(choice(window, "input.h"), f"{CARRIED}next")
    assert known(document.model.node("scan").layer).carry == {"h": "next"}
    assert document.model.node("scan").layer.output_names() == ("next", "last_next")
    choose(choice(window, "input.x"), CONSTANT)
    assert known(document.model.node("scan").layer).constant == ("x",)
    choose(choice(window, "input.x"), SEQUENCE)
    retype(field(window, "steps"), "12")
    click(tick(window, "reverse"), QPoint(8, tick(window, "reverse").height() // 2))
    layer = document.model.node("scan").layer
    assert (known(layer).carry, known(layer).constant, known(layer).steps, known(layer).reverse) == (
        {"h": "next"},
        (),
        12,
        True,
    )


def test_fields_take_expressions_inside_a_block_and_show_them_as_written(window: EditorWindow) -> None:
    document = draw_blocks(window)
    show_node(window, "flatten", "fc1")
    window.canvas.open("unit1")
    show_node(window, "conv1")
    assert field(window, "out_channels").text() == "channels"
    retype(field(window, "out_channels"), "channels * 4")
    node = document.graphs["Unit"].node("conv1")
    assert (node.expressions["out_channels"], known(node.layer).out_channels) == ("channels * 4", 24)
    assert field(window, "out_channels").text() == "channels * 4"
    retype(field(window, "out_channels"), "chanels")
    assert "unknown name 'chanels'; known names: channels" in error(window, "out_channels")
    retype(field(window, "out_channels"), "8")
    assert document.graphs["Unit"].node("conv1").expressions == {}
    window.canvas.leave()
    show_node(window, "fc1")
    retype(field(window, "out_features"), "channels * 4")
    assert "must be an integer" in error(window, "out_features")


def test_every_value_of_every_field_is_read_back_as_it_is_written() -> None:
    samples = {
        "floats": (0.5, -1.0),
        "shape": (3, "T", "H // 2"),
        "sizes": (0, 2, -1),
        "mapping": {"a": 4, "b": "n * 2"},
        "size": (3, 5),
        "int": 7,
        "float": 0.25,
    }
    for cls in catalog().values():
        for name, made in fields_of(cls).items():
            if made.hidden or made.kind not in samples or name in ("carry", "constant"):
                continue
            for value in (made.default, samples[made.kind]):
                assert parsed(made, written(value)) == value, (cls.__name__, name)


def test_lists_of_numbers_are_edited_in_the_form(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "objective")
    retype(field(window, "weight"), "1, 2.5")
    assert known(document.model.node("objective").layer).weight == (1.0, 2.5)
    show_node(window, "image")
    retype(field(window, "shape"), "1, H, 8")
    assert known(document.model.node("image").layer).shape == (1, "H", 8)


def test_weights_are_frozen_by_key_and_checkbox(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    key(window.canvas, Qt.Key.Key_K)
    assert document.model.node("conv1").frozen
    box = window.inspector.nodes.weights.rows["frozen"].editor
    assert as_a(BoolEditor, box).isChecked()
    click(box, QPoint(8, box.height() // 2))
    assert not document.model.node("conv1").frozen
    retype(field(window, "padding"), "k")
    assert not document.model.node("conv1").frozen
    show_node(window, "relu1")
    assert not window.inspector.nodes.weights.rows
    key(window.canvas, Qt.Key.Key_K)
    assert window.status.currentMessage() == "Nothing to freeze: no selected node has weights."


def test_weights_are_shared_with_an_equal_layer(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Draw"):
        document.model.add("Linear", {"out_features": 10}, name="twin", at=(880, -200))
        document.model.connect("flatten", "twin")
    show_node(window, "twin")
    chooser = window.inspector.nodes.weights.rows["shares"].editor
    assert [as_a(ChoiceEditor, chooser).itemText(index) for index in range(as_a(ChoiceEditor, chooser).count())] == [
        "none",
        "fc1",
    ]
    choose(known(chooser), "fc1")
    assert document.model.node("twin").shares == "fc1"
    assert window.canvas.drawing.nodes["twin"].box.body.marks == ("link",)
    choose(known(window.inspector.nodes.weights.rows["shares"].editor), "none")
    assert document.model.node("twin").shares == ""


def test_problems_of_blocks_are_listed_lead_there_and_are_fixed_there(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw_blocks(window)
    with document.edit("Draw"):
        inside = document.graphs["Unit"]
        inside.add("BatchNorm2d", name="norm", at=(400, 0))
        inside.connect("conv1", "norm")
        inside.connect("norm", "relu1")
    tree = window.problems.tree
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 1)
    assert there(tree.topLevelItem(0)).text(0).startswith("Unit: ")
    assert window.status.problems.text() == "1 hint"
    tree.itemClicked.emit(tree.topLevelItem(0), 0)
    assert window.canvas.graph == "Unit"
    (named,) = window.canvas.selected()
    assert window.canvas.drawing.nodes[named].box.body.severity == "advice"
    window.canvas.leave()
    click(there(tree.findChild(QPushButton, "fix")))
    assert known(document.graphs["Unit"].node("conv1").layer).bias is False
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 0)
    window.canvas.open("unit1")
    assert window.canvas.drawing.nodes[named].box.body.severity == ""


def test_a_line_of_code_leads_into_the_block(window: EditorWindow) -> None:
    draw_blocks(window)
    window.commands.guide.go_to("Unit/conv1")
    assert (window.canvas.graph, window.canvas.selected()) == ("Unit", ["conv1"])
    window.commands.guide.go_to("fc1")
    assert (window.canvas.graph, window.canvas.selected()) == ("", ["fc1"])
    window.commands.guide.go_to("Gone/conv1")
    assert window.canvas.selected() == ["fc1"]


def test_blocks_travel_to_another_document_through_the_clipboard(window: EditorWindow) -> None:
    draw_blocks(window)
    window.canvas.select(["unit1"])
    key(window.canvas, Qt.Key.Key_C, CONTROL)
    window.actions_made["new"].trigger()
    document = window.workspace.document
    assert not document.definitions
    key(window.canvas, Qt.Key.Key_V, CONTROL)
    assert known(document.model.node("unit1").layer).definition == "Unit"
    assert document.graphs["Unit"].node("conv1").expressions == {"out_channels": "channels"}
    assert "Block:Unit" in window.palette_panel.shown()


def test_the_layout_key_works_on_the_canvas_and_not_in_a_field(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Heap"):
        document.model.move(dict.fromkeys(document.model.nodes, (0.0, 0.0)))
    show_node(window, "conv1")
    retype(field(window, "padding"), "l")
    assert document.history[-1] == "Heap"
    window.canvas.select([])
    window.canvas.setFocus()
    key(window.canvas, Qt.Key.Key_L)
    assert document.history[-1] == "Lay out"


@pytest.mark.parametrize("example", ["resnet50", "drawn_lstm"])
def test_an_example_opens_with_its_blocks_and_every_one_can_be_entered(window: EditorWindow, example: str) -> None:
    from gui.commands.files import examples_dir

    window.files.load(examples_dir() / f"{example}.loom", as_copy=True)
    document = window.workspace.document
    for name in document.definitions:
        window.canvas.go_to_graph(name)
        assert crumbs(window)[-1] == name
        assert window.analysis.summary_of(name).layers
    assert {f"Block:{name}" for name in document.definitions} <= set(window.palette_panel.shown())


def test_what_is_typed_on_the_page_of_a_block_is_taken_when_a_node_is_selected(window: EditorWindow) -> None:
    document = draw_blocks(window)
    window.canvas.open("unit1")
    name = next(row for row in window.inspector.block.findChildren(QLineEdit) if row.text() == "channels")
    name.setFocus()
    QTest.keyClicks(name, "_out")
    window.canvas.select(["conv1"])
    assert window.inspector.nodes.isVisible()
    assert document.definitions["Unit"].parameters == {"channels_out": 6}


def test_a_weight_is_tied_to_one_of_its_shape(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Draw"):
        document.model.add("Input", {"shape": ["T"], "dtype": "int64"}, name="words", at=(0, 600))
        document.model.add("Embedding", {"num_embeddings": 10, "embedding_dim": 7}, name="table", at=(200, 600))
        document.model.add("Linear", {"out_features": 10}, name="head", at=(400, 600))
        document.model.connect("words", "table")
        document.model.connect("table", "head")
    show_node(window, "head")
    chooser = window.inspector.nodes.weights.rows["tie weight"].editor
    assert [as_a(ChoiceEditor, chooser).itemText(index) for index in range(as_a(ChoiceEditor, chooser).count())] == [
        "none",
        "table.weight",
    ]
    choose(known(chooser), "table.weight")
    assert document.model.node("head").ties == {"weight": "table.weight"}
    assert window.canvas.drawing.nodes["head"].box.body.marks == ("link",)
    assert (
        "tie weight" not in window.inspector.nodes.weights.rows
        or as_a(ChoiceEditor, chooser).currentText() == "table.weight"
    )
    document.undo()
    assert document.model.node("head").ties == {}
    document.redo()
    choose(known(window.inspector.nodes.weights.rows["tie weight"].editor), "none")
    assert document.model.node("head").ties == {}
