"""The charts of the training panel: what they show of how much, how they are read, and how often they are drawn."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from time import monotonic, thread_time
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.desk.charts.axis import Axis
from gui.desk.charts.chart import Chart
from gui.desk.charts.curve import Curve
from gui.desk.charts.pace import SHARE, Pace
from gui.desk.charts.series import Series
from gui.desk.charts.ticks import linear_ticks, log_ticks, time_ticks
from gui.desk.charts.track import Track
from gui.desk.training.curves import History
from gui.widgets import dialogs
from tests.support.editor_window import click
from tests.support.mouse import double_click
from tests.support.typed import known, there
from training.protocol import EpochEnded, Progress, Started

STARTED = Started("runs/a", "cpu", 4, 0, 10, 100, 10, 7, ["loss", "accuracy"], 0)


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    """A chart of ten thousand points, 1,000 of them to an epoch."""
    chart = Chart("Loss", axis := Axis())
    qtbot.addWidget(chart)
    chart.resize(500, 260)
    axis.take(1000, Series(), Series())
    generator = np.random.default_rng(0)
    chart.show_series("steps", series_of(generator.lognormal(size=10_000)), Curve("each step", "muted", noisy=True))
    chart.show()
    qtbot.waitExposed(chart)
    chart.redraw()
    chart.grab()
    return chart


def series_of(values: Any) -> Series:
    series = Series()
    series.extend(1, [float(value) for value in values])
    return series


def turn_wheel(chart: Chart, at: QPoint, clicks: int) -> None:
    place, turned = QPointF(at), QPoint(0, 120 * clicks)
    buttons, modifiers, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    over = chart.plot.viewport()
    event = QWheelEvent(place, over.mapToGlobal(place), QPoint(), turned, buttons, modifiers, phase, False)
    QApplication.sendEvent(over, event)
    chart.grab()


def area(chart: Chart) -> QRect:
    """Where the curves are, in the plot."""
    return chart.plot.box.sceneBoundingRect().toAlignedRect()


def point_at(chart: Chart, at: QPoint) -> None:
    for place in (at - QPoint(9, 0), at):
        QTest.mouseMove(chart.plot.viewport(), place)


def place_under(chart: Chart, at: QPoint) -> float:
    return chart.plot.box.mapSceneToView(QPointF(at)).x()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1000, 5000, 200_000])
def test_the_extremes_of_every_column_are_those_of_its_points(count: int) -> None:
    generator = np.random.default_rng(count)
    values = generator.normal(size=count)
    values[generator.random(count) < 0.1] = np.nan
    series, track = Series(), Track()
    for first in range(0, count, 977):
        series.extend(first + 1, values[first : first + 977].tolist())
        track.take(series)
    edges = np.linspace(1, count + 0.5, 51)
    found = track.columns(edges)
    if count > 50 * 256:
        # Whole blocks of 64: an extreme may stand that far beside its column, but none is lost.
        assert np.nanmin(found.low) == np.nanmin(values)
        assert np.nanmax(found.high) == np.nanmax(values)
        return
    steps = np.arange(1, count + 1)
    for place, low, high in zip(found.place, found.low, found.high, strict=True):
        inside = values[(steps >= edges[place]) & (steps < edges[place + 1])]
        inside = inside[np.isfinite(inside)]
        assert (math.isnan(low) and not len(inside)) or (low, high) == (inside.min(), inside.max())


def test_smoothing_averages_the_points_before_and_leaves_gaps_out() -> None:
    values = np.arange(100.0)
    values[50] = np.nan
    track = Track()
    track.take(series_of(values))
    assert track.means(np.array([1, 10, 55]), 10).tolist() == [
        0.0,
        np.mean(values[:10]),
        pytest.approx(np.nanmean(values[45:55])),
    ]


def test_a_series_that_is_cut_is_drawn_as_it_is_now() -> None:
    series, track = series_of(np.arange(500.0)), Track()
    track.take(series)
    series.extend(300, [-1.0] * 10)
    track.take(series)
    assert len(track) == 309
    assert track.y[298:].tolist() == [298.0, *[-1.0] * 10]
    assert np.nanmin(track.columns(np.array([0.0, 400.0])).low) == -1.0
    assert np.nanmax(track.columns(np.array([0.0, 400.0])).high) == 298.0


def test_a_resumed_run_is_one_curve_that_forgets_what_is_done_again() -> None:
    history = History()
    history.add(STARTED)
    for epoch in (1, 2):
        history.add(Progress(epoch, 10 * epoch, [5.0] * 10, 50.0))
        history.add(EpochEnded(epoch, 10 * epoch, {"loss": 5.0}, {"loss": 6.0 - epoch}, 1.0, True))
    history.add(Started("runs/a", "cpu", 4, 1, 10, 100, 10, 7, ["loss"], 0))
    history.add(Progress(2, 15, [1.0] * 5, 50.0))
    assert list(history.losses.x) == list(range(1, 16))
    assert list(history.losses.y) == [5.0] * 10 + [1.0] * 5
    assert list(history.validation["loss"].y) == [5.0]
    assert list(history.best.y) == [1.0]
    assert list(history.seconds.y) == [pytest.approx(2.0), pytest.approx(3.0)]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 12), (0.3, 0.31), (-2, 5e6), (1e-7, 3e-7), (0, 1e9)])
def test_ticks_are_few_inside_and_tell_one_place_from_another(low: float, high: float) -> None:
    ticks = linear_ticks(low, high, 6)
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-12 <= place <= high * (1 + 1e-9) for place, _ in ticks)
    assert len({word for _, word in ticks}) == len(ticks)


@pytest.mark.parametrize(("low", "high"), [(0.02, 4), (1e-8, 1e3), (0.5, 0.9), (1e-30, 1e30), (1, 1.0001)])
@pytest.mark.parametrize("most", [2, 4, 8])
def test_ticks_of_a_logarithmic_axis_have_room(low: float, high: float, most: int) -> None:
    ticks = log_ticks(low, high, most)
    assert 1 <= len(ticks) <= most + 1
    assert len({word for _, word in ticks}) == len(ticks)


def test_ticks_of_time_are_round() -> None:
    assert [word for _, word in time_ticks(0, 50, 5)] == ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s"]
    assert [word for _, word in time_ticks(0, 200, 4)] == ["0 s", "1:00", "2:00", "3:00"]
    assert [word for _, word in time_ticks(0, 9000, 3)] == ["0 s", "1:00:00", "2:00:00"]


def test_one_point_has_an_axis_from_nothing_to_one(qtbot: QtBot) -> None:
    chart = Chart("Accuracy", axis := Axis())
    qtbot.addWidget(chart)
    axis.take(10, Series(), Series())
    series = Series()
    series.add(10, 0.5)
    chart.show_series("validation", series, Curve("validation", "advice", dots=True))
    chart.resize(400, 200)
    chart.redraw()
    chart.grab()
    assert chart.view == pytest.approx((0.0, 1.02))
    low, high = chart.span
    assert low < 0.5 < high


def test_the_wheel_goes_in_where_the_mouse_is_and_there_is_a_way_back(chart: Chart) -> None:
    whole, over = chart.view, chart.plot.viewport()
    at = area(chart).center()
    under = place_under(chart, at)
    turn_wheel(chart, at, 5)
    low, high = chart.view
    assert high - low < 0.5 * (whole[1] - whole[0])
    assert place_under(chart, at) == pytest.approx(under, abs=0.01 * (high - low))
    assert chart.all.isVisible()
    QTest.mousePress(over, Qt.MouseButton.LeftButton, pos=at)
    for moved in (20, 40, 60):
        QTest.mouseMove(over, at + QPoint(moved, 0))
    QTest.mouseRelease(over, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 0))
    chart.grab()
    assert chart.view[0] < low
    click(chart.all)
    chart.grab()
    assert chart.view == whole
    assert not chart.all.isVisible()
    turn_wheel(chart, at, 5)
    QTest.mouseClick(over, Qt.MouseButton.LeftButton, pos=at)
    double_click(over, at)
    chart.grab()
    assert chart.view == whole
    turn_wheel(chart, at, 3)
    turn_wheel(chart, at, -10)
    assert not chart.zoomed


def test_a_zoom_stays_where_it_is_while_the_run_goes_on(chart: Chart) -> None:
    turn_wheel(chart, area(chart).center(), 5)
    zoomed = chart.view
    longer = series_of(np.ones(20_000))
    chart.show_series("steps", longer, Curve("each step", "muted"))
    chart.redraw()
    chart.grab()
    assert chart.view == pytest.approx(zoomed)
    click(chart.all)
    assert chart.view[1] >= 20


def test_the_scales_stand_still_while_little_comes(chart: Chart) -> None:
    seen = []
    for more in (1, 100, 400):
        longer = series_of([*chart.curves["steps"].track.y.tolist(), *[1.0] * more])
        chart.show_series("steps", longer, Curve("each step", "muted"))
        chart.redraw()
        seen.append((chart.view, chart.span))
    assert seen[0] == seen[1]
    assert seen[1] != seen[2]


def test_a_logarithmic_scale_shows_values_as_they_are(chart: Chart) -> None:
    chart.log = True
    chart.redraw()
    chart.grab()
    low, high = chart.span
    values = chart.curves["steps"].track.y
    assert 0 < low < values.min() < values.max() < high


def test_the_crosshair_reads_the_curves(chart: Chart) -> None:
    point_at(chart, area(chart).center())
    words = chart.plot.reading()
    assert words.startswith("epoch ")
    assert "each step " in words
    QApplication.sendEvent(chart.plot, QEvent(QEvent.Type.Leave))
    assert chart.plot.reading() == ""


def test_the_legend_and_the_words_of_the_axes_are_outside_the_curves(chart: Chart) -> None:
    inside = area(chart)
    assert chart.legend.geometry().bottom() < inside.top() + chart.plot.y()
    assert inside.left() > chart.fontMetrics().horizontalAdvance("0")
    assert {entry.text for entry in chart.entries()} == {"Loss", "each step"}


def test_names_in_a_chart_are_never_taken_for_html(chart: Chart, qtbot: QtBot) -> None:
    chart.show_series("<b>", series_of([1.0, 2.0]), Curve("<b>bold</b>", "accent"))
    chart.redraw()
    point_at(chart, area(chart).center())
    assert "<b>bold</b>" in chart.plot.reading()


def test_steps_epochs_and_time_are_three_ways_to_show_the_same_points(qtbot: QtBot) -> None:
    history = History()
    history.add(STARTED)
    for epoch in (1, 2):
        history.add(Progress(epoch, 10 * epoch, [1.0] * 10, 50.0))
        history.add(EpochEnded(epoch, 10 * epoch, {}, {}, 1.0, False))
    axis = Axis()
    axis.take(history.steps_per_epoch, history.epochs, history.seconds)
    steps = np.array([5.0, 10.0, 20.0, 25.0])
    for unit, shown in (("step", steps), ("epoch", steps / 10), ("time", steps / 5)):
        axis.unit = known(unit)
        assert axis.shown(steps) == pytest.approx(shown)
        assert axis.steps(axis.shown(steps)) == pytest.approx(steps)


def test_charts_of_one_run_end_at_one_step(qtbot: QtBot) -> None:
    axis = Axis()
    charts = [Chart(title, axis) for title in ("Loss", "Accuracy")]
    axis.take(10, Series(), Series(), 57)
    steps, means = Series(), Series()
    steps.extend(1, [1.0] * 57)
    for epoch in range(1, 6):
        means.add(10 * epoch, 0.5)
    for chart, series in zip(charts, (steps, means), strict=True):
        qtbot.addWidget(chart)
        chart.show_series("curve", series, Curve("curve", "accent"))
        chart.redraw()
    assert charts[0].whole() == charts[1].whole()
    assert charts[0].whole()[1] == pytest.approx(5.8, abs=0.4)


def test_the_last_dot_and_its_tick_are_painted_whole(qtbot: QtBot) -> None:
    chart = Chart("Accuracy", axis := Axis())
    qtbot.addWidget(chart)
    means = Series()
    for epoch in range(1, 7):
        means.add(epoch, 0.5)
    axis.take(1, Series(), Series())
    chart.show_series("validation", means, Curve("validation", "advice", dots=True))
    chart.resize(400, 200)
    chart.show()
    qtbot.waitExposed(chart)
    chart.redraw()
    chart.grab()
    last = chart.plot.mapFromScene(chart.plot.box.mapViewToScene(QPointF(6.0, 0.5)))
    assert 5 <= area(chart).right() - last.x() <= 12


def test_drawing_rests_so_long_that_it_takes_a_small_share_of_a_core(qtbot: QtBot) -> None:
    drawn: list[float] = []

    def draw() -> None:
        until = thread_time() + 0.01
        while thread_time() < until:
            pass
        drawn.append(monotonic())

    owner = QObject()
    pace = Pace(draw, owner)
    pace.ask()
    qtbot.waitUntil(lambda: len(drawn) == 1)
    pace.ask()
    pace.ask()
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert drawn[1] - drawn[0] >= 0.9 * 0.01 / SHARE
    assert pace.rest >= 0.01 / SHARE


def test_a_right_click_saves_the_picture_and_every_value(
    chart: Chart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    chosen = iter([tmp_path / "loss.svg", tmp_path / "loss.png", tmp_path / "loss.csv"])
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(next(chosen)))
    at = chart.plot.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, chart.plot.mapToGlobal(at))
    QApplication.sendEvent(chart.plot.viewport(), event)
    menu = chart.findChild(QMenu)
    actions = {action.text(): action for action in there(menu).actions()}
    actions["Save picture…"].trigger()
    actions["Save picture…"].trigger()
    actions["Save values…"].trigger()
    there(menu).close()
    assert "each step" in (tmp_path / "loss.svg").read_text()
    assert QImage(str(tmp_path / "loss.png")).width() == 2 * chart.width()
    rows = list(csv.reader((tmp_path / "loss.csv").read_text().splitlines()))
    assert rows[0] == ["curve", "step", "epoch", "value"]
    assert len(rows) == 1 + 10_000
    assert (rows[2500][:3], float(rows[2500][3])) == (["each step", "2500", "2.5"], chart.curves["steps"].track.y[2499])


def test_a_picture_that_cannot_be_written_is_said(
    chart: Chart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    monkeypatch.setattr(dialogs, "ask_save", lambda *_: str(tmp_path / "none" / "loss.svg"))
    monkeypatch.setattr(dialogs, "tell", lambda _, title, sentence: said.append((title, sentence)))
    chart.save_picture()
    assert said[0][0] == "Save picture"
    assert "cannot be saved" in said[0][1]


def test_a_low_chart_has_a_scale_of_two_values_or_more(qtbot: QtBot) -> None:
    chart = Chart("Accuracy", axis := Axis())
    qtbot.addWidget(chart)
    axis.take(1, Series(), Series())
    chart.show_series("validation", series_of([0.65, 0.86, 0.96]), Curve("validation", "advice"))
    chart.resize(280, 110)
    chart.show()
    qtbot.waitExposed(chart)
    chart.redraw()
    chart.grab()
    scale = chart.plot.item.getAxis("left")
    low, high = chart.span
    ((_, places),) = scale.tickValues(low, high, area(chart).height())
    assert len(places) >= 2
    assert area(chart).height() / (high - low) * (places[1] - places[0]) >= QFontMetricsF(chart.font()).height()
