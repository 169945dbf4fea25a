"""A plot whose lines and points are trials: a click selects the nearest to the pointer, a double click opens it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.desk.charts.track import Floats
from gui.desk.sweep.shown import STATES, value_of, written
from gui.theme.colors import Theme
from gui.widgets.text import show_tip
from training.protocol import Trial

# How near to a line or a point, in pixels, the pointer is at it.
REACH = 8.0


class Shape(NamedTuple):
    """A trial's points from left to right, one or more, of shape (points, 2)."""

    number: int
    points: Floats


class Board(pyqtgraph.PlotWidget):
    """``picked``, ``hovered`` and ``opened`` carry the number of a trial; ``hovered`` -1 for none."""

    picked = Signal(int)
    hovered = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget, **items: object) -> None:
        self.box = pyqtgraph.ViewBox(enableMenu=False)
        super().__init__(parent, viewBox=self.box, enableMenu=False, **items)
        self.theme = Theme.light()
        self.shapes: list[Shape] = []
        self.trials: dict[int, Trial] = {}
        self.selected: int | None = None
        self.near_by = -1
        self.getPlotItem().hideButtons()
        self.box.setMouseEnabled(x=False, y=False)
        self.box.disableAutoRange()
        self.box.setDefaultPadding(0.0)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def place_of(self, at: QPointF) -> tuple[float, float]:
        """A point of the widget in the coordinates of the plot."""
        found = self.box.mapSceneToView(self.mapToScene(at.toPoint()))
        return float(found.x()), float(found.y())

    def point_of(self, x: float, y: float) -> QPointF:
        """A point of the plot in the coordinates of the widget."""
        return QPointF(self.mapFromScene(self.box.mapViewToScene(QPointF(x, y))))

    def near(self, at: QPointF) -> int | None:
        """The trial at a point of the widget, if one is."""
        x, y = self.place_of(at)
        across, down = self.box.viewPixelSize()
        scale = np.array([across, down])
        best, number = REACH, None
        for shape in self.shapes:
            far = _distance((shape.points - (x, y)) / scale)
            if far < best:
                best, number = far, shape.number
        return number

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.near(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if found is not None:
            self.picked.emit(found)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.near(event.position())
        show_tip(self, event.globalPosition().toPoint(), "" if found is None else told(self.trials[found]))
        self.setCursor(Qt.CursorShape.PointingHandCursor if found is not None else Qt.CursorShape.ArrowCursor)
        self._hover(-1 if found is None else found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.near(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(found)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls what the plot stands in

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def _hover(self, number: int) -> None:
        if number != self.near_by:
            self.near_by = number
            self.hovered.emit(number)


def told(trial: Trial) -> str:
    """A trial in a few lines."""
    value = value_of(trial)
    outcome = STATES.get(trial.state, trial.state) if value is None else f"{trial.figure} {value:.4g}"
    lines = [f"Trial {trial.number}: {outcome}", *(f"{name}: {written(of)}" for name, of in trial.values.items())]
    return "\n".join([*lines, trial.message] if trial.message else lines)


def _distance(points: Floats) -> float:
    """How far the origin is from a line through points, in their unit."""
    if len(points) == 1:
        return float(np.hypot(*points[0]))
    start, way = points[:-1], np.diff(points, axis=0)
    length = np.maximum((way * way).sum(axis=1), 1e-12)
    share = np.clip(-(start * way).sum(axis=1) / length, 0.0, 1.0)
    return float(np.hypot(*(start + share[:, None] * way).T).min())
