"""Plots of sweeps: where values stand, what is drawn of which trial, and one trial selected in all of them."""

from __future__ import annotations

from math import nan
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from graph.edits.setting.sweeping import vary
from graph.recipe.sweep.axis import axis_of
from graph.storage.loom import load, save
from gui.desk.sweep.page import SweepPage
from gui.desk.sweep.plots.board import Board
from gui.desk.sweep.plots.plots import SweepPlots
from gui.desk.sweep.plots.ramp import BEST, WORST, look_of
from gui.desk.sweep.plots.spread import MIDDLE, Spread
from gui.desk.sweep.shown import ShownSweep, value_of
from gui.theme.colors import Theme
from tests.support.editor_window import EditorWindow, click, draw
from tests.support.swept_folder import keep_sweep, trial
from tests.support.typed import there
from training.protocol import Importance, Trial

AXES = (
    axis_of("width", "8,4,16"),
    axis_of("rate", "1e-4..1e-1"),
    axis_of("kind", "SGD,Adam"),
    axis_of("only", "7"),
)


def values(width: int, rate: float, kind: str) -> dict[str, Any]:
    return {"width": width, "rate": rate, "kind": kind, "only": 7}


TRIALS = [
    trial(0, values(4, 1e-4, "SGD"), 0.9),
    trial(1, values(8, 1e-2, "Adam"), 0.1),
    trial(2, values(16, 1e-1, "Adam"), 0.01, "pruned"),
    trial(3, values(16, 1e-3, "SGD"), None, "failed"),
    trial(4, values(8, 1e-1, "SGD"), 0.5),
]


def swept(trials: list[Trial], importance: Importance | None = None) -> ShownSweep:
    return ShownSweep(Path("sweep"), AXES, {each.number: each for each in trials}, importance)


@pytest.fixture
def plots(qtbot: QtBot) -> SweepPlots:
    made = SweepPlots()
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.show()
    qtbot.waitExposed(made)
    made.set_theme(Theme.light())
    made.show_sweep(swept(TRIALS))
    return made


def press(widget: QWidget, at: QPointF, double: bool = False) -> None:
    do = QTest.mouseDClick if double else QTest.mouseClick
    do(there(widget), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint())


def ground(board: Board) -> QWidget:
    found: QWidget = board.viewport()
    return found


def between(board: Board, number: int, first: int) -> QPointF:
    """A point a quarter on the way of a trial's line from one axis to the next."""
    points = next(shape.points for shape in board.shapes if shape.number == number)
    one, other = points[first], points[first + 1]
    return board.point_of(*(one + 0.25 * (other - one)))


def drag(board: Board, x: float, low: float, high: float) -> None:
    start, end = board.point_of(x, low).toPoint(), board.point_of(x, high).toPoint()
    QTest.mousePress(ground(board), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for at in (start + QPoint(0, -8), end):
        QTest.mouseMove(ground(board), at)
    QTest.mouseRelease(ground(board), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


@pytest.mark.parametrize(
    ("spread", "value", "place"),
    [
        (Spread.of_axis(AXES[0]), 4, 0.0),
        (Spread.of_axis(AXES[0]), 8, 0.5),
        (Spread.of_axis(AXES[0]), 5, None),
        (Spread.of_axis(AXES[1]), 1e-2, 2 / 3),
        (Spread.of_axis(AXES[2]), "Adam", 1.0),
        (Spread.of_axis(AXES[3]), 7, MIDDLE),
        (Spread.of_axis(axis_of("size", "[[3,1],[1,3]]")), [1, 3], 1.0),
        (Spread.of_axis(axis_of("bias", "true,false")), False, 1.0),
        (Spread.of_axis(axis_of("p", "0..0.5:linear")), 0.25, 0.5),
        (Spread.of_figure("loss", [1.0, 3.0, nan, None]), 2.0, 0.5),
        (Spread.of_figure("loss", [0.01, 100.0]), 1.0, 0.5),
        (Spread.of_figure("loss", [0.3]), 0.3, MIDDLE),
        (Spread.of_figure("loss", [1.0, 3.0]), nan, None),
        (Spread.of_figure("loss", []), None, None),
    ],
)
def test_a_value_stands_where_its_axis_says(spread: Spread, value: Any, place: float | None) -> None:
    found = spread.place(value)
    assert found == (place if place is None else pytest.approx(place))


def test_ticks_say_what_stands_there() -> None:
    assert Spread.of_axis(AXES[0]).ticks(5) == [(0.0, "4"), (0.5, "8"), (1.0, "16")]
    assert [word for _, word in Spread.of_axis(AXES[1]).ticks(5)] == ["1e-4", "0.001", "0.01", "0.1"]
    assert Spread.of_axis(AXES[3]).ticks(5) == [(MIDDLE, "7")]
    assert Spread.of_figure("loss", [0.3]).ticks(5) == [(MIDDLE, "0.3")]
    assert Spread.of_figure("loss", [None]).ticks(5) == []
    assert len(Spread.of_axis(axis_of("many", ",".join(map(str, range(100))))).ticks(6)) <= 6


def test_the_best_and_the_worst_have_the_ends_of_the_ramp_and_others_no_colour_of_it() -> None:
    figure = Spread.of_figure("loss", map(value_of, TRIALS))
    looks = [look_of(each, figure, Theme.light()) for each in TRIALS]
    assert (looks[1].color, looks[0].color) == (BEST, WORST)
    assert [look.valued for look in looks] == [True, True, False, False, True]
    assert looks[2].style == Qt.PenStyle.DashLine
    assert looks[3].style == Qt.PenStyle.DotLine


def test_more_is_better_where_the_figure_rises() -> None:
    import msgspec

    trials = [msgspec.structs.replace(each, rises=True) for each in TRIALS]
    figure = Spread.of_figure("accuracy", map(value_of, trials))
    assert look_of(trials[0], figure, Theme.light()).color == BEST
    assert [each.number for each in swept(trials).sorted()] == [0, 4, 1, 2, 3]


def test_a_trial_without_a_value_ends_before_the_axis_of_the_figure(plots: SweepPlots) -> None:
    lengths = {shape.number: len(shape.points) for shape in plots.parallel.shapes}
    assert lengths == {0: 5, 1: 5, 2: 4, 3: 4, 4: 5}
    assert "0.1" in plots.ramp.words[0]  # not the pruned trial's better figure
    assert "0.9" in plots.ramp.words[1]


def test_a_click_on_a_line_selects_its_trial_and_a_double_click_opens_it(plots: SweepPlots, qtbot: QtBot) -> None:
    at = between(plots.parallel, 1, 3)
    with qtbot.waitSignal(plots.picked) as picked:
        press(ground(plots.parallel), at)
    assert picked.args == [1]
    with qtbot.waitSignal(plots.opened) as opened:
        press(ground(plots.parallel), at, double=True)
    assert opened.args == [1]


def test_a_drag_along_an_axis_lets_only_some_through_and_a_click_all_again(plots: SweepPlots) -> None:
    parallel = plots.parallel
    drag(parallel, 0, 0.4, 1.02)
    assert [number for number in range(5) if parallel.passes(number)] == [1, 2, 3, 4]
    assert plots.let_through.text() == "4 of 5 let through"
    drag(parallel, 4, -0.03, 0.6)
    assert [number for number in range(5) if parallel.passes(number)] == [1, 4]
    press(ground(parallel), parallel.point_of(0, 0.2))
    press(ground(parallel), parallel.point_of(4, 0.2))
    assert all(map(parallel.passes, range(5)))
    assert plots.let_through.text() == ""


def test_a_click_on_a_dot_selects_its_trial_and_those_without_a_value_stand_below(
    plots: SweepPlots, qtbot: QtBot
) -> None:
    click(plots.slices_tab)
    first = plots.slices.plots[0]
    heights = {shape.number: shape.points[0][1] for shape in first.shapes}
    assert heights[1] == 0.0
    assert heights[0] == 1.0
    assert heights[2] == heights[3] < 0
    with qtbot.waitSignal(plots.picked) as picked:
        press(ground(first), first.point_of(0.5, 0.0))
    assert picked.args == [1]


def test_importance_says_from_when_on_it_is_told_and_how_much_it_is_worth(plots: SweepPlots) -> None:
    click(plots.importance_tab)
    assert "8 complete trials" in plots.importance.said.text()
    assert "3 so far" in plots.importance.said.text()
    plots.show_sweep(swept(TRIALS, Importance({"width": 0.2, "rate": 0.8}, 0.6, 12)))
    assert plots.importance.bars.names == ["width", "rate"]
    assert "explains 60%" in plots.importance.said.text()
    plots.show_sweep(swept(TRIALS, Importance({"width": 0.0, "rate": 0.0}, -0.1, 12)))
    assert "worth nothing" in plots.importance.said.text()


@pytest.mark.parametrize("trials", [[], TRIALS[:1], TRIALS[2:4]], ids=["none", "one", "none with a value"])
def test_few_trials_are_drawn_too(plots: SweepPlots, trials: list[Trial]) -> None:
    plots.show_sweep(swept(trials))
    for tab in (plots.parallel_tab, plots.slices_tab, plots.importance_tab):
        click(tab)
        assert not plots.grab().isNull()
    assert len(plots.parallel.shapes) == len(trials)


def test_a_trial_selected_anywhere_is_selected_everywhere(window: EditorWindow, tmp_path: Path, qtbot: QtBot) -> None:
    document = draw(window)
    vary(document, "conv1.out_channels", "3,6,12")
    vary(document, "learning_rate", "1e-4..1e-1")
    drawing = tmp_path / "net.loom"
    save(document, drawing)
    pairs = [(3, 1e-4, 0.9), (6, 1e-2, 0.1), (12, 1e-1, 0.5)]
    names = ("conv1.out_channels", "learning_rate")
    kept = [trial(at, dict(zip(names, (w, r), strict=True)), value) for at, (w, r, value) in enumerate(pairs)]
    keep_sweep(load(drawing), drawing, kept)
    assert window.files.load(drawing)
    window.actions_made["sweep"].trigger()
    page: SweepPage = window.sweep
    plots = there(page.plots)
    assert page.selected == 1  # the best
    press(ground(plots.parallel), between(plots.parallel, 2, 1))
    click(plots.slices_tab)
    chosen = page.selected, page.table.number(), plots.parallel.selected, plots.slices.plots[0].selected
    assert chosen == (2, 2, 2, 2)
    click(plots.parallel_tab)
    press(ground(plots.parallel), between(plots.parallel, 0, 1), double=True)
    assert window.run.run_dir is not None
    assert window.run.run_dir.name == "trial-0000"
