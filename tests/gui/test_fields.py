"""The rows of the inspector's forms: typed into, dragged, linked, reset, folded away, and told about."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDesktopServices, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from graph.catalog import catalog
from graph.fields import RARE, fields_of
from graph.recipe.flat import all_names
from graph.storage.loom import dumps, loads
from gui.inspector.fields.pictures import picture
from tests.support.editor_window import EditorWindow, choice, click, draw, error, field, key, retype, show_node
from tests.support.mouse import hover
from tests.support.typed import known, there

pytestmark = pytest.mark.slow

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def row(window: EditorWindow, name: str) -> Any:
    field(window, name)
    return window.inspector.nodes.form.rows[name]


def drag(label: QWidget, way: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a label, move the pointer sideways by small movements, and let go."""
    start = QPointF(label.rect().center())
    left = Qt.MouseButton.LeftButton

    def send(kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, at, label.mapToGlobal(at), left, buttons, modifier)
        QApplication.sendEvent(label, event)

    send(QEvent.Type.MouseButtonPress, start, left)
    for share in range(1, 11):
        send(QEvent.Type.MouseMove, start + QPointF(way * share / 10, 0), left)
    send(QEvent.Type.MouseButtonRelease, start + QPointF(way, 0), Qt.MouseButton.NoButton)


def test_a_click_selects_all_so_that_what_is_typed_takes_its_place(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    click(field(window, "out_channels"))
    QTest.keyClicks(field(window, "out_channels"), "8")
    assert known(document.model.node("conv1").layer).out_channels == 8
    click(field(window, "out_channels"))
    key(field(window, "out_channels"), Qt.Key.Key_End)
    QTest.keyClicks(field(window, "out_channels"), "0")
    assert known(document.model.node("conv1").layer).out_channels == 80, "a second click sets the cursor"


def test_ctrl_z_in_a_field_takes_back_what_was_typed_there_and_nothing_else(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    editor = field(window, "out_channels")
    click(editor)
    QTest.keyClicks(editor, "12")
    key(editor, Qt.Key.Key_Up)
    assert known(document.model.node("conv1").layer).out_channels == 13
    key(editor, Qt.Key.Key_Z, CTRL)
    assert known(document.model.node("conv1").layer).out_channels == 12
    for _ in range(9):
        key(editor, Qt.Key.Key_Z, CTRL)
    assert (editor.text(), known(document.model.node("conv1").layer).out_channels) == ("6", 6)
    assert document.history == ["Draw"]


def test_a_drag_on_the_label_changes_the_number_as_one_step(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    label = row(window, "out_channels").label
    drag(label, 40)
    assert known(document.model.node("conv1").layer).out_channels == 16
    drag(label, 40, CTRL)
    assert known(document.model.node("conv1").layer).out_channels == 116
    drag(label, -32, SHIFT)
    assert known(document.model.node("conv1").layer).out_channels == 114
    assert document.history[1:] == ["Set out_channels of conv1"] * 3
    drag(label, -4000)
    assert known(document.model.node("conv1").layer).out_channels == 1, "the range ends it"
    key(field(window, "out_channels"), Qt.Key.Key_Escape)
    assert known(document.model.node("conv1").layer).out_channels == 114
    for _ in range(3):
        document.undo()
    assert known(document.model.node("conv1").layer).out_channels == 6


def test_a_drag_steps_floats_by_their_decade_finely_by_a_tenth_and_every_axis_of_a_pair(window: EditorWindow) -> None:
    document = draw(window)
    rows = window.inspector.model.training.rows
    drag(rows["learning_rate"].label, 12)
    assert document.training.optimizer.learning_rate == 0.004
    drag(rows["learning_rate"].label, 12, SHIFT)
    assert document.training.optimizer.learning_rate == 0.0043
    show_node(window, "conv1")
    retype(field(window, "kernel_size"), "3x5")
    drag(row(window, "kernel_size").label, 12)
    assert known(document.model.node("conv1").layer).kernel_size == (6, 8)


def test_sizes_are_typed_as_a_node_shows_them(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    for text in ("3x5", "3 x 5", "3, 5", "(3, 5)", "3×5"):
        retype(field(window, "kernel_size"), text)
        assert known(document.model.node("conv1").layer).kernel_size == (3, 5), text
    show_node(window, "image")
    retype(field(window, "shape"), "3x28xW")
    assert "3x28xW" in error(window, "shape")
    retype(field(window, "shape"), "3x28x28")
    assert known(document.model.node("image").layer).shape == (3, 28, 28)


def test_the_chain_makes_one_number_of_a_pair_and_a_pair_of_one(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    chain = row(window, "kernel_size").chain
    assert chain.isChecked()
    click(chain)
    assert (known(document.model.node("conv1").layer).kernel_size, field(window, "kernel_size").text()) == (
        (5, 5),
        "5, 5",
    )
    retype(field(window, "kernel_size"), "3, 5")
    assert not chain.isChecked()
    click(chain)
    assert (known(document.model.node("conv1").layer).kernel_size, chain.isChecked()) == (3, True)
    retype(field(window, "padding"), "same")
    assert not row(window, "padding").chain.isEnabled()
    assert row(window, "out_channels").chain is None


def test_a_dot_shows_what_is_not_at_its_default_and_gives_it_back(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    assert row(window, "stride").dot.isHidden()
    retype(field(window, "stride"), "2")
    assert row(window, "stride").dot.isVisible()
    click(row(window, "stride").dot)
    assert (known(document.model.node("conv1").layer).stride, field(window, "stride").text()) == (1, "1")
    assert row(window, "stride").dot.isHidden()
    document.undo()
    assert known(document.model.node("conv1").layer).stride == 2


def test_the_menu_of_a_field_resets_it_also_where_what_is_typed_is_refused(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    retype(field(window, "out_channels"), "x")
    row(window, "out_channels").ask_menu(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[-1].trigger()
    menu.close()
    assert known(document.model.node("conv1").layer).out_channels == 32 == int(field(window, "out_channels").text())
    assert error(window, "out_channels") == ""
    rows = window.inspector.model.training.rows
    window.canvas.select([])
    retype(rows["epochs"].editor, "3")
    click(rows["epochs"].dot)
    assert document.training.epochs == 10


def test_what_few_change_is_folded_away_until_it_is_asked_for_or_not_at_its_default(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    form = window.inspector.nodes.form
    assert form.rows["dilation"].isHidden()
    assert form.rows["stride"].isVisible()
    with document.edit("Set"):
        document.model.set("conv1", dilation=2)
    assert form.rows["dilation"].isVisible()
    assert form.rows["groups"].isHidden()
    click(there(form.more))
    assert form.rows["groups"].isVisible()
    show_node(window, "fc1")
    assert window.inspector.nodes.form.rows["weight_init"].isVisible(), "what was unfolded stays so"
    window.canvas.select([])
    training = window.inspector.model.training
    assert training.rows["accumulation"].isHidden()
    click(training.more)
    assert training.rows["accumulation"].isVisible()


def test_only_forms_that_are_shown_unfold(window: EditorWindow) -> None:
    document = draw(window)
    for name in ("conv1", "fc1", "objective", "image"):
        show_node(window, name)
    with document.edit("Choose"):
        document.set_training(optimizer="Muon", schedule="OneCycle")
    with document.edit("Choose"):
        document.set_training(optimizer="SGD", schedule="Constant")
    window.inspector.nodes.unfold()  # the forms that the others had are not deleted yet
    window.canvas.select([])
    training = window.inspector.model.training
    training.unfold()
    assert training.rows["nesterov"].isVisible()
    with document.edit("Choose"):
        document.set_training(optimizer="Muon")
    assert training.rows["weight_decay"].isVisible()


def test_rare_names_are_names_of_fields() -> None:
    known = {name for cls in catalog().values() for name in fields_of(cls)} | set(all_names())
    assert known >= RARE


def test_tab_goes_from_top_to_bottom(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "relu1")
    show_node(window, "conv1")
    window.inspector.nodes.unfold()
    editor = window.inspector.nodes.name_form.rows["name"].editor
    click(editor)
    seen = [editor]
    while window.inspector.nodes.isAncestorOf(there(QApplication.focusWidget())) and len(seen) < 30:
        key(there(QApplication.focusWidget()), Qt.Key.Key_Tab)
        seen.append(known(there(QApplication.focusWidget())))
        if seen[-1] is window.inspector.nodes.weights.rows["frozen"].editor:
            break
    page = window.inspector.nodes
    heights = [widget.mapTo(page, QPoint()).y() for widget in seen]
    assert heights == sorted(heights)
    wanted = [page.name_form.rows["name"], *page.form.rows.values(), page.weights.rows["frozen"]]
    assert [widget for widget in seen if widget is not page.form.more] == [row.editor for row in wanted]


def test_the_wheel_changes_no_field(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    before = dumps(document)
    for editor in (choice(window, "padding_mode"), field(window, "out_channels")):
        at = QPointF(editor.rect().center())
        event = QWheelEvent(
            at, editor.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(editor, event)
    assert dumps(document) == before


def test_help_stands_in_the_row_below_while_a_field_is_pointed_at_or_edited(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    show_node(window, "conv1")
    info = window.inspector.info
    click(field(window, "stride"))
    assert info.help.text().startswith("steps between two places of a filter")
    assert "integer >= 1" in info.help.text()
    hover(row(window, "kernel_size").label)
    qtbot.waitUntil(lambda: info.help.text().startswith("extent of each filter"))
    hover(window.canvas)
    qtbot.waitUntil(lambda: info.help.text().startswith("steps between"))


def test_what_a_change_makes_is_told_before_it_is_taken(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    show_node(window, "conv1")
    effect = window.inspector.info.effect
    click(field(window, "kernel_size"))
    QTest.keyClicks(field(window, "kernel_size"), "3")
    # 6 filters of 1x5x5, or 1x3x3, with a bias; 96, or 216, values reach the 10 units of fc1, with a bias each.
    qtbot.waitUntil(lambda: "156 → 60 parameters" in effect.text())
    assert "output (N, 6, 4, 4) → (N, 6, 6, 6)" in effect.text()
    assert "2,400 → 1,944 MACs" in effect.text()
    assert "1.008 kB → 1.104 kB" in effect.text()  # 156 and 96, or 60 and 216, values of 4 bytes
    assert "Model: 1,126 → 2,230 parameters" in effect.text()
    key(field(window, "kernel_size"), Qt.Key.Key_Return)
    assert effect.isHidden()


def test_several_nodes_of_several_kinds_are_set_by_what_they_have_in_common(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Add"):
        document.model.add("MaxPool2d", name="pool")
    show_node(window, "conv1", "pool")
    assert {"kernel_size", "padding", "dilation"} & set(window.inspector.nodes.form.rows) == {"kernel_size", "dilation"}
    assert field(window, "kernel_size").placeholderText() == "several values"
    retype(field(window, "kernel_size"), "3")
    assert [known(document.model.node(name).layer).kernel_size for name in ("conv1", "pool")] == [3, 3]
    document.undo()
    assert [known(document.model.node(name).layer).kernel_size for name in ("conv1", "pool")] == [5, 2]
    field(window, "kernel_size")
    window.inspector.nodes.form.reset("kernel_size")
    assert [known(document.model.node(name).layer).kernel_size for name in ("conv1", "pool")] == [3, 2], (
        "each its own default"
    )


def test_the_parameters_of_a_bypassed_node_are_seen_and_set_for_when_it_is_used_again(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Add"):
        document.model.add("Dropout", {"p": 0.3}, name="drop")
        document.model.bypass("drop")
    show_node(window, "drop")
    assert field(window, "p").text() == "0.3"
    retype(field(window, "p"), "2")
    assert "p must be" in error(window, "p")
    retype(field(window, "p"), "0.4")
    assert document.model.node("drop").kind == "Identity"
    text = dumps(document)
    assert dumps(loads(text)) == text
    with document.edit("Use"):
        document.model.use_again("drop")
    assert known(document.model.node("drop").layer).p == 0.4
    document.undo()
    document.undo()
    assert known(document.model.node("drop").bypassed).p == 0.3


def test_an_expression_stands_beside_what_it_amounts_to(window: EditorWindow) -> None:
    document = window.workspace.document
    with document.edit("Draw"):
        inside = document.add_block("Unit", {"channels": 6})
        inside.add("Input", {"shape": ["channels", 8, 8]}, name="x")
        inside.add("Conv2d", {"out_channels": 6}, name="conv")
        document.add_block("Outer", {"width": 5})
        document.graphs["Outer"].add("Block", {"definition": "Unit", "arguments": {"channels": "width * 2"}}, name="u")
        document.model.add("Block", {"definition": "Outer"}, name="outer")
    window.canvas.open("outer")
    show_node(window, "u")
    assert row(window, "argument.channels").live.text() == "= 10"
    click(row(window, "argument.channels").dot)
    assert known(document.graphs["Outer"].node("u").layer).arguments == {}
    window.canvas.open("u")
    show_node(window, "conv")
    assert row(window, "out_channels").live.isHidden()
    retype(field(window, "out_channels"), "channels * 4")
    assert row(window, "out_channels").live.text() == "= 24"
    show_node(window, "x")
    assert row(window, "shape").live.text() == "= 6, 8, 8"
    with document.edit("Set"):
        document.set_block("Unit", {"channels": 7})
    assert row(window, "shape").live.text() == "= 7, 8, 8"


def test_initial_weights_are_chosen_by_pictures_that_differ_and_wear_the_theme(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1")
    chooser = choice(window, "weight_init")
    ink = chooser.palette().text().color()
    images = [picture(chooser.itemText(index), ink).toImage() for index in range(chooser.count())]
    assert all(one != other for index, one in enumerate(images) for other in images[:index])
    assert choice(window, "padding_mode").itemIcon(0).isNull()
    before = chooser.itemIcon(1).pixmap(30, 14).toImage()
    window.themes.choose("dark" if window.themes.theme.name == "light" else "light")
    assert chooser.itemIcon(1).pixmap(30, 14).toImage() != before
    window.themes.choose("light")


def test_the_header_leads_to_pytorchs_page_on_what_the_layer_calls(
    window: EditorWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    draw(window)
    show_node(window, "conv1")
    click(window.inspector.nodes._header.link)
    assert opened == ["https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"]
    show_node(window, "image")
    assert window.inspector.nodes._header.link.isHidden()
