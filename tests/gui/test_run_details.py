"""Runs are named, tagged and noted of, found by it, and moved to the trash."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QFile, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.desk.runs.details import RunDetails
from tests.gui.test_runs_panel import project, show
from tests.support.editor_window import EditorWindow, click
from tests.support.typed import known
from training.cli.runs import listed, runs_data
from training.errors import RunError
from training.runs.about import ABOUT, About, read_about, tags_in, write_about
from training.runs.runs import read_run

pytestmark = pytest.mark.slow

__all__ = ["project"]


@pytest.fixture
def table(window: EditorWindow, qtbot: QtBot, project: Path) -> EditorWindow:
    """The table of a drawing's three runs, the latest selected."""
    window.files.load(project)
    show(window, qtbot)
    qtbot.waitUntil(lambda: window.runs.model.rowCount() == 3)
    window.runs.select(window.runs.model.run(0).path)
    return window


def test_a_run_is_described_in_the_window_and_found_by_it(table: EditorWindow, qtbot: QtBot) -> None:
    panel = table.runs
    run = known(panel.selected()).path
    events = (run / "events.jsonl").read_bytes()
    click(panel.describe)
    box = known(table.findChild(RunDetails))
    QTest.keyClicks(box.title, "Small steps")
    QTest.keyClicks(box.tags, "baseline, wide , baseline")
    QTest.keyClicks(box.note, "As in the paper <b>.")
    QTest.keyClick(box.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.model.columns[1].heading == "Tags")
    assert read_about(run) == About("Small steps", ["baseline", "wide"], "As in the paper <b>.")
    row = known(panel.model.row_of(run))
    assert [panel.model.index(row, column).data() for column in (0, 1)] == ["Small steps", "baseline, wide"]
    assert (run / "events.jsonl").read_bytes() == events
    QTest.keyClicks(panel.filter, "wide")
    assert panel.model.rowCount() == 1
    assert known(panel.selected()).path == run


def test_a_run_goes_to_the_trash_only_when_asked(
    table: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []

    def move(path: str) -> bool:
        moved.append(path)
        Path(path).rename(Path(path).parent.parent / "trash")
        return True

    monkeypatch.setattr(QFile, "moveToTrash", move)
    panel = table.runs
    run = known(panel.selected()).path
    table.answers.agree = False
    click(panel.trash)
    assert moved == []
    table.answers.agree = True
    click(panel.trash)
    assert moved == [str(run)]
    qtbot.waitUntil(lambda: panel.model.rowCount() == 2)


def test_what_is_noted_is_in_the_list_and_outlives_the_summary(project: Path) -> None:
    run = next(path for path in sorted((project.parent / "runs").iterdir()))
    assert read_about(run) == About()
    listed(project.parent)
    write_about(run, About("One", ["a"], "n"))
    found = next(summary for summary in listed(project.parent) if summary.path == run.resolve())
    assert found.about == About("One", ["a"], "n")
    assert '"title":"One"' in runs_data([found])
    assert read_run(run).events


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"title": 3}', b'{"tags": ["' + b"x" * 50 + b'"]}', b"\xff\xfe"]
)
def test_a_damaged_note_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ABOUT).write_bytes(content)
    assert read_about(tmp_path) == About()


def test_what_is_too_long_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    write_about(tmp_path, About("kept"))
    with pytest.raises(RunError, match="A name has at most 120 characters"):
        write_about(tmp_path, About("x" * 121))
    assert read_about(tmp_path) == About("kept")


def test_tags_stand_between_commas() -> None:
    assert tags_in(" a ,, b  c,a ") == ["a", "b c"]
