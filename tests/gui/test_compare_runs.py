"""Runs beside each other: curves over one axis, what differs, and a drawing with what differs lit up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.storage.loom import dumps, loads, save
from gui.desk.compare.overlay import EACH_STEP, curve_of
from gui.desk.compare.page import ComparePage
from gui.shell.docks import in_view
from tests.support.editor_window import EditorWindow, click, draw, key
from tests.support.typed import known, there
from training.protocol import EpochEnded, Finished, Progress, Started, encode

pytestmark = pytest.mark.slow

STEPS = {"a": 10, "b": 5}


@pytest.fixture
def project(window: EditorWindow, tmp_path: Path) -> Path:
    """Two runs: the second with half the steps an epoch, another learning rate, a wider layer and one more."""
    document = draw(window)
    save(document, tmp_path / "net.loom")
    keep(tmp_path, document, "a", 0.1, epochs=4)
    other = loads(dumps(document))
    with other.edit("Change"):
        other.model.set("conv1", out_channels=12)
        other.model.add("Dropout", name="drop", at=(0, 300))
        other.model.remove(["relu1"])
    keep(tmp_path, other, "b", 0.01, epochs=2)
    return tmp_path / "net.loom"


def keep(folder: Path, document: Document, name: str, rate: float, epochs: int) -> Path:
    run, steps = folder / "runs" / f"20260101-00000{len(name)}-{name}", STEPS[name]
    run.mkdir(parents=True)
    (run / "document.loom").write_text(dumps(document))
    settings = {"epochs": epochs, "learning_rate": rate, "data": "digits"}
    content = {"name": "net", "drawing": "../../net.loom", "settings": settings}
    (run / "settings.json").write_bytes(msgspec.json.encode(content))
    events = [Started(str(run), "cpu", epochs, 0, steps, 100, 10, 77, ["loss", "accuracy"], 0)]
    for epoch in range(1, epochs + 1):
        events.append(known(Progress(epoch, steps * epoch, [rate * epoch] * steps, 100.0)))
        figures = {"loss": rate / epoch, "accuracy": epoch / 10}
        events.append(known(EpochEnded(epoch, steps * epoch, {"loss": 2 * rate}, dict(figures), 2.0, True)))
    (run / "events.jsonl").write_bytes(b"".join(map(known(encode), [*events, Finished("completed", {}, 6.0)])))
    return run


@pytest.fixture
def page(window: EditorWindow, project: Path, qtbot: QtBot) -> ComparePage:
    """Both runs selected in the table and compared, by clicks."""
    assert window.files.load(project)
    window.show_panel("Runs")
    qtbot.waitUntil(lambda: in_view(window.runs.table) and window.runs.model.rowCount() == 2)
    assert not window.runs.compare.isEnabled()
    model, table = window.runs.model, window.runs.table
    rows = [there(model.row_of(path)) for path in sorted((project.parent / "runs").iterdir())]
    for row, modifier in zip(rows, (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier), strict=True):
        at = table.visualRect(model.index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, at)
    assert not window.runs.open.isEnabled()
    click(window.runs.compare)
    return there(window.runs.comparison)


def rows(table: QTreeWidget) -> dict[str, list[str]]:
    found = [there(table.topLevelItem(place)) for place in range(table.topLevelItemCount())]
    return {row.text(0): [row.text(column) for column in range(1, table.columnCount())] for row in found}


def points(page: ComparePage, place: int) -> list[tuple[float, float]]:
    track = page.chart.curves[str(place)].track
    return list(zip(track.x.tolist(), track.y.tolist(), strict=True))


def test_curves_lie_over_one_axis_epoch_by_epoch(page: ComparePage) -> None:
    first, second = (0, 1) if page.runs[0].title.endswith("a") else (1, 0)
    assert page.figure.currentText() == "validation loss"
    assert points(page, first) == [(epoch, pytest.approx(0.1 / epoch)) for epoch in (1, 2, 3, 4)]
    assert points(page, second) == [(epoch, pytest.approx(0.01 / epoch)) for epoch in (1, 2)]
    assert [entry.text for entry in page.chart.entries()][1:] == [run.title for run in page.runs]
    assert page.chart.curves["0"].color != page.chart.curves["1"].color
    page.over.setCurrentText("steps")
    assert [x for x, _ in points(page, first)] == [10, 20, 30, 40]
    assert [x for x, _ in points(page, second)] == [5, 10]
    page.figure.setCurrentText(EACH_STEP)
    assert len(points(page, first)) == 40
    page.over.setCurrentText("time")
    assert [x for x, _ in points(page, second)][-1] == pytest.approx(2.0)  # 2 epochs of 100 samples at 100 a second
    page.figure.setCurrentText("validation accuracy")
    assert [y for _, y in points(page, first)] == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_what_differs_is_listed_and_what_does_not_is_muted(page: ComparePage) -> None:
    found = page.found
    assert found is not None
    values = rows(page.settings)
    order = [0, 1] if page.runs[0].title.endswith("a") else [1, 0]
    assert [values["learning_rate"][place] for place in order] == ["0.1", "0.01"]
    assert [values["Epochs"][place] for place in order] == ["4 of 4", "2 of 2"]
    assert "data" not in values
    outcome = next(
        there(page.settings.topLevelItem(place))
        for place in range(page.settings.topLevelItemCount())
        if there(page.settings.topLevelItem(place)).text(0) == "Outcome"
    )
    assert outcome.isDisabled()
    nodes = rows(page.drawings)
    assert nodes["conv1"][0] == "changed"
    assert "out_channels" in nodes["conv1"][1]
    assert {nodes["drop"][0], nodes["relu1"][0]} == {"added", "removed"}


def test_the_changed_nodes_are_lit_up_until_escape(window: EditorWindow, page: ComparePage) -> None:
    click(page.light)
    assert window.workspaces.name == "Draw"
    assert window.workspace.path is None  # a copy: the run's own is not written to
    canvas = window.canvas
    plain_changes = canvas._changes
    assert plain_changes is not None
    added = "drop" if "drop" in canvas.document.model.nodes else "relu1"
    assert plain_changes.places["", "conv1"] == "changed"
    assert plain_changes.places["", added] == "added"
    assert plain_changes.lines()[1].endswith("1 removed")
    canvas.frame_all()
    card = canvas.drawing.nodes["conv1"].card()
    spot = canvas.mapFromScene(card.center().x(), card.top() - 4)
    lit = canvas.viewport().grab().toImage().pixelColor(spot)
    canvas.setFocus()
    key(canvas, Qt.Key.Key_Escape)
    plain = canvas.viewport().grab().toImage().pixelColor(spot)
    assert canvas._changes is None
    assert lit != plain


def test_the_table_comes_back_and_damaged_runs_are_a_sentence(
    window: EditorWindow, page: ComparePage, project: Path, qtbot: QtBot
) -> None:
    click(page.back)
    qtbot.waitUntil(lambda: in_view(window.runs.table))
    assert len(window.runs.chosen()) == 2
    run = sorted((project.parent / "runs").iterdir())[0]
    (run / "document.loom").unlink()
    click(window.runs.compare)
    assert in_view(window.runs.table)
    assert f"{run} is not a run" in window.status.shown


def test_a_run_without_events_has_no_curve(page: ComparePage) -> None:
    run = page.runs[0]._replace(history=type(page.runs[0].history)())
    assert curve_of(run, "validation loss", "epoch") is None


def test_the_headings_of_the_tables_are_legible(page: ComparePage) -> None:
    header = page.settings.header()
    for column in range(page.settings.columnCount()):
        assert header.sectionSize(column) >= header.sectionSizeHint(column)


def test_the_page_is_as_narrow_as_a_small_window(window: EditorWindow, page: ComparePage) -> None:
    window.resize(1024, 700)
    assert window.width() == 1024
    assert page.mapTo(window, QPoint(page.width(), 0)).x() <= 1024
