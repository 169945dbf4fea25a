"""The keys that mean something on the canvas alone: a table from key to command."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

KEYS: dict[Qt.Key, str] = {
    Qt.Key.Key_Left: "walk_left",
    Qt.Key.Key_Right: "walk_right",
    Qt.Key.Key_Up: "walk_up",
    Qt.Key.Key_Down: "walk_down",
    Qt.Key.Key_Tab: "search",
    Qt.Key.Key_Space: "hold",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_F: "frame",
    Qt.Key.Key_Home: "frame_all",
    Qt.Key.Key_Delete: "delete",
    Qt.Key.Key_Backspace: "delete",
    Qt.Key.Key_Return: "enter",
    Qt.Key.Key_Enter: "enter",
}
WITH_SHIFT: dict[Qt.Key, str] = {
    Qt.Key.Key_A: "search_here",
    Qt.Key.Key_Delete: "delete_apart",
    Qt.Key.Key_Backspace: "delete_apart",
}


def command_of(event: QKeyEvent) -> str:
    """The command a key stands for; "" where it stands for none."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ShiftModifier:
        return WITH_SHIFT.get(Qt.Key(event.key()), "")
    return KEYS.get(Qt.Key(event.key()), "") if modifiers == Qt.KeyboardModifier.NoModifier else ""
