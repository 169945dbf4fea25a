"""The plot of a chart: a view of pyqtgraph that the wheel zooms along, with a mark and a crosshair that reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.desk.charts import scale
from gui.desk.charts.axis import Axis
from gui.theme.colors import Theme

_ABOVE, _BELOW = 10, -1000
_CLOSEST = 1e-6


class Plot(pyqtgraph.PlotWidget):
    """Tells when the user has ``moved`` the view along, or asked ``all_requested`` by a double click."""

    moved = Signal()
    all_requested = Signal()
    pointed = Signal(object)

    def __init__(self, axis: Axis, is_log: Callable[[], bool], parent: QWidget) -> None:
        self.box = pyqtgraph.ViewBox(enableMenu=False)
        metrics = QFontMetricsF(parent.font())
        self.scales = (scale.across(axis, metrics), scale.down(is_log, metrics))
        super().__init__(
            parent, viewBox=self.box, axisItems={"bottom": self.scales[0], "left": self.scales[1]}, enableMenu=False
        )
        self.item = self.getPlotItem()
        self.item.hideButtons()
        self.item.layout.setContentsMargins(2, 6, 10, 2)
        for each in self.scales:
            each.setZValue(_BELOW)  # their grid too
        self.box.disableAutoRange()
        self.box.setDefaultPadding(0.0)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.sigRangeChangedManually.connect(self.moved)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._mark = pyqtgraph.InfiniteLine(angle=90)
        self._said = pyqtgraph.TextItem()
        self._cross = pyqtgraph.InfiniteLine(angle=90)
        self._read = pyqtgraph.TextItem()
        for height, item in enumerate((self._mark, self._said, self._cross, self._read)):
            item.setZValue(_ABOVE + height)
            item.hide()
            self.item.addItem(item, ignoreBounds=True)
        self.scene().sigMouseMoved.connect(self._point)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setBackground(theme.field)
        for each in self.scales:
            each.set_theme(theme)
        pen = pyqtgraph.mkPen(theme.muted, width=1, style=Qt.PenStyle.DashLine)
        self._mark.setPen(pen)
        self._cross.setPen(pen)
        self._said.setColor(theme.muted)
        self._read.setColor(theme.text)
        self._read.fill = pyqtgraph.mkBrush(theme.panel)
        self._read.border = pyqtgraph.mkPen(theme.border)

    def look(self, view: tuple[float, float], whole: tuple[float, float], span: tuple[float, float]) -> None:
        """Show a ``view`` of the ``whole``, and values in a ``span``."""
        first, last = whole
        self.box.setLimits(xMin=first, xMax=last, minXRange=_CLOSEST * (last - first))
        self.box.setRange(xRange=view, yRange=span, padding=0, disableAutoRange=False)

    @property
    def view(self) -> tuple[float, float]:
        """What is shown from left to right."""
        low, high = self.box.viewRange()[0]
        return low, high

    @property
    def span(self) -> tuple[float, float]:
        """What is shown from bottom to top; powers of ten where that is logarithmic."""
        low, high = self.box.viewRange()[1]
        return low, high

    def paint_now(self) -> None:
        """Paint what has changed at once, and once: what the scene has yet to tell its view would be painted again."""
        self.scene().prepareForPaint()
        QCoreApplication.sendPostedEvents(self.scene(), QEvent.Type.MetaCall.value)
        QCoreApplication.sendPostedEvents(self.window(), QEvent.Type.UpdateRequest.value)

    def columns(self) -> int:
        """How many pixels the view is wide."""
        return max(2, round(float(self.box.width())))

    def mark(self, place: float | None, words: str = "", *, below: bool = False) -> None:
        """Mark a place with words at its head or ``below``, or none."""
        self._mark.setVisible(place is not None)
        self._said.setVisible(place is not None)
        if place is not None:
            self._mark.setPos(place)
            self._put(self._said, place, words, below=below)

    def read(self, place: float | None, lines: Sequence[str] = ()) -> None:
        """Show the crosshair and what it reads, or neither."""
        self._cross.setVisible(place is not None)
        self._read.setVisible(place is not None)
        if place is not None:
            self._cross.setPos(place)
            self._put(self._read, place, "\n".join(lines))

    def reading(self) -> str:
        """What the crosshair reads, as it is written; "" where there is none."""
        return str(self._read.toPlainText()) if self._read.isVisible() else ""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the chart has a menu, and pyqtgraph's view would swallow this

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.all_requested.emit()

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _point(self, at: QPointF) -> None:
        inside = self.box.sceneBoundingRect().contains(at)
        self.pointed.emit(self.box.mapSceneToView(at).x() if inside else None)

    def _put(self, text: pyqtgraph.TextItem, place: float, words: str, *, below: bool = False) -> None:
        """Words beside a place, at the top or ``below``, on the side where there is more room."""
        if words != text.toPlainText():
            text.setPlainText(words)
        low, high = self.view
        text.setAnchor((0.0 if place < (low + high) / 2 else 1.0, float(below)))
        text.setPos(place, self.span[0 if below else 1])
