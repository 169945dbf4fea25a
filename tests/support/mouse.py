"""What QTest leaves undone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def double_click(widget: QWidget, at: QPoint) -> None:
    """A double click of the left button as a hand does it; QTest has neither the first click nor the last release."""
    QTest.mouseClick(widget, LEFT, NONE, at)
    QTest.mouseDClick(widget, LEFT, NONE, at)
    QTest.mouseRelease(widget, LEFT, NONE, at)


def hover(widget: QWidget) -> None:
    """Move the pointer onto a widget from elsewhere in its window: who is there already would not enter."""
    window, corner = widget.window(), widget.mapTo(widget.window(), QPoint(0, 0))
    elsewhere = QPoint(1, 1) if corner.x() > 2 or corner.y() > 2 else window.rect().bottomRight() - QPoint(1, 1)
    QTest.mouseMove(window, elsewhere)
    QTest.mouseMove(widget)
