"""Several drawings in the tabs of one window: what each has of its own, and how one goes from one to another."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps, load, save
from gui.commands.files import examples_dir
from tests.support.editor_window import EditorWindow, click, draw, editor, key, show_node
from tests.support.typed import as_a, known, there

pytestmark = pytest.mark.slow

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three drawings by name."""
    paths = [tmp_path / f"{name}.loom" for name in ("one", "two", "three")]
    for path in paths:
        document = Document(path.stem.title())
        with document.edit("Draw"):
            document.model.add("Input", {"shape": [4]}, name=f"input_{path.stem}")
        save(document, path)
    return paths


def names(window: EditorWindow) -> list[str]:
    return [window.tabs.tabText(index) for index in range(window.tabs.count())]


def press(window: EditorWindow, which: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    window.canvas.setFocus()
    key(window.canvas, which, modifiers)


def middle_of(window: EditorWindow, index: int) -> QPoint:
    return window.tabs.tabRect(index).center()


def test_an_untouched_drawing_gives_way_and_the_next_comes_beside_it(window: EditorWindow, files: list[Path]) -> None:
    window.opening.open_path(files[0])
    assert names(window) == ["one.loom"]
    assert not window.tabs.isVisible(), "one drawing needs no tabs"
    window.answers.path = str(files[1])
    press(window, Qt.Key.Key_O)
    assert names(window) == ["one.loom", "two.loom"]
    assert window.tabs.isVisible()
    assert (window.workspace.path, window.windowTitle()) == (files[1], "two.loom[*] - Layerloom")
    window.opening.open_path(files[0])
    assert names(window) == ["one.loom", "two.loom"], "what is open is shown and not opened twice"
    assert window.workspace.path == files[0]
    assert list(window.canvas.drawing.nodes) == ["input_one"]
    assert window.answers.asked == []


def test_keys_and_clicks_turn_to_other_tabs_and_a_drag_puts_them_in_order(
    window: EditorWindow, files: list[Path]
) -> None:
    for path in files:
        window.opening.open_path(path)
    assert window.workspace.path == files[2]
    press(window, Qt.Key.Key_Tab)
    assert window.workspace.path == files[0]
    press(window, Qt.Key.Key_Backtab, CTRL | SHIFT)
    assert window.workspace.path == files[2]
    click(window.tabs, middle_of(window, 1))
    assert window.workspace.path == files[1]
    start, end = middle_of(window, 1), middle_of(window, 0) + QPoint(8, 0)
    QTest.mousePress(window.tabs, Qt.MouseButton.LeftButton, pos=start)
    for at in (start - QPoint(20, 0), end):
        QTest.mouseMove(window.tabs, at)
    QTest.mouseRelease(window.tabs, Qt.MouseButton.LeftButton, pos=end)
    assert names(window) == ["two.loom", "one.loom", "three.loom"]
    assert [session.workspace.path for session in window.sessions.all] == [files[1], files[0], files[2]]
    assert window.workspace.path == files[1]
    press(window, Qt.Key.Key_Tab)
    assert window.workspace.path == files[0]


def test_each_tab_has_its_own_steps_selection_view_and_panels(window: EditorWindow, files: list[Path]) -> None:
    document = draw(window)
    window.canvas.zoom_to(1.5)
    show_node(window, "conv1")
    before = window.canvas.visible()
    window.opening.open_path(files[0])
    assert window.canvas.selected() == []
    assert not window.actions_made["undo"].isEnabled()
    assert not window.inspector.nodes.isVisible()
    assert window.status.parameters.text() == "0 parameters"
    assert names(window) == ["Untitled", "one.loom"]
    with window.workspace.document.edit("Add"):
        window.workspace.document.model.add("ReLU", name="only_here")
    assert window.tabs.accessibleTabName(1) == "one.loom, not saved"
    press(window, Qt.Key.Key_Z)
    assert "only_here" not in window.workspace.document.model.nodes
    assert document.history == ["Draw"], "an undo is of the drawing in front alone"
    press(window, Qt.Key.Key_Tab)
    assert window.workspace.document is document
    assert window.canvas.selected() == ["conv1"]
    assert (window.canvas.zoom, window.canvas.visible().topLeft()) == (1.5, before.topLeft())
    assert editor(window, "out_channels").isVisible()
    assert window.actions_made["undo"].text() == "&Undo Draw"
    assert window.status.parameters.text() != "0 parameters"
    assert window.status.zoom.text() == "150 %"


def test_what_is_half_typed_is_taken_when_another_tab_is_turned_to(window: EditorWindow, files: list[Path]) -> None:
    draw(window)
    window.opening.open_path(files[0])
    press(window, Qt.Key.Key_Tab)
    show_node(window, "conv1")
    field = editor(window, "out_channels")
    click(field)
    QTest.keyClicks(field, "17")
    click(window.tabs, middle_of(window, 1))
    assert window.workspace.path == files[0]
    assert known(window.sessions.all[0].workspace.document.model.node("conv1").layer).out_channels == 17
    assert not window.workspace.document.history


def test_nodes_are_copied_from_tab_to_tab(window: EditorWindow, files: list[Path]) -> None:
    draw(window)
    show_node(window, "conv1", "relu1")
    press(window, Qt.Key.Key_C)
    window.opening.open_path(files[0])
    press(window, Qt.Key.Key_V)
    assert set(window.workspace.document.model.nodes) == {"input_one", "conv1", "relu1"}
    assert len(window.workspace.document.history) == 1


def test_a_tab_closes_by_cross_middle_click_and_key_and_comes_back(window: EditorWindow, files: list[Path]) -> None:
    for path in files:
        window.opening.open_path(path)
    with window.workspace.document.edit("Rename"):
        window.workspace.document.model.rename("input_three", "x")
    window.workspace.document.undo()
    future = window.workspace.document.future
    press(window, Qt.Key.Key_W)
    assert names(window) == ["one.loom", "two.loom"]
    click(window.tabs.tabButton(0, QTabBar.ButtonPosition.RightSide))
    assert names(window) == ["two.loom"]
    press(window, Qt.Key.Key_T, CTRL | SHIFT)
    press(window, Qt.Key.Key_T, CTRL | SHIFT)
    assert names(window) == ["two.loom", "one.loom", "three.loom"]
    assert window.workspace.document.future == future, "what was closed comes back with its steps"
    QTest.mouseClick(window.tabs, Qt.MouseButton.MiddleButton, pos=middle_of(window, 1))
    assert names(window) == ["two.loom", "three.loom"]
    for _ in range(2):
        press(window, Qt.Key.Key_W)
    assert names(window) == ["Untitled"]
    assert window.workspaces.name == "Start", "after the last one there is the page to begin from"
    assert window.answers.asked == []


def test_closing_an_unsaved_tab_asks(window: EditorWindow, files: list[Path]) -> None:
    document = draw(window)
    window.opening.open_path(files[0])
    window.answers.unsaved = "cancel"
    QTest.mouseClick(window.tabs, Qt.MouseButton.MiddleButton, pos=middle_of(window, 0))
    assert (window.answers.asked, names(window)) == (["Untitled"], ["Untitled", "one.loom"])
    window.answers.unsaved = "discard"
    QTest.mouseClick(window.tabs, Qt.MouseButton.MiddleButton, pos=middle_of(window, 0))
    assert names(window) == ["one.loom"]
    press(window, Qt.Key.Key_T, CTRL | SHIFT)
    assert window.workspace.document is document
    assert window.isWindowModified(), "not even what was thrown away is lost at once"
    assert there(window.keeper.journal).exists()
    with document.edit("Move"):
        document.model.move({"conv1": (0.0, 90.0)})
    assert names(window) == ["one.loom", "Untitled"]


def test_a_run_goes_on_behind_another_tab_and_its_tab_says_so(
    window: EditorWindow, files: list[Path], qtbot: QtBot
) -> None:
    draw(window)
    window.actions_made["train"].trigger()
    first = window.sessions.front
    qtbot.waitUntil(lambda: first.run.state == "running")
    window.opening.open_path(files[0])
    assert window.tabs.accessibleTabName(0) == "Untitled, not saved, training"
    assert window.run is not first.run
    assert window.actions_made["train"].text() == "S&tart Training"
    assert not window.actions_made["stop"].isEnabled()
    assert not window.status.training.isVisible(), "the bar speaks of the drawing in front"
    assert len(window.workers.running) == 1
    qtbot.waitUntil(lambda: first.run.state == "idle")
    assert window.tabs.accessibleTabName(0) == "Untitled, not saved, training has ended"
    assert window.status.currentMessage() == ""
    click(window.tabs, middle_of(window, 0))
    assert window.tabs.accessibleTabName(0) == "Untitled, not saved"
    assert window.status.currentMessage().startswith("Training finished")


def test_closing_the_tab_of_a_run_asks_and_ends_it(window: EditorWindow, files: list[Path], qtbot: QtBot) -> None:
    draw(window)
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.state == "running")
    window.opening.open_path(files[0])
    window.answers.agree = False
    QTest.mouseClick(window.tabs, Qt.MouseButton.MiddleButton, pos=middle_of(window, 0))
    assert len(window.answers.asked) == 1
    assert window.tabs.count() == 2
    window.answers.agree = True
    QTest.mouseClick(window.tabs, Qt.MouseButton.MiddleButton, pos=middle_of(window, 0))
    assert names(window) == ["one.loom"]
    qtbot.waitUntil(lambda: not window.workers.running)


def test_files_dropped_together_open_as_tabs(window: EditorWindow, files: list[Path], qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in files])
    buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    viewport = window.canvas.viewport()
    enter = QDragEnterEvent(QPoint(200, 150), Qt.DropAction.CopyAction, data, buttons, modifiers)
    drop = QDropEvent(QPointF(200, 150), Qt.DropAction.CopyAction, data, buttons, modifiers)
    for event in (enter, drop):
        QApplication.sendEvent(viewport, event)
    qtbot.waitUntil(lambda: names(window) == ["one.loom", "two.loom", "three.loom"])


def test_a_drawing_is_not_saved_over_one_that_is_open(window: EditorWindow, files: list[Path]) -> None:
    window.opening.open_path(files[0])
    text = dumps(load(files[0]))
    window.opening.new()
    draw(window)
    window.answers.path = str(files[0])
    window.actions_made["save"].trigger()
    assert window.answers.told == [
        "one.loom is open in another tab; close it there first, or save this drawing under another name."
    ]
    assert dumps(load(files[0])) == text


def test_a_long_name_is_cut_in_its_middle_and_whole_in_the_tip(window: EditorWindow, tmp_path: Path) -> None:
    path = tmp_path / "resnet_with_squeeze_and_excite_trial_17.loom"
    save(Document("Long"), path)
    window.opening.open_path(path)
    assert names(window) == ["resnet_with_sq…trial_17.loom"]
    assert str(path) in window.tabs.tabToolTip(0)


def test_tabs_that_come_and_go_leave_nothing_behind(window: EditorWindow) -> None:
    document = draw(window)
    watched = len(document._observers)
    for _ in range(3):
        window.opening.open_example(examples_dir() / "mlp.loom")
        press(window, Qt.Key.Key_W)
    assert (window.sessions.all, window.tabs.count()) == ([window.sessions.front], 1)
    assert len(document._observers) == watched
    window.opening.new()
    window.opening.close(window.sessions.all[0])
    assert document._observers == [], "nobody follows a drawing that was closed"


def test_a_right_click_on_a_tab_offers_what_can_be_done_with_it(window: EditorWindow, files: list[Path]) -> None:
    for path in files:
        window.opening.open_path(path)
    at = middle_of(window, 1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, window.tabs.mapToGlobal(at))
    QApplication.sendEvent(window.tabs, event)
    menu = as_a(QMenu, QApplication.activePopupWidget())
    assert window.workspace.path == files[1], "the menu is of the drawing in front"
    others = next(action for action in menu.actions() if action.text() == "Close Ot&hers")
    click(menu, menu.actionGeometry(others).center())
    assert names(window) == ["two.loom"]
