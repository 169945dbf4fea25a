"""Areas that scroll one way, where there is less room than their content needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolling(content: QWidget, way: Qt.Orientation) -> QScrollArea:
    """A frameless area around ``content`` that scrolls only this way."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if way == Qt.Orientation.Vertical:
        area.setHorizontalScrollBarPolicy(off)
    else:
        area.setVerticalScrollBarPolicy(off)
    area.setWidget(content)
    return area


def column(content: QWidget) -> QScrollArea:
    """An area as wide as ``content``, which has a fixed width, that scrolls up and down."""
    area = scrolling(content, Qt.Orientation.Vertical)
    area.setFixedWidth(content.maximumWidth() + area.verticalScrollBar().sizeHint().width())
    return area
