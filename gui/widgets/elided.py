"""A label of one line that ends in an ellipsis where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from gui.widgets.text import Label


class ElidedLabel(Label):
    """Asks for the width of its text, and makes do with any."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room, end = self.contentsRect(), Qt.TextElideMode.ElideRight
        text = self.fontMetrics().elidedText(self.text(), end, room.width())
        place, colors = int(self.alignment()), self.palette()
        self.style().drawItemText(QPainter(self), room, place, colors, self.isEnabled(), text, self.foregroundRole())
