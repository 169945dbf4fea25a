"""What a training that is watched takes of the machine it trains on: nothing is painted twice, or for nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.desk.training.curves import History
from gui.desk.training.plots import Plots
from gui.widgets.figures import Figures
from gui.widgets.progress import ProgressBar
from training.protocol import EpochEnded, Event, Progress, Started

STEPS = 40


class Paints(QObject):
    """Counts how often widgets are painted."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.count = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def epoch(number: int) -> list[Event]:
    losses = [1.0 / (number * STEPS + step) for step in range(STEPS)]
    means: dict[str, float | None] = {"loss": losses[-1], "accuracy": 1 - losses[-1]}
    ended = EpochEnded(number, number * STEPS, dict(means), dict(means), 1.0, True)
    return [Progress(number, number * STEPS, [*losses], 5e3), ended]


def test_each_chart_is_painted_once_for_what_has_come(qtbot: QtBot) -> None:
    plots = Plots()
    qtbot.addWidget(plots)
    plots.resize(1000, 400)
    plots.show()
    qtbot.waitExposed(plots)
    history = History.of([Started("r", "cpu", 9, 0, STEPS, 64 * STEPS, 10, 77, ["loss", "accuracy"], 0), *epoch(1)])
    plots.show_history(history)
    QApplication.processEvents()
    paints = Paints(*(chart.plot.viewport() for chart in plots.charts))
    for number in (2, 3, 4):
        for event in epoch(number):
            history.add(event)
        paints.count = 0
        plots.show_history(history)
        assert paints.count == 2  # at once: what it takes is measured
        QApplication.processEvents()
        assert paints.count == 2


def test_a_bar_of_progress_moves_by_itself_only_while_it_knows_of_none(qtbot: QtBot) -> None:
    bar = ProgressBar()
    qtbot.addWidget(bar)
    bar.resize(200, 6)
    bar.show()
    for most, value, moves in ((0, 0, True), (9_000_000, 10, False), (100, 50, False)):
        bar.setRange(0, most)
        bar.setValue(value)
        event = QEvent(QEvent.Type.StyleAnimationUpdate)
        event.ignore()
        QApplication.sendEvent(bar, event)
        assert event.isAccepted() == moves


def test_what_is_beside_figures_does_not_move_with_every_number(qtbot: QtBot) -> None:
    holder, figures = QWidget(), Figures(["Loss", "Time left"], wraps=False, across=2)
    qtbot.addWidget(holder)
    beside, row = QTextEdit(), QHBoxLayout(holder)
    row.addWidget(beside, 1)
    row.addWidget(figures)
    holder.resize(300, 100)
    holder.show()
    widths = []
    for left in ("14 h 30 min, 3.3 s so far", "9 s", "14 h 29 min, 4.4 s so far"):
        figures.show_values({"Loss": "0.123", "Time left": left})
        QApplication.processEvents()
        widths.append(beside.width())
    assert len(set(widths)) == 1
