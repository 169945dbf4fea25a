"""Sweeps in the window: fields varied from the inspector, sweeps started, followed, stopped and found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from graph.edits.setting.sweeping import vary
from graph.storage.loom import load, save
from gui.desk.sweep import settings
from gui.desk.sweep.page import SweepPage
from gui.desk.sweep.settings import SearchForm
from gui.inspector.fields.editors import ChoiceEditor
from gui.shell.docks import in_view
from tests.support.editor_window import EditorWindow, click, draw, editor, key, open_window, retype, show_node
from tests.support.swept_folder import keep_sweep, trial
from tests.support.typed import as_a, there
from training.runs.sweeps.ledger import read_trials

pytestmark = pytest.mark.slow

SWEEP_OVER = "Sweep Over\N{HORIZONTAL ELLIPSIS}"


def context_menu(widget: QWidget) -> QMenu:
    """The menu that a right click on a widget opens."""
    at = widget.rect().center()
    QTest.mouseClick(widget, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    widget.customContextMenuRequested.emit(at)  # the platform's own doing, which offscreen there is none of
    return as_a(QMenu, QApplication.activePopupWidget())


def choose(menu: QMenu, words: str) -> None:
    action = next(action for action in menu.actions() if action.text() == words)
    click(menu, menu.actionGeometry(action).center())


def sweep_over(window: EditorWindow, field: str) -> None:
    choose(context_menu(editor(window, field)), SWEEP_OVER)


def spans(window: EditorWindow) -> dict[str, str]:
    return {name: row.span.text() for name, row in window.sweep.setup.rows.rows.items()}


def done(window: EditorWindow) -> Callable[[], bool]:
    page = window.sweep
    return lambda: page.shown is not None and len(page.shown.trials) == 3 and not window.sweeping.active


def rows(page: SweepPage) -> list[list[str]]:
    items = [there(page.table.topLevelItem(place)) for place in range(page.table.topLevelItemCount())]
    return [[item.text(column) for column in range(item.columnCount())] for item in items]


@pytest.fixture
def page(window: EditorWindow, tmp_path: Path) -> SweepPage:
    """The page of a drawing with a file, its sweep over two fields."""
    document = draw(window)
    vary(document, "conv1.out_channels", "3,6,12")
    vary(document, "learning_rate", "1e-4..1e-1")
    save(document, tmp_path / "net.loom")
    assert window.files.load(tmp_path / "net.loom")
    window.actions_made["sweep"].trigger()
    return window.sweep


def test_a_field_of_a_node_is_varied_from_the_inspector(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window, "conv1")
    sweep_over(window, "out_channels")
    assert [axis.text() for axis in document.sweep.over] == ["conv1.out_channels=3,6,12"]
    assert spans(window) == {"conv1.out_channels": "3,6,12"}
    row = window.sweep.setup.rows.rows["conv1.out_channels"]
    assert in_view(window.sweep)
    assert row.span.hasFocus()
    assert row.span.selectedText() == "3,6,12"
    QTest.keyClicks(row.span, "4..64")
    key(row.span, Qt.Key.Key_Return)
    assert document.sweep.over[0].text() == "conv1.out_channels=4..64"
    assert row.note.text().startswith("logarithmic")
    window.actions_made["undo"].trigger()
    assert spans(window) == {"conv1.out_channels": "3,6,12"}


def test_a_rate_of_the_recipe_is_varied_over_a_logarithmic_range(window: EditorWindow) -> None:
    document = draw(window)
    show_node(window)
    window.inspector.model.training.unfold()
    choose(context_menu(window.inspector.model.training.rows["learning_rate"].editor), SWEEP_OVER)
    (axis,) = document.sweep.over
    assert axis.name == "learning_rate"
    assert axis.log


def test_a_name_and_several_nodes_cannot_be_varied(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "conv1", "fc1")
    form = window.inspector.nodes.form
    assert not any(row.may_sweep() for row in form.rows.values())
    show_node(window, "conv1")
    assert not window.inspector.nodes.name_form.rows["name"].may_sweep()


def test_a_value_that_the_field_does_not_take_is_refused_and_stays_to_be_mended(page: SweepPage) -> None:
    row = page.setup.rows.rows["conv1.out_channels"]
    retype(row.span, "0,8")
    key(row.span, Qt.Key.Key_Return)
    assert "out_channels" in row.error.text()
    assert row.span.text() == "0,8"
    click(page.setup.start)
    assert not page._run.active
    retype(row.span, "4,8")
    key(row.span, Qt.Key.Key_Return)
    assert not row.error.text()


def test_a_field_is_left_out_by_its_button(page: SweepPage, window: EditorWindow) -> None:
    click(page.setup.rows.rows["conv1.out_channels"].remove)
    assert [axis.name for axis in window.workspace.document.sweep.over] == ["learning_rate"]
    assert list(page.setup.rows.rows) == ["learning_rate"]


def test_a_field_is_found_by_its_name(page: SweepPage, window: EditorWindow) -> None:
    click(page.setup.add)
    QTest.keyClicks(window.chooser.field, "fc1.out")
    assert window.chooser.shown()[0] == "fc1.out_features"
    key(window.chooser.field, Qt.Key.Key_Return)
    assert "fc1.out_features" in page.setup.rows.rows


def test_how_many_runs_there_will_be_is_said(page: SweepPage) -> None:
    assert "20 runs of 10 epochs, at random" in page.setup.count.text()
    box = as_a(ChoiceEditor, page.setup.search.forms[0].rows["search"].editor)
    box.setFocus()
    key(box, Qt.Key.Key_Home)
    key(box, Qt.Key.Key_G)
    assert "15 runs of 10 epochs, one for each combination" in page.setup.count.text()


def test_tpe_is_grey_and_says_why_where_optuna_is_missing(
    window: EditorWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    for name, there_is in (("optuna_is_not_there", False), ("json", True)):
        monkeypatch.setattr(settings, "OPTUNA", name)
        form = SearchForm(window.workspace)
        qtbot.addWidget(form)
        box = as_a(ChoiceEditor, form.forms[0].rows["search"].editor)
        assert there(as_a(QStandardItemModel, box.model()).item(box.findData("TPE"))).isEnabled() is there_is
        assert form.missing.isHidden() is there_is


def test_a_sweep_runs_and_its_trials_are_told_the_best_first(
    page: SweepPage, window: EditorWindow, qtbot: QtBot
) -> None:
    click(page.setup.start)
    assert not page.setup.start.isEnabled()
    qtbot.waitUntil(done(window))
    qtbot.waitUntil(lambda: page.table.topLevelItemCount() == 3 and rows(page)[0][1] == "complete")
    assert [(row[0], row[1], row[2]) for row in rows(page)] == [
        ("2", "complete", "0.1667"),
        ("0", "complete", "0.5"),
        ("1", "failed", "-"),
    ]
    assert "the loss became NaN" in rows(page)[2][-1]
    assert "2 complete, 1 failed" in page.summary.text()
    assert "trial 2, loss 0.1667" in page.summary.text()
    assert page.setup.start.isEnabled()


def test_a_sweep_is_stopped_and_continued(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    vary(draw(window), "conv1.out_channels", "3,6,12")
    page = window.sweep
    window.actions_made["sweep"].trigger()
    click(page.setup.start)
    qtbot.waitUntil(lambda: page.shown is not None and len(page.shown.trials) == 3)
    assert page.setup.stop.isEnabled()
    click(page.setup.stop)
    qtbot.waitUntil(lambda: not window.sweeping.active)
    folder = there(page.shown).folder
    assert read_trials(folder)[2].state == "waiting"
    assert "1 to be continued" in page.summary.text()
    click(page.go_on)
    qtbot.waitUntil(lambda: window.sweeping.state == "running")
    assert there(page.shown).folder == folder
    click(page.setup.stop)
    qtbot.waitUntil(lambda: not window.sweeping.active)


def test_a_window_that_sweeps_asks_before_it_closes(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    vary(draw(window), "conv1.out_channels", "3,6,12")
    window.actions_made["sweep"].trigger()
    click(window.sweep.setup.start)
    qtbot.waitUntil(lambda: window.sweeping.state == "running")
    window.answers.agree = False
    window.close()
    assert window.isVisible()
    assert "Stop the sweep" in window.answers.asked[-1]
    window.answers.agree = True


def test_a_sweep_of_an_earlier_session_is_found_and_a_trial_opens_as_a_run(
    page: SweepPage, window: EditorWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drawing = tmp_path / "net.loom"
    swept = [
        trial(0, {"conv1.out_channels": 3, "learning_rate": 0.01}, 0.5),
        trial(1, {"conv1.out_channels": 12, "learning_rate": 0.001}, 0.25),
        trial(2, {"conv1.out_channels": 6, "learning_rate": 0.1}, 0.1, "pruned"),
        trial(3, {"conv1.out_channels": 6, "learning_rate": 0.1}, None, "running"),
    ]
    folder = keep_sweep(load(drawing), drawing, swept)
    window.desk.show_runs()
    click(window.desk.sweep_tab)
    assert there(page.shown).folder == folder
    assert [row[:3] for row in rows(page)] == [
        ["1", "complete", "0.25"],
        ["0", "complete", "0.5"],
        ["3", "to be continued", "-"],
        ["2", "ended early", "-"],
    ]
    table = page.table
    place = table.visualItemRect(there(table.topLevelItem(1))).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert page.selected == 0
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    document = window.workspace.document
    assert window.workspace.path is None
    assert document.model.node("conv1").layer.out_channels == 3  # type: ignore[attr-defined]
    assert document.training.optimizer.learning_rate == 0.01
    assert window.workspaces.name == "Train"
    assert window.run.run_dir == folder / "trial-0000"
    assert window.run.history.validation["loss"].y.tolist() == [1.0, 0.5]
    window.actions_made["sweep"].trigger()
    assert there(page.shown).folder == folder
    assert page.selected == 0


def test_a_sweep_that_is_done_cannot_be_continued_and_its_best_trial_is_selected(
    page: SweepPage, window: EditorWindow, qtbot: QtBot
) -> None:
    while len(page.setup.rows.rows) > 1:
        click(next(iter(page.setup.rows.rows.values())).remove)
    row = page.setup.rows.rows["learning_rate"]
    retype(row.span, "0.1,0.01,0.001")
    key(row.span, Qt.Key.Key_Return)
    click(page.setup.start)
    qtbot.waitUntil(done(window))
    qtbot.waitUntil(lambda: page.selected == 2)
    assert not page.go_on.isEnabled()


def test_a_sweep_of_a_drawing_without_a_file_is_found_after_it_is_saved(
    window: EditorWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    vary(draw(window), "conv1.out_channels", "3,6,12")
    window.actions_made["sweep"].trigger()
    click(window.sweep.setup.start)
    qtbot.waitUntil(done(window))
    folder = there(window.sweep.shown).folder
    window.answers.path = str(tmp_path / "net.loom")
    window.actions_made["save"].trigger()
    window.opening.new()
    assert window.sweep.shown is None
    assert window.files.load(tmp_path / "net.loom")
    assert there(window.sweep.shown).folder == folder


def test_the_command_offers_the_fields_of_the_selected_node_first(window: EditorWindow) -> None:
    draw(window)
    show_node(window, "fc1")
    window.actions_made["sweep_over"].trigger()
    assert window.chooser.shown()[0].startswith("fc1.")
    key(window.chooser.field, Qt.Key.Key_Escape)
    window.chooser.hide()


def test_the_page_leaves_the_window_narrow(page: SweepPage, window: EditorWindow) -> None:
    window.resize(1024, 640)
    assert window.width() <= 1024
    assert page.rect().contains(page.mapFromGlobal(page.open.mapToGlobal(QPoint(0, 0))))
