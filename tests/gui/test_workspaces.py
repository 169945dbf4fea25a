"""The row of workspaces: what each of them shows, what its keys do, and what is remembered of it."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar, QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from gui import preferences
from gui.shell.docks import in_view
from gui.theme.colors import SEPARATOR
from tests.support.editor_window import EditorWindow, click, draw, key, open_window, show_node
from tests.support.typed import known, there

CTRL = Qt.KeyboardModifier.ControlModifier
NAMES = ("Draw", "Data", "Train", "Runs")
KEYS = dict(zip(NAMES, (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), strict=True))
AROUND = {
    "Draw": ["Layers", "Inspector", "Problems"],
    "Data": [],
    "Train": ["Inspector", "Problems"],
    "Runs": [],
}


def buttons(window: EditorWindow) -> dict[str, QToolButton]:
    row = window.findChild(QToolBar, "workspaces")
    return {button.text(): button for button in there(row).findChildren(QToolButton, "workspace")}


def middle(window: EditorWindow) -> dict[str, object]:
    return {"Data": window.data, "Train": window.training, "Runs": window.runs}


def expect(window: EditorWindow, qtbot: QtBot, name: str) -> None:
    """The workspace in front shows what it is for, and no other."""
    window.docks.collapse(False)
    shown = {page for page, widget in middle(window).items() if in_view(known(widget))}
    assert shown == {name} - {"Draw"}
    assert in_view(window.canvas.viewport()) == (name in ("Draw", "Train"))
    qtbot.waitUntil(
        lambda: [dock for dock in window.docks.by_name if in_view(window.docks[dock].widget())] == AROUND[name]
    )
    assert [text for text, button in buttons(window).items() if button.isChecked()] == [name]


def test_each_workspace_is_reached_by_its_button_and_by_its_key(window: EditorWindow, qtbot: QtBot) -> None:
    expect(window, qtbot, "Draw")
    for name in (*NAMES[1:], NAMES[0], "Runs", "Train"):
        click(buttons(window)[name])
        expect(window, qtbot, name)
    for name in (*NAMES, "Data", "Runs", "Draw"):
        key(there(QApplication.focusWidget()), KEYS[name], CTRL)
        expect(window, qtbot, name)


def test_the_row_is_reached_by_tab_and_named_for_a_screen_reader(window: EditorWindow) -> None:
    for name, button in buttons(window).items():
        assert button.accessibleName() == f"{name} workspace"
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    runs = buttons(window)["Runs"]
    runs.setFocus(Qt.FocusReason.TabFocusReason)
    key(runs, Qt.Key.Key_Space)
    assert window.workspaces.name == "Runs"


def test_the_row_stands_in_line_with_the_toolbar_and_stays_when_that_is_hidden(window: EditorWindow) -> None:
    row, toolbar = window.findChild(QToolBar, "workspaces"), window.findChild(QToolBar, "toolbar")
    assert there(row).y() == known(toolbar).y()
    assert there(row).height() == known(toolbar).height()
    there(toolbar).hide()
    assert all(in_view(button) for button in buttons(window).values())


@pytest.mark.parametrize("name", ["Data", "Runs"])
def test_no_key_of_the_canvas_does_anything_where_there_is_no_canvas(
    window: EditorWindow, qtbot: QtBot, name: str
) -> None:
    document = draw(window)
    show_node(window, "conv1")
    window.workspaces.bring_up(name)
    nodes, steps, page = list(document.model.nodes), list(document.history), window.workspaces.currentWidget()
    plain = (Qt.Key.Key_Delete, Qt.Key.Key_K, Qt.Key.Key_M, Qt.Key.Key_L, Qt.Key.Key_F2, Qt.Key.Key_Tab)
    for which in plain:
        key(there(page), which)
    there(page).setFocus()
    for which in (Qt.Key.Key_X, Qt.Key.Key_D, Qt.Key.Key_V, Qt.Key.Key_G, Qt.Key.Key_F, Qt.Key.Key_J):
        key(there(page), which, CTRL)
    key(there(page), Qt.Key.Key_Z, CTRL)
    assert window.status.currentMessage() == (
        "'Draw' is a step on the drawing: undo it where it is seen, in Draw (Ctrl+1)."
    )
    assert (list(document.model.nodes), document.history) == (nodes, steps)
    assert window.workspaces.name == name
    with document.edit("Set epochs of training"):
        document.set_training(epochs=3)
    key(there(page), Qt.Key.Key_Z, CTRL)
    assert document.training.epochs == 10
    window.workspaces.bring_up("Draw")
    assert window.actions_made["delete"].isEnabled()
    key(window.canvas, Qt.Key.Key_Z, CTRL)
    assert not document.model.nodes


def test_a_panel_without_a_place_here_is_shown_where_it_has_one(window: EditorWindow, qtbot: QtBot) -> None:
    document = draw(window)
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    window.workspaces.bring_up("Runs")
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: in_view(window.problems))
    assert window.workspaces.name == "Draw"


def test_what_the_user_hid_stays_hidden_and_the_bottom_opens_by_its_tabs_after_a_visit_elsewhere(
    window: EditorWindow, qtbot: QtBot
) -> None:
    window.docks["Layers"].hide()
    window.docks["Code"].raise_()
    for name in ("Runs", "Draw"):
        window.workspaces.bring_up(name)
    assert window.docks["Layers"].isHidden()
    assert not window.docks["Inspector"].isHidden()
    assert window.docks.collapsed
    bar = next(bar for bar in window.findChildren(QTabBar) if bar.parent() is window and bar.isVisible())
    qtbot.waitUntil(lambda: in_view(bar))
    code = next(index for index in range(bar.count()) if bar.tabText(index) == "Code")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(code).center())
    qtbot.waitUntil(lambda: in_view(window.code) and window.code.height() >= 150)


@pytest.mark.slow
def test_the_workspace_and_the_docks_put_aside_come_back_with_the_next_window(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.resize(1100, 760)
    window.docks["Code"].raise_()
    window.docks.collapse(False)
    qtbot.waitUntil(lambda: in_view(window.code) and window.code.height() >= 150)
    height = window.docks["Code"].height()
    window.workspaces.bring_up("Runs")
    window.close()
    other = open_window(qtbot, monkeypatch)
    assert other.workspaces.name == "Runs"
    assert in_view(other.runs)
    key(there(QApplication.focusWidget()), Qt.Key.Key_1, CTRL)
    other.docks.collapse(False)
    qtbot.waitUntil(lambda: in_view(other.code) and other.docks["Code"].height() == height)
    assert not other.docks["Layers"].isHidden()


def test_a_workspace_there_is_not_and_docks_there_were_leave_the_first_one(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.docks["Layers"].hide()
    window.close()
    kept = json.loads(preferences.file().read_text())
    kept["workspace"] = "Deploy"
    kept["docks"].append({**kept["docks"][-1], "name": "Training"})
    preferences.file().write_text(json.dumps(kept))
    other = open_window(qtbot, monkeypatch)
    assert other.workspaces.name == "Draw"
    assert other.docks["Layers"].isHidden()


def test_a_small_window_does_not_grow_from_one_workspace_to_the_other(window: EditorWindow) -> None:
    window.resize(1024, 700)
    for name in (*NAMES, *reversed(NAMES), "Runs", "Train", "Data", "Draw"):
        window.workspaces.bring_up(name)
        assert window.width() == 1024, name


def test_each_workspace_with_the_drawing_keeps_its_own_view_of_it(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    window.canvas.zoom_to(2.0)
    window.canvas.centerOn(880, 100)
    seen = window.canvas.visible().center()
    window.workspaces.bring_up("Train")
    assert window.canvas.visible().contains(window.canvas.drawing.bounds())
    window.workspaces.bring_up("Draw")
    assert window.canvas.zoom == 2.0
    assert (window.canvas.visible().center() - seen).manhattanLength() < 4


def test_going_to_and_fro_leaves_no_widget_behind(window: EditorWindow) -> None:
    def widgets() -> int:
        for number in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_3, Qt.Key.Key_1):
            key(window, number, CTRL)
        return len(QApplication.allWidgets())

    first = widgets()
    assert (widgets(), widgets()) == (first, first)


def test_a_line_is_seen_above_the_panels_at_the_bottom_open_or_collapsed(window: EditorWindow) -> None:
    border = window.themes.theme.border
    middle = window.canvas.mapTo(window, window.canvas.rect().center()).x()
    for collapsed in (True, False):
        window.docks.collapse(collapsed)
        QApplication.processEvents()
        image = window.grab().toImage()
        below = window.canvas.mapTo(window, window.canvas.rect().bottomLeft()).y() + 1
        scale = image.devicePixelRatio()
        rows = [image.pixelColor(round(middle * scale), round((below + row) * scale)) for row in range(SEPARATOR + 1)]
        assert rows.count(border) == 1


def test_no_two_buttons_of_other_meaning_are_called_the_same(window: EditorWindow) -> None:
    window.workspaces.bring_up("Train")
    shown = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    called = [each.accessibleName() or each.text().replace("&", "") for each in shown]
    assert called.count("Train workspace") == 1
    assert "Train" not in called
    words = [each.text() for each in shown]
    assert words.count("Train") == 1  # the workspace
    assert {"Start", "Start Training"} <= set(words)
    assert called.count("Start Training") == 2  # in the toolbar and beside the curves: they do the same
