"""Context menus on node, wire, port, canvas and palette, all from the one table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from graph.edits.nodes import PortRef
from graph.records import Wire
from gui.shell.actions import COMMANDS
from tests.support.editor_window import EditorWindow, draw, field, key
from tests.support.typed import there

pytestmark = pytest.mark.slow

WIRE = Wire("conv1", "out", "relu1", "x")
PLACES = {"canvas", "node", "wire", "dot", "frame", "port", "layer", "tab"}


@pytest.fixture
def drawn(window: EditorWindow) -> EditorWindow:
    draw(window)
    return window


@pytest.fixture
def menu() -> Iterator[Callable[[], QMenu]]:
    """Closes what is open at the end."""
    yield opened
    while isinstance(QApplication.activePopupWidget(), QMenu):
        there(QApplication.activePopupWidget()).close()


def opened() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def right_click(window: EditorWindow, at: QPoint, reason: Any = QContextMenuEvent.Reason.Mouse) -> None:
    """A right click as the window system sends it: a press, the wish for a menu, a release."""
    view = window.canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.RightButton, pos=at)
    QApplication.sendEvent(view, QContextMenuEvent(reason, at, view.mapToGlobal(at)))
    QTest.mouseRelease(view, Qt.MouseButton.RightButton, pos=at)


def texts(menu: QMenu) -> list[str]:
    return [
        action.text().partition("\t")[0].replace("&", "")
        for action in menu.actions()
        if action.text() and action.isVisible()
    ]


def choose(menu: QMenu, text: str) -> None:
    action = next(each for each in menu.actions() if each.text().partition("\t")[0].replace("&", "") == text)
    menu.setActiveAction(action)
    key(menu, Qt.Key.Key_Return)


def at_node(window: EditorWindow, name: str) -> QPoint:
    return window.canvas.mapFromScene(window.canvas.drawing.nodes[name].pos() - QPointF(0, 15))


def at_port(window: EditorWindow, name: str, port: str, output: bool) -> QPoint:
    return window.canvas.mapFromScene(window.canvas.drawing.nodes[name].port_at(port, output))


def at_wire(window: EditorWindow, wire: Wire) -> QPoint:
    window.canvas.drawing.flush()
    return window.canvas.mapFromScene(window.canvas.drawing.wires.curve(wire).bounds.center())


def test_the_table_says_where_every_command_is_offered() -> None:
    for command in COMMANDS:
        assert set(command.on.split()) <= PLACES, command
        assert command.menu or command.on, f"{command.id} can be reached nowhere"
    assert set().union(*(command.on.split() for command in COMMANDS)) == PLACES


def test_a_right_click_on_a_node_selects_it_and_offers_what_can_be_done_with_it(
    drawn: EditorWindow, menu: Callable[[], QMenu]
) -> None:
    right_click(drawn, at_node(drawn, "fc1"))
    assert drawn.canvas.selected() == ["fc1"]
    shown = texts(menu())
    assert {"Cut", "Copy", "Delete", "Replace…", "Freeze Weights", "Selection", "Block", "Arrange"} <= set(shown)
    assert not {"Paste", "Group into Block…"} & set(shown)
    assert menu().height() < 600  # there are screens of 768 lines
    choose(menu(), "Delete")
    assert "fc1" not in drawn.workspace.document.model.nodes


def test_a_menu_shows_the_keys(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    right_click(drawn, at_node(drawn, "fc1"))
    shown = {action.text(): action for action in menu().actions()}
    assert "&Add…\tTab" in shown
    assert all(action.isShortcutVisibleInContextMenu() for action in shown.values() if action.shortcuts())


def test_a_right_click_on_the_canvas_offers_adding_and_pasting(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    right_click(drawn, QPoint(20, 20))
    assert {"Add…", "Paste", "Select All", "Frame All", "Lay Out", "Find…"} <= set(texts(menu()))
    choose(menu(), "Select All")
    assert len(drawn.canvas.selected()) == 8


def test_a_right_click_on_a_wire_selects_it_and_offers_to_cut_it_or_to_add_into_it(
    drawn: EditorWindow, menu: Callable[[], QMenu]
) -> None:
    right_click(drawn, at_wire(drawn, WIRE))
    assert drawn.canvas.selected_wires() == [WIRE]
    assert texts(menu()) == ["Delete", "Add a Layer into the Wire…"]
    choose(menu(), "Add a Layer into the Wire…")
    assert "BatchNorm2d" in drawn.search.shown()
    assert "Target" not in drawn.search.shown()
    QTest.keyClicks(drawn.search.field, "batchnorm2")
    key(drawn.search.field, Qt.Key.Key_Return)
    model = drawn.workspace.document.model
    assert model.inputs("batchnorm1")["x"].source == "conv1"
    assert model.inputs("relu1")["x"].source == "batchnorm1"


def test_the_menu_of_a_wire_deletes_it(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    right_click(drawn, at_wire(drawn, WIRE))
    choose(menu(), "Delete")
    assert WIRE not in drawn.workspace.document.model.wires()
    assert drawn.workspace.document.history[-1] == "Disconnect conv1 from relu1"


def test_a_right_click_on_a_port_offers_its_wires_and_what_fits(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    right_click(drawn, at_port(drawn, "fc1", "out", True))
    assert texts(menu()) == ["Add a Layer Here…", "Cut the Wires of This Port"]
    choose(menu(), "Cut the Wires of This Port")
    assert drawn.workspace.document.model.outgoing("fc1") == []
    assert drawn.workspace.document.history[-1] == "Cut 2 wires"
    right_click(drawn, at_port(drawn, "objective", "prediction", False))
    choose(menu(), "Add a Layer Here…")
    assert drawn.search.shown()[0] == "Linear"
    key(drawn.search.field, Qt.Key.Key_Return)
    assert drawn.workspace.document.model.inputs("objective")["prediction"].source == "linear1"


def test_a_port_that_has_gone_meanwhile_is_not_cut(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    right_click(drawn, at_port(drawn, "fc1", "out", True))
    menu().close()
    with drawn.workspace.document.edit("Remove"):
        drawn.workspace.document.model.remove(["fc1"])
    steps = list(drawn.workspace.document.history)
    drawn.actions_made["cut_port"].trigger()
    drawn.actions_made["add_at_port"].trigger()
    assert drawn.workspace.document.history == steps


def test_the_menu_key_opens_the_menu_of_the_selection(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    for wanted, names, wires in (("Replace…", ["fc1"], []), ("Delete", [], [WIRE]), ("Paste", [], [])):
        drawn.canvas.select(names, wires)
        at = drawn.canvas.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, drawn.canvas.mapToGlobal(at))
        QApplication.sendEvent(drawn.canvas.viewport(), event)
        assert wanted in texts(menu())
        menu().close()


def test_ctrl_and_the_right_button_is_the_knife_and_opens_no_menu_while_it_is_drawn(
    drawn: EditorWindow, menu: Callable[[], QMenu]
) -> None:
    view, at = drawn.canvas.viewport(), QPoint(20, 20)
    ctrl = Qt.KeyboardModifier.ControlModifier
    QTest.mousePress(view, Qt.MouseButton.RightButton, ctrl, at)
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at), ctrl))
    assert QApplication.activePopupWidget() is None
    QTest.mouseRelease(view, Qt.MouseButton.RightButton, ctrl, at)
    assert "Paste" in texts(menu())


def test_a_row_of_the_palette_offers_to_add_and_to_replace(drawn: EditorWindow, menu: Callable[[], QMenu]) -> None:
    palette = drawn.palette_panel
    drawn.canvas.select(["relu1"])

    def ask(kind: str) -> None:
        palette.tree.scrollToItem(palette.item(kind))
        at = palette.tree.visualItemRect(palette.item(kind)).center()
        view = palette.tree.viewport()
        QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))

    ask("Tanh")
    assert texts(menu()) == ["Add to the Drawing", "Replace the Selection by It", "What Is This?"]
    choose(menu(), "Replace the Selection by It")
    assert drawn.workspace.document.model.inputs("tanh1")["x"].source == "conv1"
    ask("Dropout")
    choose(menu(), "Add to the Drawing")
    assert drawn.workspace.document.model.inputs("dropout1")["x"].source == "tanh1"
    assert field(drawn, "p").hasFocus()


def test_what_needs_more_nodes_than_are_selected_is_not_offered(drawn: EditorWindow) -> None:
    actions = drawn.actions_made
    cases = ((1, False, False), (2, True, False), (3, True, True))
    for count, align, distribute in cases:
        names = ["fc1", "relu1", "conv1"][:count]
        drawn.canvas.select(names)
        assert (actions["align_left"].isEnabled(), actions["distribute_down"].isEnabled()) == (align, distribute)
    assert not actions["open_block"].isEnabled()
    assert not actions["unpack"].isEnabled()


def test_a_menu_of_a_port_is_of_that_port(drawn: EditorWindow) -> None:
    asked: list[Any] = []
    drawn.canvas.menu_requested.connect(asked.append)
    right_click(drawn, at_port(drawn, "objective", "target", False))
    assert (asked[0].place, asked[0].port) == ("port", PortRef("objective", "target", False))
    there(QApplication.activePopupWidget()).close()
