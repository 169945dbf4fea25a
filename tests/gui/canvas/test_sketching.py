"""Frames, dots, collapsed nodes and names typed on the canvas, by real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.edits.sketching import frames
from graph.edits.sketching.bends import Dot
from graph.records import Wire
from graph.storage.loom import dumps, loads
from gui.canvas import Canvas
from tests.support.canvas_tools import (
    ALT,
    CONTROL,
    SHIFT,
    at_node,
    click,
    drag,
    hold,
    on_screen,
    output,
    picture,
    place_of,
    press_key,
    shown,
    wires_of,
)
from tests.support.mouse import double_click

WIRE = Wire("conv", "out", "relu", "x")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    return shown(qtbot)


def framed(canvas: Canvas, *names: str) -> int:
    """A frame around nodes, made by the command that C stands for; its title as it comes."""
    canvas.select(names)
    canvas.add_frame()
    QTest.keyClick(canvas.name_field, Qt.Key.Key_Return)
    return canvas.document.model.frames[-1].key


def on_title(canvas: Canvas, key: int) -> QPoint:
    rect = canvas.drawing.frames.rect(key)
    return canvas.mapFromScene(rect.topLeft() + QPointF(60, 20))


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    return canvas.mapFromScene(QPointF(x, y))


def leave(canvas: Canvas) -> None:
    QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))


def dotted(canvas: Canvas, x: float = 360, y: float = 5) -> QPoint:
    """A dot on the wire from conv to relu, by a double click; where it is."""
    canvas.drawing.flush()
    where = at(canvas, x, y)
    click(canvas, where)
    double_click(canvas.viewport(), where)
    return where


# Frames


def test_a_frame_goes_around_the_selection_and_takes_its_title_in_the_same_step(canvas: Canvas) -> None:
    canvas.select(["conv", "relu"])
    canvas.add_frame()
    assert canvas.name_field.hasFocus()
    QTest.keyClicks(canvas.name_field, "Stem")
    QTest.keyClick(canvas.name_field, Qt.Key.Key_Return)
    (frame,) = canvas.document.model.frames
    assert frame.title == "Stem"
    card = canvas.drawing.bounds(["conv", "relu"])
    assert canvas.drawing.frames.rect(frame.key).contains(card)
    assert canvas.document.history == ["Add a frame"]
    assert canvas.picked().frames == (frame.key,)
    assert "frame Stem" in canvas.accessibleDescription()
    canvas.document.undo()
    assert not canvas.document.model.frames
    canvas.document.redo()
    assert canvas.document.model.frames[0].title == "Stem"


def test_a_frame_around_nothing_stands_at_the_pointer(canvas: Canvas) -> None:
    at = canvas.pointer_place()
    canvas.add_frame()
    QTest.keyClick(canvas.name_field, Qt.Key.Key_Escape)
    frame = canvas.document.model.frames[0]
    assert frame.title == frames.TITLE
    assert canvas.drawing.frames.rect(frame.key).center() == at


def test_dragging_the_title_moves_what_the_frame_holds_as_one_step(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    before, steps = dumps(canvas.document), len(canvas.document.history)
    start = on_title(canvas, key)
    drag(canvas, start, start + QPoint(40, 90))
    assert place_of(canvas.document, "conv") == (280, 90)
    assert place_of(canvas.document, "relu") == (520, 90)
    assert place_of(canvas.document, "image") == (0, 0)
    assert len(canvas.document.history) == steps + 1
    assert on_screen(canvas) == picture(canvas)
    canvas.document.undo()
    assert dumps(canvas.document) == before


def test_a_drag_that_is_cancelled_shows_everything_where_it_was(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    dotted(canvas)
    canvas.select([])
    leave(canvas)
    before, start = picture(canvas), on_title(canvas, key)
    canvas.select([], frames=[key])
    hold(canvas, start, start + QPoint(70, 40))
    press_key(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start)
    canvas.select([])
    leave(canvas)
    assert picture(canvas) == before


def test_edges_and_corners_stretch_a_frame_but_not_to_nothing(canvas: Canvas) -> None:
    key = framed(canvas, "conv")
    rect = canvas.drawing.frames.rect(key)
    corner = canvas.mapFromScene(rect.bottomRight())
    drag(canvas, corner, corner + QPoint(50, 30))
    assert canvas.drawing.frames.rect(key) == rect.adjusted(0, 0, 50, 30)
    assert canvas.document.history[-1] == "Resize a frame"
    edge = canvas.mapFromScene(QPointF(rect.left(), rect.center().y()))
    drag(canvas, edge, edge + QPoint(5000, 0))
    assert canvas.drawing.frames.rect(key).width() == frames.LEAST[0]
    assert canvas.drawing.frames.rect(key).right() == rect.right() + 50
    assert place_of(canvas.document, "conv") == (240, 0)


def test_the_inside_of_a_frame_is_canvas_and_nodes_in_it_can_be_taken(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    inside = canvas.mapFromScene(canvas.drawing.frames.rect(key).bottomLeft() + QPointF(12, -12))
    click(canvas, inside)
    assert not any(canvas.picked())
    click(canvas, at_node(canvas, "conv"))
    assert canvas.selected() == ["conv"]
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "conv") + QPoint(0, 20))
    assert place_of(canvas.document, "relu") == (480, 0)


def test_ctrl_a_takes_frames_and_f_brings_the_selected_one_into_view(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    canvas.select_all()
    assert canvas.picked().frames == (key,)
    canvas.select([], frames=[key])
    canvas.centerOn(-9000, -9000)
    press_key(canvas, Qt.Key.Key_F)
    assert canvas.visible().contains(canvas.drawing.frames.rect(key))


def test_delete_removes_the_frame_alone(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    click(canvas, on_title(canvas, key))
    press_key(canvas, Qt.Key.Key_Delete)
    assert not canvas.document.model.frames
    assert len(canvas.document.model.nodes) == 6
    assert canvas.document.history[-1] == "Delete a frame"


def test_a_title_is_changed_where_it_stands(canvas: Canvas) -> None:
    key = framed(canvas, "conv")
    double_click(canvas.viewport(), on_title(canvas, key))
    field = canvas.name_field
    assert field.hasFocus()
    assert field.selectedText() == frames.TITLE
    assert field.geometry().contains(on_title(canvas, key))
    QTest.keyClicks(field, "a" * 200)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert canvas.document.model.frames[0].title == frames.TITLE
    assert "at most 120 characters" in canvas._bubble.text()
    field.setText("Head")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert canvas.document.model.frames[0].title == "Head"


def test_copies_of_a_frame_hold_copies(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    start = on_title(canvas, key)
    drag(canvas, start, start + QPoint(0, 250), ALT)
    assert len(canvas.document.model.frames) == 2
    assert place_of(canvas.document, "conv1") == (240, 250)
    canvas.select([], frames=[key])
    canvas.copy()
    canvas.paste(QPointF(500, -400))
    assert len(canvas.document.model.frames) == 3
    assert "conv2" in canvas.document.model.nodes
    canvas.select([], frames=[key])
    canvas.cut()
    assert len(canvas.document.model.frames) == 2
    assert "conv" not in canvas.document.model.nodes


def test_a_marquee_takes_whole_frames_and_dots(canvas: Canvas) -> None:
    key = framed(canvas, "conv", "relu")
    dotted(canvas)
    rect = canvas.drawing.frames.rect(key).adjusted(-20, -20, 20, 20)
    drag(canvas, canvas.mapFromScene(rect.topLeft()), canvas.mapFromScene(rect.bottomRight()))
    picked = canvas.picked()
    assert (set(picked.names), picked.dots, picked.frames) == ({"conv", "relu"}, (Dot(WIRE, 0),), (key,))
    before = dumps(canvas.document)
    drag(canvas, at_node(canvas, "conv"), at_node(canvas, "conv") + QPoint(0, 60))
    assert canvas.document.model.bends(WIRE)[0][1] == pytest.approx(65, abs=1)
    canvas.document.undo()
    assert dumps(canvas.document) == before


def test_frames_lie_behind_and_look_the_same_after_loading(canvas: Canvas, qtbot: QtBot) -> None:
    framed(canvas, "conv", "relu")
    framed(canvas, "relu")
    dotted(canvas)
    canvas.select([])
    leave(canvas)
    other = shown(qtbot, loads(dumps(canvas.document)))
    for zoom in (1.0, 0.6, 0.4, 0.15):
        for each in (canvas, other):
            each.zoom_to(zoom)
            each.centerOn(300, 0)
        assert picture(canvas) == picture(other)


# Dots


def test_a_double_click_on_a_wire_adds_a_dot_that_is_selected(canvas: Canvas) -> None:
    dotted(canvas)
    ((x, y),) = canvas.document.model.bends(WIRE)
    assert (x, y) == (pytest.approx(360, abs=1), pytest.approx(5, abs=1))
    assert canvas.picked().dots == (Dot(WIRE, 0),)
    assert canvas.document.history == ["Add a dot"]
    assert "relu" not in canvas.document.problems()
    assert on_screen(canvas) == picture(canvas)


def test_a_dot_is_dragged_and_its_wire_goes_through_it(canvas: Canvas) -> None:
    where = dotted(canvas)
    drag(canvas, where, where + QPoint(10, 120))
    ((x, y),) = canvas.document.model.bends(WIRE)
    assert (x, y) == (pytest.approx(370, abs=1), pytest.approx(125, abs=1))
    assert canvas.document.history == ["Add a dot", "Move a dot"]
    canvas.drawing.flush()
    assert canvas.drawing.wires.curve(WIRE).distance(x, y) < 1
    assert on_screen(canvas) == picture(canvas)
    canvas.document.undo()
    canvas.drawing.flush()
    assert canvas.drawing.wires.curve(WIRE).bends == canvas.document.model.bends(WIRE)


def test_a_wire_has_several_dots_in_the_order_they_are_passed(canvas: Canvas) -> None:
    where = dotted(canvas, 360)
    drag(canvas, where, where + QPoint(0, 100))
    curve = canvas.drawing.wires.curve(WIRE)
    before = curve.lines(3)[len(curve.lines(3)) // 5].p1()
    dotted(canvas, before.x(), before.y())
    first, second = canvas.document.model.bends(WIRE)
    assert first[0] < second[0]
    assert second[1] == pytest.approx(105, abs=1)


def test_delete_takes_a_dot_and_leaves_the_wire(canvas: Canvas) -> None:
    where = dotted(canvas)
    click(canvas, where)
    wires = wires_of(canvas.document)
    press_key(canvas, Qt.Key.Key_Delete)
    assert canvas.document.model.bends(WIRE) == ()
    assert wires_of(canvas.document) == wires
    assert canvas.document.history[-1] == "Delete a dot"
    assert not any(canvas.picked())


def test_dots_come_along_where_both_ends_of_their_wire_move(canvas: Canvas) -> None:
    dotted(canvas)
    canvas.select(["conv", "relu"])
    hold(canvas, at_node(canvas, "conv"), at_node(canvas, "conv") + QPoint(0, 80))
    canvas.drawing.flush()
    assert canvas.drawing.wires.curve(WIRE).bends[0][1] == pytest.approx(85, abs=1)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=at_node(canvas, "conv"))
    assert canvas.document.model.bends(WIRE)[0][1] == pytest.approx(85, abs=1)


def test_shift_adds_a_dot_to_the_selection_and_ctrl_takes_it_out(canvas: Canvas) -> None:
    where = dotted(canvas)
    canvas.select(["tanh"])
    click(canvas, where, SHIFT)
    assert canvas.picked().names == ("tanh",)
    assert canvas.picked().dots == (Dot(WIRE, 0),)
    click(canvas, where, CONTROL)
    assert canvas.picked().dots == ()
    assert canvas.selected() == ["tanh"]


# Collapsed nodes


def test_a_collapsed_node_is_its_header_with_wires_at_its_sides(canvas: Canvas) -> None:
    card = canvas.drawing.nodes["conv"].card()
    canvas.select(["conv", "relu"])
    canvas.toggle_collapsed()
    item = canvas.drawing.nodes["conv"]
    assert item.card().height() == 28 < card.height()
    canvas.drawing.flush()
    assert canvas.drawing.wires.curve(WIRE).start == (item.card().right(), 0)
    assert canvas.document.history == ["Collapse 2 nodes"]
    assert [text.role for text in item.box.texts] == ["title", "kind"]
    canvas.select(["conv", "tanh"])
    canvas.toggle_collapsed()
    assert canvas.document.model.node("tanh").collapsed
    canvas.toggle_collapsed()
    assert not canvas.document.model.node("conv").collapsed
    assert canvas.document.history[-1] == "Show all of 2 nodes"
    assert on_screen(canvas) == picture(canvas)


def test_a_wire_dropped_on_a_collapsed_node_takes_a_free_port(canvas: Canvas) -> None:
    document = canvas.document
    with document.edit("Draw"):
        document.model.add("Add", name="sum", at=(480, 250))
        document.model.connect("tanh", "sum", "x0")
        document.model.alter("sum", collapsed=True)
    target = canvas.mapFromScene(canvas.drawing.nodes["sum"].port_at("x1", False))
    drag(canvas, output(canvas, "conv"), target)
    assert document.model.inputs("sum").keys() == {"x0", "x1"}


def test_the_tip_of_a_collapsed_node_says_what_it_hides(canvas: Canvas) -> None:
    from gui.canvas.input.pressing import tip
    from gui.canvas.scene.hits import Hit

    assert tip(canvas, Hit(node="conv")) == ""
    canvas.select(["conv"])
    canvas.toggle_collapsed()
    assert "(N, 4, 6, 6)" in tip(canvas, Hit(node="conv"))
