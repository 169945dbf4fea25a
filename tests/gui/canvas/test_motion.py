"""Nodes glide to where they are put; the document is there at once."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation
from pytestqt.qtbot import QtBot

from graph.storage.loom import dumps
from gui import preferences
from gui.canvas import Canvas
from gui.canvas.motion import MILLISECONDS, MOST
from tests.support.canvas_tools import LEFT, shown, small_network
from tests.support.editor_window import EditorWindow


def heaped(qtbot: QtBot, on: bool = True) -> Canvas:
    """A canvas whose nodes lie on a heap, with motion."""
    document = small_network()
    with document.edit("Heap"):
        document.model.move(dict.fromkeys(document.model.nodes, (300.0, 200.0)))
    document.forget_history()
    canvas = shown(qtbot, document)
    canvas.motion.on = on
    return canvas


def moving(canvas: Canvas) -> bool:
    return canvas.motion.animation.state() == QAbstractAnimation.State.Running


def places(canvas: Canvas) -> dict[str, tuple[float, float]]:
    return {name: (item.pos().x(), item.pos().y()) for name, item in canvas.drawing.nodes.items()}


def wanted(canvas: Canvas) -> dict[str, tuple[float, float]]:
    return {name: (node.x, node.y) for name, node in canvas.drawing.graph.nodes.items()}


def test_a_layout_glides_from_where_nodes_were_to_where_the_document_has_them(qtbot: QtBot) -> None:
    canvas = heaped(qtbot)
    before = places(canvas)
    with qtbot.waitSignal(canvas.motion.animation.finished):
        canvas.lay_out()
        assert moving(canvas)
        assert canvas.motion.animation.duration() == MILLISECONDS == 150
        assert places(canvas) == before != wanted(canvas)
    assert places(canvas) == wanted(canvas)


def test_undo_is_exact_in_the_middle_of_it(qtbot: QtBot) -> None:
    canvas = heaped(qtbot)
    text = dumps(canvas.document)
    canvas.lay_out()
    assert moving(canvas)
    canvas.document.undo()
    assert not moving(canvas)
    assert dumps(canvas.document) == text
    assert places(canvas) == wanted(canvas)


def test_a_press_ends_it(qtbot: QtBot) -> None:
    canvas = heaped(qtbot)
    canvas.lay_out()
    qtbot.mousePress(canvas.viewport(), LEFT, pos=canvas.viewport().rect().bottomRight())
    assert not moving(canvas)
    assert places(canvas) == wanted(canvas)
    qtbot.mouseRelease(canvas.viewport(), LEFT, pos=canvas.viewport().rect().bottomRight())


def test_another_drawing_ends_it(qtbot: QtBot) -> None:
    canvas = heaped(qtbot)
    canvas.lay_out()
    canvas.set_document(small_network())
    assert not moving(canvas)
    assert places(canvas) == wanted(canvas)


def test_nothing_glides_where_nobody_watches_or_there_are_many(qtbot: QtBot) -> None:
    canvas = shown(qtbot, small_network())
    assert not canvas.motion.on  # offscreen
    canvas = heaped(qtbot)
    with canvas.document.edit("More"):
        for _ in range(MOST + 1):
            canvas.document.model.add("ReLU")
    canvas.lay_out()
    assert not moving(canvas)
    assert places(canvas) == wanted(canvas)


def test_it_is_turned_off_in_the_menu_and_stays_so(window: EditorWindow) -> None:
    canvas = window.canvas
    canvas.motion.on = True
    window.actions_made["motion"].trigger()
    assert not canvas.motion.on
    assert preferences.motion() is False
    window.actions_made["motion"].trigger()
    assert canvas.motion.on
    assert preferences.motion() is True
