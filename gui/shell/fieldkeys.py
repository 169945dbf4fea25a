"""Keeps the window's keys from firing while a text or number field has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from gui.widgets.popup import is_for_field


class FieldKeys(QObject):
    """Watches the field that has the focus, and only that one: a filter on the application would cost every event."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if is_field(now):
            assert now is not None
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # To accept the override is to say: this key is for the field.
        if event.type() != QEvent.Type.ShortcutOverride or not is_for_field(event):
            return False
        event.accept()
        return True


def is_field(widget: QWidget | None) -> bool:
    """Whether something can be typed into a widget."""
    return isinstance(widget, QLineEdit | QPlainTextEdit) and not widget.isReadOnly()
