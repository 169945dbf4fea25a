"""The inspector: a form from the layer's fields, edits that merge, refusals that stay in sight."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from graph.catalog import catalog
from graph.fields import fields_of
from graph.recipe.optimizers import SGD
from graph.recipe.schedules import Constant, Step
from graph.recipe.sources import Digits, TableFile
from gui.inspector.fields.row import EDITOR_WIDTH, Row
from gui.inspector.fields.values import stepped
from gui.inspector.weights import TIED
from tests.support.editor_window import EditorWindow, choice, click, draw, error, field, key, retype, show_node, tick
from tests.support.typed import known, there


@pytest.mark.slow
def test_every_layer_gets_a_form_with_all_its_parameters(window: EditorWindow) -> None:
    document = window.workspace.document
    for kind, cls in catalog().items():
        if cls.role == "block":
            continue
        with document.edit("Add"):
            name = document.model.add(kind)
        show_node(window, name)
        form = window.inspector.nodes.form
        assert sorted(form.rows) == sorted(fields_of(cls))
        for field_name, row in form.rows.items():
            assert row.editor.accessibleName() == field_name
            assert legible(row)
            assert row.editor.statusTip().startswith(fields_of(cls)[field_name].description)


def legible(row: Row) -> bool:
    """Whether there is room for all of a row's label."""
    return row.label.fontMetrics().horizontalAdvance(row.label.text()) <= row.label.width()


def test_labels_are_not_cut(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(augmentation="noise", schedule="WarmupCosine")
        document.model.add("Embedding", {"num_embeddings": 10, "embedding_dim": 84}, name="words", at=(0, 300))
    rows = [row for row in window.inspector.findChildren(Row) if row.isVisible()]
    assert "augmentation_strength" in {row.label.text() for row in rows}
    show_node(window, "fc1")
    rows += [row for row in window.inspector.findChildren(Row) if row.isVisible()]
    rows.append(Row(TIED._replace(name="in_proj_weight tied to"), window))
    rows.append(Row(TIED._replace(name="encoder.0.weight tied to"), window))
    assert [row.label.text() for row in rows if not legible(row)] == []
    window.resize(900, 600)
    inspector = window.docks["Inspector"]
    window.resizeDocks([inspector], [260], Qt.Orientation.Horizontal)
    assert min(row.editor.width() for row in rows if row.isVisible()) >= EDITOR_WIDTH


def test_in_a_small_window_a_page_fits_its_width_and_nothing_in_it_is_cut(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    window.resize(900, 600)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "abc")
    page = window.inspector.nodes
    room = page.parentWidget()
    lines = [label for label in page.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
    assert any("out_channels must" in line.text() for line in lines)
    qtbot.waitUntil(lambda: all(line.height() >= line.heightForWidth(line.width()) for line in lines))
    assert (window.width(), page.width()) == (900, there(room).width())
    for part in page.findChildren(QWidget):
        if part.isVisible():
            assert part.mapTo(page, QPoint(part.width(), 0)).x() <= there(room).width(), part.accessibleName()


def test_typing_a_value_changes_the_document_and_the_live_shape(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "12")
    assert known(document.model.node("conv1").layer).out_channels == 12
    qtbot.waitUntil(lambda: window.inspector.nodes.readout.text("Shape") == "(N, 12, 4, 4)")
    assert window.inspector.nodes.readout.text("Parameters") == "312"


def test_typing_two_digits_is_one_undo_step(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "128")
    assert document.history[-1] == "Set out_channels of conv1"
    document.undo()
    assert known(document.model.node("conv1").layer).out_channels == 6
    assert document.history == ["Draw"]


def test_a_value_out_of_range_is_refused_in_words_and_stays_typed(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    assert error(window, "out_channels") == "Conv2d 'conv1': out_channels must be an integer >= 1, got 0."
    assert field(window, "out_channels").text() == "0"
    assert field(window, "out_channels").property("invalid")
    assert known(document.model.node("conv1").layer).out_channels == 6


def test_what_is_no_number_is_refused_in_words(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    retype(field(window, "stride"), "fast")
    assert error(window, "stride") == "Conv2d 'conv1': stride must be an integer >= 1 or 2 of them, got 'fast'."


def test_a_refusal_goes_when_the_value_is_mended(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    retype(field(window, "out_channels"), "3")
    assert error(window, "out_channels") == ""
    assert not field(window, "out_channels").property("invalid")


def test_escape_puts_the_value_back_and_returns_to_the_canvas(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    key(field(window, "out_channels"), Qt.Key.Key_Escape)
    assert field(window, "out_channels").text() == "6"
    assert error(window, "out_channels") == ""
    assert window.canvas.hasFocus()
    assert document.history == ["Draw"]


def test_escape_returns_to_the_value_before_the_field_was_entered(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "8")
    click(field(window, "stride"))
    retype(field(window, "out_channels"), "12")
    assert known(document.model.node("conv1").layer).out_channels == 12
    key(field(window, "out_channels"), Qt.Key.Key_Escape)
    assert field(window, "out_channels").text() == "8"
    assert known(document.model.node("conv1").layer).out_channels == 8
    assert document.history == ["Draw", "Set out_channels of conv1"]


def test_a_refused_value_leaves_no_half_of_it_in_the_drawing(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "1e3")
    assert known(document.model.node("conv1").layer).out_channels == 6
    assert field(window, "out_channels").text() == "1e3"
    assert error(window, "out_channels")
    key(field(window, "out_channels"), Qt.Key.Key_Return)
    assert field(window, "out_channels").hasFocus()
    key(field(window, "out_channels"), Qt.Key.Key_Tab)
    assert field(window, "out_channels").text() == "6"
    assert error(window, "out_channels") == ""
    assert document.history == ["Draw"]


def test_a_command_leaves_the_field_that_is_typed_in(window: EditorWindow) -> None:
    document = draw(window)
    rows = window.inspector.model.training.rows
    retype(rows["learning_rate"].editor, "1000000")
    assert rows["learning_rate"].refused
    window.actions_made["frame_all"].trigger()
    assert known(rows["learning_rate"].editor).text() == "0.001" == str(document.training.optimizer.learning_rate)
    assert not rows["learning_rate"].refused
    assert document.history == ["Draw"]


def test_enter_returns_to_the_canvas_unless_the_value_is_refused(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    key(field(window, "out_channels"), Qt.Key.Key_Return)
    assert field(window, "out_channels").hasFocus()
    retype(field(window, "out_channels"), "9")
    key(field(window, "out_channels"), Qt.Key.Key_Return)
    assert window.canvas.hasFocus()


def test_a_refused_value_is_gone_when_another_node_was_shown(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    show_node(window, "fc1")
    show_node(window, "conv1")
    assert field(window, "out_channels").text() == "6"
    assert error(window, "out_channels") == ""


def test_sizes_are_typed_as_one_number_or_one_per_axis(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "kernel_size"), "3, 5")
    assert known(document.model.node("conv1").layer).kernel_size == (3, 5)
    retype(field(window, "padding"), "same")
    assert known(document.model.node("conv1").layer).padding == "same"


def test_shapes_take_named_sizes(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "image")
    retype(field(window, "shape"), "1, 16*h, 28")
    assert known(document.model.node("image").layer).shape == (1, "16*h", 28)


def test_arrows_step_numbers_and_stop_at_the_range(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    click(field(window, "groups"))
    key(field(window, "groups"), Qt.Key.Key_Up)
    assert known(document.model.node("conv1").layer).groups == 2
    for _ in range(4):
        key(field(window, "groups"), Qt.Key.Key_Down)
    assert known(document.model.node("conv1").layer).groups == 1


def test_arrows_stop_before_a_limit_that_is_excluded() -> None:
    momentum = fields_of(SGD)["momentum"]
    assert stepped(momentum, 0.9, 1) == 0.95
    assert stepped(momentum, 0.95, 1) == 0.95
    assert stepped(momentum, 0.05, -1) == 0.0
    assert stepped(momentum, math.inf, -1) == math.inf


def test_check_box_and_choice_edit_the_document(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    click(tick(window, "bias"), QPoint(8, tick(window, "bias").height() // 2))
    assert known(document.model.node("conv1").layer).bias is False
    choice(window, "padding_mode").setFocus()
    key(choice(window, "padding_mode"), Qt.Key.Key_Up)
    assert known(document.model.node("conv1").layer).padding_mode == "replicate"
    assert document.history[1:] == ["Set bias of conv1", "Set padding_mode of conv1"]


def test_undo_patches_the_field_that_has_the_focus(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "7")
    document.undo()
    assert field(window, "out_channels").text() == "6"
    assert field(window, "out_channels").hasFocus()


def test_another_change_leaves_a_field_being_typed_in_alone(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "0")
    with document.edit("Elsewhere"):
        document.model.set("conv1", bias=False)
    assert field(window, "out_channels").text() == "0"
    assert field(window, "out_channels").hasFocus()
    assert error(window, "out_channels")


def test_a_name_is_taken_when_it_is_entered_or_left_and_is_one_step(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    name = window.inspector.nodes.name_form.rows["name"].editor
    retype(name, "features")
    assert "conv1" in document.model.nodes
    key(name, Qt.Key.Key_Return)
    assert window.canvas.hasFocus()
    assert "features" in document.model.nodes
    assert window.canvas.selected() == ["features"]
    assert document.history == ["Draw", "Rename conv1"]
    assert known(name).text() == "features"
    retype(field(window, "out_channels"), "8")
    assert known(document.model.node("features").layer).out_channels == 8
    retype(name, "stem")
    click(field(window, "out_channels"))
    assert "stem" in document.model.nodes
    retype(name, "never")
    key(name, Qt.Key.Key_Escape)
    assert known(name).text() == "stem"
    assert "stem" in document.model.nodes


def test_an_unusable_name_is_refused_in_words(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    row = window.inspector.nodes.name_form.rows["name"]
    retype(row.editor, "fc1")
    key(row.editor, Qt.Key.Key_Return)
    assert row.editor.hasFocus()
    assert row.error.text() == "There is already a node 'fc1'; names are unique."
    assert known(row.editor).text() == "fc1"
    assert document.model.node("fc1").kind == "Linear"
    click(field(window, "out_channels"))
    assert known(row.editor).text() == "conv1"
    assert row.error.isHidden()


def test_several_nodes_of_a_kind_show_what_they_have_in_common(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Add"):
        document.model.add("Conv2d", {"out_channels": 9, "kernel_size": 5}, name="conv2")
    show_node(window, "conv1", "conv2")
    assert field(window, "kernel_size").text() == "5"
    assert field(window, "out_channels").text() == ""
    assert field(window, "out_channels").placeholderText() == "several values"
    retype(field(window, "out_channels"), "5")
    assert [known(document.model.node(name).layer).out_channels for name in ("conv1", "conv2")] == [5, 5]
    document.undo()
    assert [known(document.model.node(name).layer).out_channels for name in ("conv1", "conv2")] == [6, 9]


def test_nodes_of_different_kinds_say_how_many_they_are(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1", "fc1", "flatten")
    texts = [label.text() for label in window.inspector.nodes.findChildren(QLabel) if label.isVisible()]
    assert "3 nodes selected" in texts
    assert not window.inspector.nodes.form.rows


def test_deleting_the_node_shows_the_model(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    with document.edit("Delete"):
        document.model.remove(["conv1"])
    assert window.inspector.model.isVisible()


def test_the_model_page_edits_name_notes_and_training(window: EditorWindow) -> None:
    document = draw(window)
    page = window.inspector.model
    retype(page.name_form.rows["name"].editor, "LeNet")
    page.notes.setFocus()
    page.notes.insertPlainText("small")
    retype(page.training.rows["learning_rate"].editor, "0.01")
    assert (document.name, document.notes, document.training.optimizer.learning_rate) == ("LeNet", "small", 0.01)
    retype(page.training.rows["epochs"].editor, "0")
    assert page.training.rows["epochs"].error.text().startswith("Training: epochs must be an integer ")
    assert document.training.epochs == 10


def test_a_choice_has_the_fields_that_act_right_under_it(window: EditorWindow) -> None:
    document = draw(window)
    page = window.inspector.model.training
    page.unfold()
    assert not {"step_size", "l1", "max_norm", "ema_decay", "momentum"} & page.rows.keys()
    schedule = page.rows["schedule"].editor
    schedule.setFocus()
    key(schedule, Qt.Key.Key_Down)
    assert type(document.training.schedule) is Step
    there(page.layout()).activate()
    order = sorted(page.rows, key=lambda name: page.rows[name].mapTo(page, QPoint()).y())
    at = order.index("schedule")
    assert order[at : at + 4] == ["schedule", "step_size", "gamma", "accumulation"]
    assert order[order.index("optimizer") + 1] == "learning_rate"
    retype(page.rows["step_size"].editor, "3")
    assert document.training.schedule == Step(step_size=3)
    key(schedule, Qt.Key.Key_Up)
    assert type(document.training.schedule) is Constant
    assert "step_size" not in page.rows


def test_the_problem_of_a_node_stands_beside_its_parameters(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    show_node(window, "conv1")
    retype(field(window, "kernel_size"), "9")
    qtbot.waitUntil(lambda: window.inspector.nodes.problem.isVisible())
    assert "larger than its padded input of 8x8" in window.inspector.nodes.problem.text()
    assert window.inspector.nodes.readout.text("Shape") == "not known yet"


def test_advice_stands_there_too_in_its_own_colour(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Remove"):
        document.model.remove(["relu1"], heal=True)
    show_node(window, "fc1")
    problem = window.inspector.nodes.problem
    qtbot.waitUntil(lambda: "nonlinear" in problem.text())
    assert problem.palette().windowText().color() == window.themes.theme.advice


def test_a_selection_made_by_a_command_takes_no_typing_into_the_node(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    click(field(window, "out_channels"))
    window.canvas.select([])
    rate = window.inspector.model.training.rows["learning_rate"].editor
    click(rate)
    window.canvas.select(["conv1"])
    assert not window.inspector.isAncestorOf(QApplication.focusWidget() or window)
    before = document.model.node("conv1")
    QTest.keyClicks(QApplication.focusWidget() or window, "5")
    assert document.model.node("conv1") == before


def test_data_is_a_text_with_the_options_of_what_it_names_below(window: EditorWindow) -> None:
    document = window.workspace.document
    page = window.inspector.model.training
    assert known(page.rows["data"].editor).text() == "digits"
    retype(page.rows["data"].editor, "houses.csv")
    key(page.rows["data"].editor, Qt.Key.Key_Return)
    assert document.training.data == TableFile(path="houses.csv")
    assert {"target", "missing", "standardize"} < page.rows.keys()
    assert "path" not in page.rows, "the text says it"
    retype(page.rows["ignore"].editor, "id, name")
    key(page.rows["ignore"].editor, Qt.Key.Key_Return)
    assert document.training.data == TableFile(path="houses.csv", ignore=("id", "name"))
    retype(page.rows["data"].editor, "homes.tsv")
    key(page.rows["data"].editor, Qt.Key.Key_Return)
    assert document.training.data == TableFile(path="homes.tsv", ignore=("id", "name")), "half a name costs no options"
    retype(page.rows["data"].editor, "digits")
    key(page.rows["data"].editor, Qt.Key.Key_Return)
    assert document.training.data == Digits()
    assert "ignore" not in page.rows
    window.workspace.document.undo()
    assert known(page.rows["ignore"].editor).text() == "id, name"
