"""Areas that scroll one way, where there is less room than their content needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scroll_area(way: Qt.Orientation, parent: QWidget | None = None) -> QScrollArea:
    """A frameless area that scrolls only this way; its widget is a room for what ``hold`` puts there.

    What it is to hold is best made as a child of this room: a widget that gets another parent has the style of all in
    it worked out anew, and an area that is handed a page works out the size of all in it, also where it never shows.
    """
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    if way == Qt.Orientation.Vertical:
        area.setHorizontalScrollBarPolicy(off)
    else:
        area.setVerticalScrollBarPolicy(off)
    room = QWidget(area.viewport())
    layout = QVBoxLayout(room)
    layout.setContentsMargins(0, 0, 0, 0)
    area.setWidget(room)
    return area


def hold(area: QScrollArea, content: QWidget) -> QScrollArea:
    """Put ``content`` into the room of an area."""
    room = area.widget()
    layout = room.layout() if room is not None else None
    assert layout is not None
    layout.addWidget(content)
    return area


def hold_column(area: QScrollArea, content: QWidget) -> QScrollArea:
    """Have an area hold ``content``, which has a fixed width, and be as wide."""
    hold(area, content)
    area.setFixedWidth(content.maximumWidth() + area.verticalScrollBar().sizeHint().width())
    return area


def scrolling(content: QWidget, way: Qt.Orientation) -> QScrollArea:
    """A frameless area around ``content`` that scrolls only this way."""
    return hold(scroll_area(way, content.parentWidget()), content)
