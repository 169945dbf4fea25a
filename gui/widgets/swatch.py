"""Small pictures that stand for layer categories and for the severity of a problem."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SIZE = 16


def swatch(color: QColor, *, round: bool = False) -> QIcon:
    """A rounded square, or a dot, of one colour."""
    pixmap = QPixmap(SIZE * 2, SIZE * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    margin, radius = (4, 4) if round else (3, 3)
    painter.drawRoundedRect(QRectF(margin, margin, SIZE - 2 * margin, SIZE - 2 * margin), radius, radius)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # or Qt would mix it with the colour of the selection
    return icon
