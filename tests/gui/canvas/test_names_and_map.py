"""Names typed on the canvas, badges that wait, the map, and a view that is never left blank, by real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.canvas import Canvas
from tests.support.canvas_tools import at_node, click, drag, move, on_screen, output, picture, shown
from tests.support.mouse import double_click

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.mapFromScene(QPointF(x, y))


def leave(canvas: Canvas) -> None:
    QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))


# Names


def name_at(canvas: Canvas, node: str) -> QPoint:
    return canvas.mapFromScene(canvas.drawing.nodes[node].name_rect().center())


def test_a_double_click_on_the_name_changes_it_on_the_node(canvas: Canvas) -> None:
    double_click(canvas.viewport(), name_at(canvas, "conv"))
    field = canvas.name_field
    assert field.hasFocus()
    assert field.geometry().contains(name_at(canvas, "conv"))
    QTest.keyClicks(field, "stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "stem" in canvas.document.model.nodes
    assert canvas.document.history == ["Rename conv"]
    assert canvas.hasFocus()
    assert not field.isVisible()


def test_escape_leaves_the_name_as_it_was(canvas: Canvas) -> None:
    canvas.select(["conv"])
    assert canvas.rename_selected()
    QTest.keyClicks(canvas.name_field, "stem")
    QTest.keyClick(canvas.name_field, Qt.Key.Key_Escape)
    assert "conv" in canvas.document.model.nodes
    assert not canvas.document.history
    assert canvas.hasFocus()
    assert canvas.selected() == ["conv"]


@pytest.mark.parametrize(("name", "why"), [("two words", "letters, digits"), ("relu", "already"), ("for", "Python")])
def test_a_name_that_is_refused_says_why_beside_it_and_is_typed_on(canvas: Canvas, name: str, why: str) -> None:
    canvas.select(["conv"])
    canvas.rename_selected()
    field = canvas.name_field
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.hasFocus()
    assert why in canvas._bubble.text()
    assert canvas._bubble.isVisible()
    QTest.keyClicks(field, "1")
    assert not canvas._bubble.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not canvas.document.history


def test_what_was_typed_is_handed_in_when_the_focus_goes_elsewhere(canvas: Canvas) -> None:
    canvas.select(["conv"])
    canvas.rename_selected()
    QTest.keyClicks(canvas.name_field, "stem")
    click(canvas, at_node(canvas, "tanh"))
    canvas.setFocus()
    assert "stem" in canvas.document.model.nodes
    assert not canvas.name_field.isVisible()


def test_the_field_stays_on_the_name_while_the_view_moves(canvas: Canvas) -> None:
    canvas.select(["conv"])
    canvas.rename_selected()
    canvas.scroll_by(QPoint(37, -21))
    assert canvas.name_field.geometry().contains(name_at(canvas, "conv"))
    canvas.zoom_in()
    assert canvas.name_field.geometry().contains(name_at(canvas, "conv"))
    canvas.document.undo()
    with canvas.document.edit("Move"):
        canvas.document.model.move({"conv": (300, 0)})
    assert not canvas.name_field.isVisible()


# The view


def test_a_node_dropped_far_outside_brings_the_view_along(canvas: Canvas) -> None:
    start = at_node(canvas, "tanh")
    QTest.mousePress(canvas.viewport(), LEFT, pos=start)
    move(canvas, start + QPoint(20, 20))
    move(canvas, start + QPoint(4000, 3000))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(4000, 3000))
    assert canvas.visible().intersects(canvas.drawing.nodes["tanh"].card())


def test_nothing_stays_lit_when_the_pointer_has_left(canvas: Canvas) -> None:
    before = picture(canvas)
    for place in (output(canvas, "conv"), at(canvas, 360, 5)):
        move(canvas, place, buttons=Qt.MouseButton.NoButton)
        assert on_screen(canvas) != before
        leave(canvas)
        assert on_screen(canvas) == before


# Badges


def reddened(canvas: Canvas, name: str) -> bool:
    """Whether there is any of the colour of errors around the badge of a node."""
    corner, seen = canvas.mapFromScene(canvas.drawing.nodes[name].card().topRight()), picture(canvas)
    around = [(corner.x() + x, corner.y() + y) for x in range(-12, 8) for y in range(-8, 12)]
    return any(seen.pixelColor(*at) == canvas.theme.error for at in around)


def test_a_badge_is_neutral_until_the_node_is_wired_or_someone_insists(canvas: Canvas) -> None:
    assert canvas.drawing.nodes["tanh"].box.message.startswith("'tanh' has nothing on its input")
    assert not reddened(canvas, "tanh")
    canvas.drawing.insist()
    assert reddened(canvas, "tanh")
    assert on_screen(canvas) == picture(canvas)
    canvas.add_layer("ReLU", QPointF(480, 260))
    assert not reddened(canvas, "relu1")
    for change in (lambda model: model.connect("conv", "tanh"), lambda model: model.disconnect("tanh", "x")):
        with canvas.document.edit("Wire"):
            change(canvas.document.model)
        assert not reddened(canvas, "tanh")
    canvas.zoom_to(0.1)
    assert on_screen(canvas) == picture(canvas)


# The map


def test_the_map_shows_what_is_seen_and_leads_there(canvas: Canvas) -> None:
    before = picture(canvas)
    canvas.show_minimap(True)
    assert picture(canvas) != before
    rect = canvas.map_rect()
    selected = canvas.picked()
    seen = canvas.drawing.bounds(canvas.drawing.nodes)
    canvas.zoom_to(2.0)
    click(canvas, rect.center())
    assert (canvas.middle() - seen.center()).manhattanLength() < 40
    drag(canvas, rect.center(), rect.topLeft() + QPoint(8, rect.height() // 2))
    assert canvas.middle().x() < seen.left() + 40
    assert canvas.picked() == selected
    assert not canvas.document.history
    canvas.show_minimap(False)
    canvas.zoom_reset()
    canvas.centerOn(480, 120)
    assert picture(canvas) == before


@pytest.mark.parametrize("zoom", [1.0, 0.4, 0.1])
def test_what_is_painted_piece_by_piece_is_right_with_the_map(canvas: Canvas, qtbot: QtBot, zoom: float) -> None:
    canvas.show_minimap(True)
    canvas.zoom_to(zoom)
    for by in ((7, 0), (-30, 25), (0, -60), (200, 13)):
        canvas.scroll_by(QPoint(*by))
        assert on_screen(canvas) == picture(canvas)
    with canvas.document.edit("Move"):
        canvas.document.model.move({"tanh": (900, 600)})
    canvas.drawing.flush()
    qtbot.waitUntil(lambda: not canvas._map_timer.isActive())
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == picture(canvas)
    canvas.resize(300, 200)
    assert canvas.map_rect().isEmpty()


def test_the_map_is_up_to_date_when_the_drawing_comes_back(canvas: Canvas) -> None:
    canvas.show_minimap(True)
    picture(canvas)
    with canvas.document.edit("Move"):
        canvas.document.model.move({"tanh": (900, 600)})
    canvas.drawing.flush()
    canvas.hide()
    canvas.show()
    shown_again = picture(canvas)
    canvas.repaint_all()
    assert shown_again == picture(canvas)


def test_a_pinch_zooms_around_the_fingers(canvas: Canvas) -> None:
    view, where = canvas.viewport(), QPointF(300, 200)
    fixed, zoom = canvas.mapToScene(where.toPoint()), canvas.zoom
    kind, touchpad = Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice()
    for value in (0.25, 0.2):
        event = QNativeGestureEvent(
            kind, touchpad, 2, where, where, QPointF(view.mapToGlobal(where.toPoint())), value, QPointF()
        )
        QApplication.sendEvent(view, event)
    assert canvas.zoom == pytest.approx(zoom * 1.25 * 1.2)
    assert (canvas.mapToScene(where.toPoint()) - fixed).manhattanLength() < 3
