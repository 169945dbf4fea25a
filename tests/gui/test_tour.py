"""The tour: six steps that point at the window's parts, shown once by itself and again when it is asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from gui import preferences
from gui.shell.actions import TOOLBAR_NAME
from gui.tour.bubble import Bubble
from tests.support.editor_window import EditorWindow, click, draw, key
from tests.support.typed import there

pytestmark = pytest.mark.slow

RETURN, ESCAPE, LEFT, RIGHT = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right
ALT = Qt.KeyboardModifier.AltModifier


def bubble(window: EditorWindow) -> Bubble | None:
    """The bubble of the tour, while there is one."""
    return window.framing.touring.tour.bubble


def placed(window: EditorWindow, widget: QWidget) -> QRect:
    """Where in the window a part is."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def pointed(window: EditorWindow) -> QRect:
    """What the line is around."""
    return there(window.framing.touring.tour.ring).geometry()


def parts(window: EditorWindow) -> list[QWidget]:
    """What the steps point at, in their order."""
    bar = there(window.findChild(QToolBar, TOOLBAR_NAME))
    buttons = [there(bar.widgetForAction(window.actions_made[name])) for name in ("train", "export_onnx")]
    return [window.docks["Layers"], window.canvas, window.docks["Inspector"], window.status.problems, *buttons]


def test_it_points_at_six_parts_one_after_the_other_by_keys(window: EditorWindow) -> None:
    draw(window)
    window.show_panel("Data")
    window.actions_made["tour"].trigger()
    assert window.workspaces.name == "Draw"
    assert QApplication.focusWidget() is bubble(window)
    headings = []
    for place, part in enumerate(parts(window), 1):
        shown = there(bubble(window))
        headings.append(shown.heading.text())
        assert shown.count.text() == f"{place} of 6"
        assert shown.accessibleName() == f"Tour, {place} of 6: {headings[-1]}"
        around = placed(window, part)
        assert pointed(window).contains(around.adjusted(4, 4, -4, -4))
        assert window.rect().contains(shown.geometry())
        if part is not window.canvas:
            assert not shown.geometry().adjusted(8, 8, -8, -8).intersects(around), "it covers what it is about"
        key(shown, RIGHT if place % 2 else RETURN)
    assert headings == ["Layers", "Canvas", "Inspector", "Problems", "Start", "Export ONNX"]
    assert bubble(window) is None
    assert preferences.toured()


def test_its_buttons_go_on_and_back_and_out(window: EditorWindow) -> None:
    draw(window)
    window.actions_made["tour"].trigger()
    shown = there(bubble(window))
    assert not shown.back.isEnabled()
    click(shown.next)
    assert shown.heading.text() == "Canvas"
    click(shown.back)
    assert shown.heading.text() == "Layers"
    key(shown, LEFT)
    assert shown.heading.text() == "Layers"
    click(shown.skip)
    assert bubble(window) is None
    window.actions_made["tour"].trigger()
    key(there(bubble(window)), ESCAPE)
    assert bubble(window) is None


def test_it_follows_the_window_and_ends_where_its_parts_are_not(window: EditorWindow) -> None:
    draw(window)
    window.actions_made["tour"].trigger()
    for _ in range(2):
        click(there(bubble(window)).next)
    before = pointed(window)
    window.resize(1200, 760)
    QApplication.processEvents()
    assert pointed(window) != before
    assert pointed(window).contains(placed(window, window.docks["Inspector"]).adjusted(4, 4, -4, -4))
    window.docks["Inspector"].close()
    window.resize(1210, 760)
    QApplication.processEvents()
    assert window.rect().contains(there(bubble(window)).geometry())
    assert there(window.framing.touring.tour.ring).isHidden()
    window.show_panel("Data")
    assert bubble(window) is None


def test_it_is_shown_once_to_who_begins_for_the_first_time_and_takes_no_keys(
    window: EditorWindow, qtbot: QtBot
) -> None:
    window.welcome()
    window.offer_tour()
    click(next(iter(window.start.buttons.values())))
    QApplication.processEvents()
    shown = there(bubble(window))
    assert shown.heading.text() == "Layers"
    assert QApplication.focusWidget() is window.canvas
    key(window.canvas, Qt.Key.Key_N, ALT)
    qtbot.waitUntil(lambda: shown.heading.text() == "Canvas")  # Qt shows the button pressed for a moment
    key(window.canvas, Qt.Key.Key_S, ALT)
    qtbot.waitUntil(lambda: bubble(window) is None)
    window.welcome()
    window.offer_tour()
    click(next(iter(window.start.buttons.values())))
    QApplication.processEvents()
    assert bubble(window) is None


@pytest.mark.parametrize("way", ["escape", "not offered"])
def test_it_is_not_in_the_way_of_who_goes_to_the_canvas_at_once(window: EditorWindow, way: str) -> None:
    window.welcome()
    if way == "escape":
        window.offer_tour()
        key(there(QApplication.focusWidget()), ESCAPE)
    else:
        click(window.start.new)
    QApplication.processEvents()
    assert window.workspaces.name == "Draw"
    assert bubble(window) is None
    assert not preferences.toured()
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert window.search.isVisible()
    window.search.hide()
