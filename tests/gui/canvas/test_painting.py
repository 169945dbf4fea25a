"""What is on the screen: read back from its pixels."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.document import Document
from gui.canvas.look.hint import Hint
from gui.canvas.look.paint import mix
from gui.theme.colors import Theme
from tests.support.canvas_tools import at_node, click, hold, move, on_screen, picture, press_key, shown, small_network
from tests.support.typed import known, there

ZOOMS = (0.15, 0.25, 0.4, 0.7, 1.0, 1.37, 2.5)


def near(a: QColor, b: QColor, tolerance: int = 24) -> bool:
    return all(abs(x - y) <= tolerance for x, y in zip(known(a.getRgb())[:3], known(b.getRgb())[:3], strict=True))


def has(image: QImage, color: QColor, around: QPoint, reach: int = 8, tolerance: int = 24) -> bool:
    points = [(x, y) for x in range(-reach, reach + 1) for y in range(-reach, reach + 1)]
    return any(near(image.pixelColor(around.x() + x, around.y() + y), color, tolerance) for x, y in points)


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_a_selected_node_is_outlined(qtbot: QtBot, theme: Theme) -> None:
    canvas = shown(qtbot)
    canvas.set_theme(theme)
    left = canvas.mapFromScene(canvas.drawing.nodes["tanh"].card().topLeft() + QPointF(-2, 40))
    assert not has(picture(canvas), theme.selection, left, 2)
    click(canvas, at_node(canvas, "tanh"))
    assert has(picture(canvas), theme.selection, left, 2)


def test_an_error_has_a_red_badge_and_its_sentence_as_a_tip(qtbot: QtBot) -> None:
    canvas = shown(qtbot)
    corner = canvas.mapFromScene(canvas.drawing.nodes["conv"].card().topRight())
    assert not has(picture(canvas), canvas.theme.error, corner)
    with canvas.document.edit("Break"):
        canvas.document.model.set("conv", kernel_size=99)
    assert has(picture(canvas), canvas.theme.error, corner)
    assert "'conv'" in canvas.drawing.nodes["conv"].box.message
    canvas.document.undo()
    assert not has(picture(canvas), canvas.theme.error, corner)


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_categories_show_near_and_far(qtbot: QtBot, theme: Theme) -> None:
    canvas = shown(qtbot)
    canvas.set_theme(theme)
    hue = theme.category_color("Convolution")
    strip = canvas.mapFromScene(canvas.drawing.nodes["conv"].card().topLeft() + QPointF(70, 1))
    assert has(picture(canvas), hue, strip, 2)
    canvas.zoom_to(0.15)
    middle = canvas.mapFromScene(canvas.drawing.nodes["conv"].pos())
    assert has(picture(canvas), mix(theme.node, hue, 0.6), middle, 1)


def test_wires_are_painted_near_and_far(qtbot: QtBot) -> None:
    canvas = shown(qtbot)
    wire = canvas.drawing.wires.curve(canvas.document.model.inputs("relu")["x"]).bounds.center()
    for zoom in ZOOMS:
        canvas.zoom_to(zoom)
        canvas.centerOn(wire)
        assert has(picture(canvas), canvas.theme.wire, canvas.mapFromScene(wire), 1, 60), zoom


@pytest.mark.parametrize("zoom", ZOOMS)
def test_scrolling_leaves_the_same_picture_as_painting_anew(qtbot: QtBot, zoom: float) -> None:
    canvas = shown(qtbot)
    canvas.zoom_to(zoom)
    QApplication.processEvents()
    for by in (QPoint(13, 0), QPoint(0, -7), QPoint(-31, 22), QPoint(3, 3)):
        canvas.scroll_by(by)
        QApplication.processEvents()
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == on_screen(canvas)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_dragging_leaves_the_same_picture_as_painting_anew(qtbot: QtBot, zoom: float) -> None:
    canvas = shown(qtbot)
    canvas.zoom_to(zoom)
    canvas.centerOn(480, 0)
    canvas.select(["tanh"])
    QApplication.processEvents()
    start = canvas.mapFromScene(canvas.drawing.nodes["relu"].pos() + QPointF(0, -8))
    hold(canvas, start, start + QPoint(33, 21))
    move(canvas, start + QPoint(70, -40))
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == on_screen(canvas)
    press_key(canvas, Qt.Key.Key_Escape)
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == on_screen(canvas)


@pytest.mark.parametrize("zoom", [0.15, 1.0])
def test_edits_and_undo_leave_the_same_picture_as_painting_anew(qtbot: QtBot, zoom: float) -> None:
    canvas = shown(qtbot)
    canvas.zoom_to(zoom)
    first = on_screen(canvas)
    model = canvas.document.model
    with canvas.document.edit("Change much"):
        model.set("conv", kernel_size=99)
        model.rename("flatten", "a_rather_long_name_for_it")
        model.remove(["image"])
        model.add("Add", name="sum", at=(500, 200))
        model.connect("tanh", "sum")
    pieces = on_screen(canvas)
    canvas.repaint_all()
    assert pieces == on_screen(canvas) != first
    canvas.document.undo()
    assert on_screen(canvas) == first


def test_a_marquee_and_a_wire_in_the_making_leave_nothing_behind(qtbot: QtBot) -> None:
    canvas = shown(qtbot)
    first = on_screen(canvas)
    hold(canvas, QPoint(30, 500), QPoint(300, 650))
    assert on_screen(canvas) != first
    press_key(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert on_screen(canvas) == first


def test_bodies_are_shared_among_nodes_that_look_the_same(qtbot: QtBot) -> None:
    document = small_network()
    with document.edit("More"):
        for index in range(30):
            document.model.add("ReLU", name=f"r{index:02}", at=(index % 6 * 200, 400 + index // 6 * 90))
    canvas = shown(qtbot, document)
    canvas.select([])
    picture(canvas)
    assert len(canvas._style._pixmaps) < 10


def test_texts_of_the_two_themes_can_be_read() -> None:
    for theme in (Theme.light(), Theme.dark()):
        for ink, ground in (
            (theme.node_text, theme.node),
            (theme.node_muted, theme.node),
            (theme.text, theme.panel),
            (theme.muted, theme.panel),
            (theme.accent_text, theme.accent),
        ):
            assert contrast(ink, ground) >= 4.5, theme.name


def contrast(a: QColor, b: QColor) -> float:
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: QColor) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in known(color.getRgbF())[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_empty_drawing_says_how_to_begin(qtbot: QtBot) -> None:
    canvas = shown(qtbot, Document())
    hint = canvas.findChild(Hint)
    assert there(hint).isVisible()
    assert "Tab" in there(hint).text()
    assert abs(there(hint).geometry().center().x() - canvas.rect().center().x()) <= 1
    canvas.add_layer("ReLU", QPointF(0, 0))
    qtbot.waitUntil(lambda: not there(hint).isVisible())
    canvas.delete_selection()
    qtbot.waitUntil(there(hint).isVisible)
