"""Learning rates tried on the drawing as it is: the loss at each, and one to train with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from gui.desk.charts.ticks import linear_ticks, log_ticks
from gui.theme.colors import Theme
from gui.widgets.progress import ProgressBar
from gui.widgets.text import Label
from gui.workers.lease import Lease
from gui.workers.pool import Workers
from training.protocol import Event, Failed, Notice, Number, RangeJob, RatesTried, Stage

_LEFT, _TOP, _RIGHT = 64, 10, 14
_TRYING = "Taking a hundred steps with rising learning rates; nothing of them is kept."
_NONE = "The loss falls at none of them, so none is suggested: look at the data, or at how the weights begin."
_FOUND = (
    "A learning rate of {} is suggested: a tenth of the rate at which the loss, smoothed, is smallest. It is now {}."
)


class RatesDialog(QDialog):
    """Tries rates as soon as it opens; ``taken`` carries the one to train with from now on."""

    taken = Signal(float)

    def __init__(self, workers: Workers, job: RangeJob, rate: float, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Try learning rates")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._rate = rate
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)
        self.said = Label(_TRYING, self)
        self.said.setWordWrap(True)
        self.said.setMinimumWidth(520)
        self.bar = ProgressBar(self)
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.plot = RatesPlot(theme, self)
        self.use = QPushButton("Use It", self)
        self.use.setObjectName("primary")
        self.use.setEnabled(False)
        self.suggested: float | None = None
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._use)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for widget in (self.said, self.bar, self.plot, buttons):
            layout.addWidget(widget)
        self.finished.connect(lambda _: self._lease.end(kill=True))
        self._lease.begin(job)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._lease.end(kill=True)
        super().closeEvent(event)

    def _take(self, event: Event) -> None:
        match event:
            case Stage() | Notice():
                self.said.setText(f"{_TRYING} {event.message}")
            case RatesTried():
                self._show(event)
            case Failed():
                self._fail(event)

    def _show(self, tried: RatesTried) -> None:
        self._lease.end()
        self.bar.hide()
        self.suggested = tried.suggested
        self.plot.show_rates(tried.rates, tried.losses, tried.suggested)
        self.said.setText(_NONE if self.suggested is None else _FOUND.format(f"{self.suggested:g}", f"{self._rate:g}"))
        self.use.setEnabled(self.suggested is not None)
        if self.suggested is not None:
            self.use.setText(f"Use {self.suggested:g}")
            self.use.setFocus()

    def _fail(self, failure: Failed) -> None:
        self._lease.end()
        self.bar.hide()
        self.said.setText(failure.message)

    def _use(self) -> None:
        if self.suggested is not None:
            self.taken.emit(self.suggested)
        self.accept()


class RatesPlot(QWidget):
    """The loss over the rate, which runs logarithmically, and a line at the one that is suggested."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.points: list[tuple[float, float]] = []
        self.suggested: float | None = None
        self.setMinimumSize(520, 260)
        self.setAccessibleName("Loss over learning rate")

    def sizeHint(self) -> QSize:
        return QSize(560, 300)

    def show_rates(self, rates: Sequence[float], losses: Sequence[Number], suggested: float | None) -> None:
        """Show the losses that are numbers."""
        self.points = [(rate, loss) for rate, loss in zip(rates, losses, strict=False) if loss is not None]
        self.suggested = suggested
        self.setAccessibleDescription(f"{len(self.points)} rates" + (f", {suggested:g} suggested" if suggested else ""))
        self.update()

    def area(self) -> QRectF:
        """Where the curve is."""
        below = 2 * self.fontMetrics().height() + 6
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - below)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), self.area()
        painter.fillRect(area, self._theme.field)
        if len(self.points) > 1:
            self._paint_curve(painter, area)
        painter.setPen(QPen(self._theme.outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        painter.end()

    def _paint_curve(self, painter: QPainter, area: QRectF) -> None:
        (first, _), (last, _) = self.points[0], self.points[-1]
        losses = [loss for _, loss in self.points]
        room = 0.06 * (max(losses) - min(losses)) or 1.0
        low, high = min(losses) - room, max(losses) + room

        def place(rate: float, loss: float) -> QPointF:
            across = (log10(rate) - log10(first)) / ((log10(last) - log10(first)) or 1.0)
            return QPointF(
                area.left() + across * area.width(), area.bottom() - (loss - low) / (high - low) * area.height()
            )

        self._paint_axes(painter, area, (first, last), (low, high), place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.accent, 2))
        painter.drawPolyline(QPolygonF([place(*point) for point in self.points]))
        if self.suggested is not None and first <= self.suggested <= last:
            x = place(self.suggested, low).x()
            painter.setPen(QPen(self._theme.text, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawText(QPointF(x + 5, area.top() + self.fontMetrics().ascent() + 2), f"{self.suggested:g}")

    def _paint_axes(
        self,
        painter: QPainter,
        area: QRectF,
        rates: tuple[float, float],
        losses: tuple[float, float],
        place: Callable[[float, float], QPointF],
    ) -> None:
        high = self.fontMetrics().height()
        painter.setPen(self._theme.muted)
        for value, text in log_ticks(*rates, 8):
            x = place(value, losses[0]).x()
            painter.drawText(QRectF(x - 40, area.bottom() + 2, 80, high), int(Qt.AlignmentFlag.AlignHCenter), text)
        for value, text in linear_ticks(*losses, 5):
            y = place(rates[0], value).y()
            side = Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, y - high / 2, _LEFT - 6, high), int(side), text)
        below = QRectF(area.left(), area.bottom() + 2 + high, area.width(), high + 2)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), "learning rate")
        painter.drawText(QPointF(area.left() + 6, area.top() + self.fontMetrics().ascent() + 2), "loss")
