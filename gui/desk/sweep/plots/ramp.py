"""The colours of trials, from the best to the worst, and how those look that have no value."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.desk.sweep.plots.spread import Spread
from gui.desk.sweep.shown import ShownSweep, value_of
from gui.theme.colors import Theme
from training.protocol import Trial

# Told apart on light and on dark ground, and with most kinds of colour blindness.
BEST, BETWEEN, WORST = QColor("#2f7de1"), QColor("#b45ad0"), QColor("#e08a2e")
_BAR, _HIGH = 90, 8


class Look(NamedTuple):
    """How a trial is drawn, and whether it has a value."""

    color: QColor
    style: Qt.PenStyle
    valued: bool


def shade(share: float) -> QColor:
    """The colour at a share of the way from the best, 0, to the worst, 1."""
    share = min(1.0, max(0.0, share))
    one, other, part = (BEST, BETWEEN, 2 * share) if share < 0.5 else (BETWEEN, WORST, 2 * share - 1)
    pairs = zip((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()), strict=True)
    return QColor(*[round(a + part * (b - a)) for a, b in pairs])


def look_of(trial: Trial, figure: Spread, theme: Theme) -> Look:
    """How a trial is drawn: dotted if it failed, dashed if it ended early or is under way."""
    place = figure.place(value_of(trial))
    if place is None:
        failed = trial.state == "failed"
        return Look(
            theme.error if failed else theme.muted, Qt.PenStyle.DotLine if failed else Qt.PenStyle.DashLine, False
        )
    return Look(shade(0.0 if figure.flat else 1 - place if trial.rises else place), Qt.PenStyle.SolidLine, True)


class Ramp(QWidget):
    """What the colours and the strokes mean, in a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self.words = ("", "")
        self.others = ""
        self._states: set[str] = set()
        self._points = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def show_sweep(self, sweep: ShownSweep) -> None:
        """Say what the ends of the ramp are, and what is not solid."""
        values = [value for trial in sweep.trials.values() if (value := value_of(trial)) is not None]
        ends = sorted(values, reverse=sweep.rises)
        self.words = (f"best {ends[0]:.4g}", f"{ends[-1]:.4g} worst") if ends else ("", "")
        if ends and ends[0] == ends[-1]:
            self.words = (f"{sweep.figure} {ends[0]:.4g}", "")
        self._states = {trial.state for trial in sweep.trials.values()}
        self._say()

    def show_marks(self, *, points: bool) -> None:
        """Say what marks mean, or strokes."""
        self._points = points
        self._say()

    def _say(self) -> None:
        one, other = ("triangles", "crosses") if self._points else ("dashed", "dotted")
        kinds = (("under way", _UNDER_WAY), ("ended early", {"pruned"}))
        open_ones = [words for words, states in kinds if self._states & states]
        said = [f"{one}: {' or '.join(open_ones)}"] if open_ones else []
        said += [f"{other}: failed"] if "failed" in self._states else []
        self.others = "   ".join(said)
        self.setAccessibleDescription(" ".join([*self.words, self.others]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setPen(self._theme.muted)
        x, high = 0.0, float(self.height())
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        if self.words[0]:
            wide = metrics.horizontalAdvance(self.words[0])
            painter.drawText(QRectF(x, 0, wide, high), flags, self.words[0])
            x += wide + (8 if self.words[1] else 24)
        if self.words[1]:
            bar = QRectF(x, (high - _HIGH) / 2, _BAR, _HIGH)
            gradient = QLinearGradient(QPointF(bar.left(), 0), QPointF(bar.right(), 0))
            for share in (0.0, 0.25, 0.5, 0.75, 1.0):
                gradient.setColorAt(share, shade(share))
            painter.fillRect(bar, gradient)
            x = bar.right() + 8
            wide = metrics.horizontalAdvance(self.words[1])
            painter.drawText(QRectF(x, 0, wide, high), flags, self.words[1])
            x += wide + 24
        painter.drawText(QRectF(x, 0, max(0.0, self.width() - x), high), flags, self.others)
        painter.end()


_UNDER_WAY = {"running", "waiting"}
