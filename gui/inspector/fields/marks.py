"""The two small buttons of a row: a dot where a field is not at its default, a chain where its sizes are one number."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.widgets.text import set_tip


class _Mark(QAbstractButton):
    """A button that is reached by the mouse alone: the field's menu and its text say the same by keys."""

    extent: ClassVar[QSize]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(self.extent)

    def _painter(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(self.rect(), 4, 4)
        return painter


class ResetDot(_Mark):
    """Shown while a field differs from its default; a click gives it back."""

    extent = QSize(14, 20)

    def __init__(self, name: str, default: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_tip(self, f"{name} is not at its default{default}; a click gives it back.")
        self.setAccessibleName(f"Reset {name}")
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.setSizePolicy(kept)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self._painter()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent))
        painter.drawEllipse(QPointF(self.rect().center()) + QPointF(0.5, 0.5), 3, 3)


class Chain(_Mark):
    """Closed while one number stands for every axis, open while each has its own."""

    extent = QSize(22, 24)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(f"One number for every axis of {name}")
        self.show_closed(True)

    def show_closed(self, closed: bool) -> None:
        """Show whether one number stands for all."""
        self.setChecked(closed)
        what = "One number for every axis; a click lets them differ."
        set_tip(self, what if closed else "A number for each axis; a click makes them all the first.")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self._painter()
        role = QPalette.ColorRole.Accent if self.isChecked() else QPalette.ColorRole.PlaceholderText
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(QPen(self.palette().color(group, role if self.isEnabled() else QPalette.ColorRole.Text), 1.5))
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        gap = 0.0 if self.isChecked() else 2.5
        for side in (-1, 1):
            x = middle.x() + side * (3.5 + gap)
            painter.drawRoundedRect(QRectF(x - 4.5, middle.y() - 3, 9, 6), 3, 3)
