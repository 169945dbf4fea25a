"""The keys that mean something on the canvas alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.canvas.input.walking import step

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def press(canvas: Canvas, event: QKeyEvent) -> bool:
    """Do what a key means; whether it means anything."""
    key = Qt.Key(event.key())
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        return _with_shift(canvas, key)
    if modifiers != Qt.KeyboardModifier.NoModifier:
        return False
    if key in _ARROWS:
        walk(canvas, _ARROWS[key])
        return True
    return _plain(canvas, key, event.isAutoRepeat())


def walk(canvas: Canvas, direction: tuple[int, int]) -> None:
    """Go from the node selected last to its neighbour in a direction."""
    selected = canvas.selected()
    name = step(canvas.drawing, selected[-1] if selected else "", direction)
    if not name:
        return
    canvas.select([name])
    if not canvas.visible().contains(canvas.drawing.nodes[name].card()):
        canvas.center_on_node(name)


def _with_shift(canvas: Canvas, key: Qt.Key) -> bool:
    if key == Qt.Key.Key_A:
        canvas.request_search(canvas.free_place(canvas.pointer_place()))
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        canvas.delete_selection(heal=False)
    else:
        return False
    return True


def _plain(canvas: Canvas, key: Qt.Key, repeated: bool) -> bool:
    match key:
        case Qt.Key.Key_Tab:
            canvas.request_search(canvas.free_place(canvas.pointer_place()))
        case Qt.Key.Key_Space:
            if not repeated:
                canvas.set_hand(True)
        case Qt.Key.Key_Escape if canvas.busy:
            canvas.cancel_gesture()
        case Qt.Key.Key_Escape if canvas.graph:
            canvas.leave()
        case Qt.Key.Key_F:
            canvas.frame_selection()
        case Qt.Key.Key_Home:
            canvas.frame_all()
        case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
            canvas.delete_selection()
        case Qt.Key.Key_Return | Qt.Key.Key_Enter if canvas.selected():
            canvas.open(canvas.selected()[-1])
        case _:
            return False
    return True
