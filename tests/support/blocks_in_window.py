"""Entries of lists chosen by their keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from tests.support.editor_window import key


def choose(editor: QComboBox, text: str) -> None:
    """Choose an entry of a list by its keys, as a user would."""
    editor.setFocus()
    index = editor.findText(text)
    assert index >= 0, [editor.itemText(i) for i in range(editor.count())]
    while editor.currentIndex() != index:
        key(editor, Qt.Key.Key_Down if editor.currentIndex() < index else Qt.Key.Key_Up)
    editor.activated.emit(index)
