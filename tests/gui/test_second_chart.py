"""What stands beside the loss of a run: accuracy, any other figure, or how training went."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import preferences
from gui.desk.training.curves import History
from gui.desk.training.plots import Plots
from training.protocol import EpochEnded, Event, Progress, Started

STEPS = 4


def told(epochs: int = 3, metrics: tuple[str, ...] = ("loss", "accuracy")) -> list[Event]:
    events: list[Event] = [Started("r", "cpu", epochs, 0, STEPS, 40, 10, 77, list(metrics), 0)]
    for epoch in range(1, epochs + 1):
        rates = {"": 0.1 / epoch}
        events.append(Progress(epoch, STEPS * epoch, [1.0 / epoch] * STEPS, 100.0 * epoch, rates, 2**20 * epoch))
        held_back: dict[str, float | None] = {"loss": 1.0 / epoch, "accuracy": 0.2 * epoch, "f1": 0.1 * epoch}
        training: dict[str, float | None] = {"loss": 0.5 / epoch, "accuracy": 0.3 * epoch}
        events.append(EpochEnded(epoch, STEPS * epoch, training, held_back, 1.0, True))
    return events


@pytest.fixture
def plots(qtbot: QtBot) -> Plots:
    made = Plots()
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def choose(plots: Plots, figure: str) -> None:
    """Choose by keys, as a user does."""
    plots.beside.setFocus()
    place = plots.beside.findText(figure)
    while plots.beside.currentIndex() != place:
        down = plots.beside.currentIndex() < place
        QTest.keyClick(plots.beside, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def values(plots: Plots) -> dict[str, list[tuple[float, float]]]:
    return {
        curve.name: list(zip(curve.track.x.tolist(), curve.track.y.tolist(), strict=True))
        for curve in plots.accuracy.curves.values()
    }


def test_accuracy_stands_there_until_another_is_chosen(plots: Plots) -> None:
    plots.show_history(History.of(told()))
    offered = [plots.beside.itemText(place) for place in range(plots.beside.count())]
    assert offered == ["accuracy", "f1", "learning rate", "samples a second", "memory in MiB"]
    assert plots.accuracy.title == "Accuracy"
    assert values(plots)["validation"] == [(4, 0.2), (8, 0.4), (12, pytest.approx(0.6))]
    choose(plots, "learning rate")
    assert plots.accuracy.title == "Learning rate"
    assert values(plots) == {"learning rate": [(4, 0.1), (8, 0.05), (12, pytest.approx(0.1 / 3))]}
    choose(plots, "f1")
    assert values(plots) == {"validation": [(4, 0.1), (8, 0.2), (12, pytest.approx(0.3))]}
    choose(plots, "memory in MiB")
    assert values(plots) == {"memory in MiB": [(4, 1), (8, 2), (12, 3)]}


def test_what_was_chosen_is_remembered_and_comes_back_where_it_was_missing(plots: Plots, qtbot: QtBot) -> None:
    plots.show_history(History.of(told()))
    choose(plots, "f1")
    assert preferences.figure() == "f1"
    again = Plots()
    qtbot.addWidget(again)
    again.show_history(History.of(told()[:2]))  # nothing is measured yet
    assert again.beside.currentText() == "accuracy"
    again.show_history(History.of(told()))
    assert again.beside.currentText() == "f1"
    assert list(values(again)) == ["validation"]


def test_without_accuracy_another_figure_can_be_seen(plots: Plots) -> None:
    events = [event for event in told(metrics=("loss",)) if not isinstance(event, EpochEnded)]
    plots.show_history(History.of(events))
    assert not plots.accuracy.isVisible()
    choose(plots, "samples a second")
    assert plots.accuracy.isVisible()
    assert [y for _, y in values(plots)["samples a second"]] == [100, 200, 300]


def test_what_a_resumed_run_does_once_more_replaces_what_it_did(plots: Plots) -> None:
    history = History.of([*told(), Started("r", "cpu", 3, 2, STEPS, 40, 10, 77, ["loss", "accuracy"], 0)])
    history.add(Progress(3, 10, [0.1, 0.1], 50.0, {"": 0.7}))
    assert list(history.paces["learning rate"].y) == [0.1, 0.05, 0.7]
    assert list(history.paces["learning rate"].x) == [4, 8, 10]
