"""The runs panel: a table of every run of the drawing, and what can be done with one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps, load, save
from gui.shell.docks import in_view
from tests.support.editor_window import EditorWindow, click, draw, open_window
from tests.support.typed import known, there
from training.protocol import EpochEnded, Failed, Finished, Progress, Started, TrainJob, encode

pytestmark = pytest.mark.slow

STEPS = 10


@pytest.fixture
def project(window: EditorWindow, tmp_path: Path) -> Path:
    """A saved drawing that was trained three times, and another drawing that was trained once."""
    document = draw(window)
    with document.edit("Settings"):
        document.set_training(epochs=3)
    for name in ("net", "other"):
        save(document, tmp_path / f"{name}.loom")
    for number, rate in enumerate((0.1, 0.01, 0.001), 1):
        keep(tmp_path, document, f"2026010{number}-000000-net", rate)
    keep(tmp_path, document, "20260109-000000-other", 0.5, drawing="other")
    return tmp_path / "net.loom"


def keep(folder: Path, document: Document, name: str, rate: float, drawing: str = "net", epochs: int = 3) -> Path:
    run = folder / "runs" / name
    run.mkdir(parents=True)
    (run / "document.loom").write_text(dumps(document))
    settings = {"epochs": 3, "learning_rate": rate, "data": "digits"}
    content = {"name": drawing, "drawing": f"../../{drawing}.loom", "settings": settings}
    (run / "settings.json").write_bytes(msgspec.json.encode(content))
    events = [Started(str(run), "cpu", 3, 0, STEPS, 100, 10, 77, ["loss", "accuracy"], 0)]
    for epoch in range(1, epochs + 1):
        loss = rate / epoch
        events.append(known(Progress(epoch, STEPS * epoch, [loss] * STEPS, 100.0)))
        events.append(
            known(EpochEnded(epoch, STEPS * epoch, {"loss": loss}, {"loss": loss, "accuracy": 0.5}, 2.0, True))
        )
    (run / "events.jsonl").write_bytes(b"".join(map(known(encode), [*events, Finished("completed", {}, 6.0)])))
    return run


def show(window: EditorWindow, qtbot: QtBot) -> None:
    window.show_panel("Runs")
    qtbot.waitUntil(lambda: in_view(window.runs.table))


def names(window: EditorWindow) -> list[str]:
    """The runs as they stand in the table."""
    model = window.runs.model
    return [model.run(row).path.name for row in range(model.rowCount())]


def column(window: EditorWindow, heading: str) -> list[str]:
    model = window.runs.model
    place = [each.heading for each in model.columns].index(heading)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def choose(window: EditorWindow, name: str) -> None:
    """Click on a run."""
    panel = window.runs
    row = names(window).index(name)
    at = panel.table.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert there(panel.selected()).path.name == name


def test_the_runs_of_the_drawing_are_listed_with_their_figures_and_what_differs(
    window: EditorWindow, qtbot: QtBot, project: Path
) -> None:
    window.files.load(project)
    show(window, qtbot)
    assert names(window) == ["20260103-000000-net", "20260102-000000-net", "20260101-000000-net"]
    assert column(window, "learning_rate") == ["0.001", "0.01", "0.1"]
    assert column(window, "Best loss") == ["0.0003333", "0.003333", "0.03333"]
    assert column(window, "Best accuracy") == ["50.00%"] * 3
    assert column(window, "Epochs") == ["3 of 3"] * 3
    assert column(window, "Time") == ["6.0 s"] * 3
    assert column(window, "Outcome") == ["completed"] * 3
    assert "data" not in [each.heading for each in window.runs.model.columns]
    assert not window.runs.grab().isNull()


def test_each_of_several_accuracies_has_its_name_and_none_stands_for_another(
    window: EditorWindow, qtbot: QtBot, project: Path
) -> None:
    run = project.parent / "runs" / "20260102-000000-net"
    training = {"loss": 1.0, "accuracy_main": 0.9, "accuracy_aux": 0.8}
    held = {"loss": 1.0, "accuracy_main": None, "accuracy_aux": 0.25}
    kept = (run / "events.jsonl").read_bytes()
    ended = [EpochEnded(4, 40, training, held, 2.0, True), Finished("completed", {}, 8.0)]  # type: ignore[arg-type]
    (run / "events.jsonl").write_bytes(kept + b"".join(map(known(encode), ended)))
    window.files.load(project)
    show(window, qtbot)
    assert column(window, "Best accuracy of aux") == ["-", "25.00%", "-"]
    assert column(window, "Best accuracy of main") == ["-"] * 3
    assert column(window, "Best accuracy") == ["50.00%", "-", "50.00%"]


def test_runs_are_sorted_by_a_click_on_a_heading_and_filtered_by_words(
    window: EditorWindow, qtbot: QtBot, project: Path
) -> None:
    window.files.load(project)
    show(window, qtbot)
    header = window.runs.table.header()
    at = header.sectionViewportPosition(2) + 10
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, header.height() // 2))
    first = names(window)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, header.height() // 2))
    assert names(window) == first[::-1]
    assert sorted(first)[0] in (first[0], first[-1])
    QTest.keyClicks(window.runs.filter, "completed learning_rate=0.01")
    assert names(window) == ["20260102-000000-net"]
    window.runs.filter.clear()
    assert len(names(window)) == 3


def test_runs_of_other_drawings_are_shown_where_they_are_wanted(
    window: EditorWindow, qtbot: QtBot, project: Path
) -> None:
    window.files.load(project)
    show(window, qtbot)
    window.runs.scope.setCurrentIndex(1)
    assert names(window)[0] == "20260109-000000-other"
    assert len(names(window)) == 4


def test_a_drawing_that_is_opened_shows_its_own_last_run_and_never_another(
    window: EditorWindow, qtbot: QtBot, project: Path, tmp_path: Path
) -> None:
    window.training.load_plots()
    window.show_panel("Train")
    qtbot.waitUntil(lambda: in_view(there(window.training.plots)))
    window.files.load(project)
    window.training.redraw()
    assert window.training.figures.text("Epoch") == "3 of 3"
    assert there(window.run.run_dir).name == "20260103-000000-net"
    assert window.training.message.text() == "The drawing's last run, 20260103-000000-net: the run was completed."
    assert there(window.training.plots).loss.curves["steps"].track.y[-1] == pytest.approx(0.001 / 3)
    window.files.load(tmp_path / "other.loom")
    assert there(window.run.run_dir).name == "20260109-000000-other"
    window.opening.new()
    window.training.redraw()
    assert window.run.run_dir is None
    assert window.training.figures.text("Epoch") == "-"
    assert not window.training.message.isVisibleTo(window.training)


def test_the_curves_of_a_run_are_shown_again(window: EditorWindow, qtbot: QtBot, project: Path) -> None:
    window.files.load(project)
    window.training.load_plots()
    show(window, qtbot)
    choose(window, "20260101-000000-net")
    click(window.runs.show_curves)
    qtbot.waitUntil(lambda: in_view(window.training))
    window.training.redraw()
    assert list(there(window.training.plots).loss.curves["steps"].track.y[:2]) == [0.1, 0.1]


def test_the_drawing_of_a_run_is_opened_as_a_copy(window: EditorWindow, qtbot: QtBot, project: Path) -> None:
    window.files.load(project)
    show(window, qtbot)
    choose(window, "20260101-000000-net")
    click(window.runs.open)
    assert window.workspace.path is None
    assert dumps(window.workspace.document) == dumps(load(project))


def test_a_finished_run_is_continued_for_more_epochs_as_one_curve(
    window: EditorWindow, qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = window.workers.begin
    jobs: list[Any] = []

    def noted(job: Any) -> Any:
        jobs.append(job)
        return begin(job)

    monkeypatch.setattr(window.workers, "begin", noted)
    window.files.load(project)
    show(window, qtbot)
    choose(window, "20260102-000000-net")
    window.answers.agree = False
    click(window.runs.go_on)
    assert window.answers.asked == ["20260102-000000-net has done all of its 3 epochs. Train it for 3 more?"]
    assert jobs == []
    window.answers.agree = True
    click(window.runs.go_on)
    qtbot.waitUntil(lambda: window.run.state == "idle")
    job = jobs[0]
    assert isinstance(job, TrainJob)
    assert (job.resume, job.accept_data, Path(job.run_dir).name) == (True, False, "20260102-000000-net")
    assert msgspec.json.decode(job.document)["training"]["epochs"] == 6
    assert load(project).training.epochs == 3


def test_other_data_is_asked_about_before_a_run_is_continued(
    window: EditorWindow, qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = window.workers.begin
    jobs: list[Any] = []

    def noted(job: Any) -> Any:
        jobs.append(job)
        return begin(job)

    monkeypatch.setattr(window.workers, "begin", noted)
    window.files.load(project)
    show(window, qtbot)
    choose(window, "20260102-000000-net")
    click(window.runs.go_on)
    window.run._take(Failed("The data is not what it was.", code="data_changed"))
    assert window.answers.asked[-1] == "The data is not what it was."
    qtbot.waitUntil(lambda: window.run.state == "idle")
    assert [job.accept_data for job in jobs] == [False, True]
    assert jobs[0].document == jobs[1].document


def test_a_drawing_without_runs_says_what_makes_one(window: EditorWindow, qtbot: QtBot) -> None:
    draw(window)
    window.show_panel("Runs")
    qtbot.waitUntil(lambda: in_view(window.runs))
    assert not in_view(window.runs.table)
    assert not window.runs.go_on.isEnabled()


def test_a_run_that_goes_on_is_not_disturbed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    window = open_window(qtbot, monkeypatch, "endless")
    document = draw(window)
    save(document, tmp_path / "net.loom")
    keep(tmp_path, document, "20260101-000000-net", 0.1)
    window.files.load(tmp_path / "net.loom")
    window.actions_made["train"].trigger()
    qtbot.waitUntil(lambda: window.run.history.step > 2)
    show(window, qtbot)
    choose(window, "20260101-000000-net")
    history = window.run.history
    click(window.runs.show_curves)
    window.answers.agree = False
    click(window.runs.go_on)
    assert window.answers.asked[-1].startswith("A run is training. Queue 20260101-000000-net to be continued?")
    assert window.run.history is history
    assert not window.queue.waiting
    window.run.stop()
    qtbot.waitUntil(lambda: window.run.state == "idle")


def test_sorting_keeps_the_run_that_is_selected_and_follows_its_column(
    window: EditorWindow, qtbot: QtBot, project: Path
) -> None:
    window.files.load(project)
    show(window, qtbot)
    panel = window.runs
    qtbot.waitUntil(lambda: panel.model.rowCount() == 3)
    headings = [column.heading for column in panel.model.columns]
    rate = headings.index("learning_rate")
    panel.select(panel.model.run(0).path)
    chosen = known(panel.selected()).path
    panel.table.sortByColumn(rate, Qt.SortOrder.AscendingOrder)
    assert known(panel.selected()).path == chosen
    assert panel.go_on.isEnabled()
    rates = [panel.model.run(row).settings["learning_rate"] for row in range(3)]
    assert rates == sorted(rates)
    # Another setting in which runs differ comes before it: the same column is sorted by.
    document = load(project)
    keep(project.parent, document, "20260104-000000-net", 0.05)
    settings = project.parent / "runs" / "20260104-000000-net" / "settings.json"
    content = msgspec.json.decode(settings.read_bytes())
    content["settings"] = {"batch_size": 7, **content["settings"]}
    settings.write_bytes(msgspec.json.encode(content))
    panel.refresh()
    qtbot.waitUntil(lambda: panel.model.rowCount() == 4)
    rates = [panel.model.run(row).settings["learning_rate"] for row in range(4)]
    assert rates == sorted(rates)
    assert panel.model.columns[panel.table.header().sortIndicatorSection()].heading == "learning_rate"


def test_a_run_is_started_from_another_ones_weights(
    window: EditorWindow, project: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.files.load(project)
    show(window, qtbot)
    choose(window, "20260102-000000-net")
    jobs: list[TrainJob] = []
    monkeypatch.setattr(window.run._lease, "begin", jobs.append)
    click(window.runs.start)
    assert [Path(job.start_from).name for job in jobs] == ["20260102-000000-net"]
    assert not jobs[0].resume
    assert jobs[0].document == dumps(window.workspace.document)
    assert Path(jobs[0].run_dir) != Path(jobs[0].start_from)


def test_a_runs_curves_are_written_where_it_is_asked(window: EditorWindow, project: Path, qtbot: QtBot) -> None:
    assert window.files.load(project)
    show(window, qtbot)
    choose(window, "20260102-000000-net")
    window.answers.path = str(project.parent / "curves.csv")
    click(window.runs.curves)
    lines = (project.parent / "curves.csv").read_text().splitlines()
    assert lines[0] == "figure,step,epoch,value"
    assert "validation loss,10,1,0.01" in lines


def test_a_right_click_offers_what_the_buttons_do(window: EditorWindow, project: Path, qtbot: QtBot) -> None:
    assert window.files.load(project)
    show(window, qtbot)
    choose(window, "20260102-000000-net")
    table = window.runs.table
    table.customContextMenuRequested.emit(table.visualRect(table.currentIndex()).center())
    menu = there(window.runs.findChild(QMenu))
    offered = {action.text(): action.isEnabled() for action in menu.actions()}
    assert offered["Compare"] is False
    assert offered["Start from It"] is True
    menu.close()


def test_every_column_is_seen_in_a_small_window(window: EditorWindow, qtbot: QtBot, project: Path) -> None:
    window.resize(1024, 700)
    window.files.load(project)
    show(window, qtbot)
    table = window.runs.table
    qtbot.waitUntil(lambda: window.runs.model.rowCount() == 3)
    qtbot.waitUntil(lambda: table.header().length() <= table.viewport().width())
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: table.columnWidth(0) > 120)
    table.setColumnWidth(1, 77)
    window.resize(1200, 800)
    QApplication.processEvents()
    assert table.columnWidth(1) == 77  # what the user has set stays
