"""A model that writes is asked for texts on the page of results: how it begins, for which sample, how warm."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.window import MainWindow
from tests.support.editor_window import click, draw, key, open_window, retype

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MainWindow:
    """A window whose drawing, which writes, has just been trained."""
    monkeypatch.chdir(tmp_path)
    window = open_window(qtbot, monkeypatch, "keep", "writes")
    with draw(window).edit("Settings"):
        window.workspace.document.set_training(epochs=1)
    window.show_panel("Train")
    click(window.training.results_tab)
    with qtbot.waitSignal(window.results.reading.shown):
        window.commands.exporting.train()
    return window


def test_a_text_is_written_as_it_is_asked_for(trained: MainWindow, qtbot: QtBot) -> None:
    page = trained.results
    view = page.writing
    assert view.isVisible()
    assert "reading the last 8 tokens" in view.heading.text()
    with qtbot.waitSignal(page.reading.shown):
        click(view.write)
    assert view.text.text() == "Type how it begins."
    assert page.gallery.isVisible()  # what is refused takes nothing else away
    for field, text in ((view.start, "the old"), (view.heat, "0.5"), (view.seed, "7"), (view.sample, "2")):
        retype(field, text)
    retype(view.texts["source"], "abc")
    with qtbot.waitSignal(page.reading.shown):
        key(view.start, Qt.Key.Key_Return)
        assert not view.write.isEnabled()
        key(view.start, Qt.Key.Key_Return)  # one at a time
    assert view.text.text() == "the old 200 0.5 7 2 {'source': 'abc'}"
    assert view.right.text() == "As it should be: as it should be"
    assert [sample.caption for sample in view.beside.samples] == ["sample 2"]
    retype(view.count, "5")
    with qtbot.waitSignal(page.reading.shown):
        click(view.write)
    assert view.text.text().endswith("\u2026")  # it did not come to its end
    assert [sample.caption for sample in page.gallery.samples] == ["a", "a", "b", "b"]


def test_only_numbers_are_typed_where_numbers_are_wanted_and_another_part_begins_anew(
    trained: MainWindow, qtbot: QtBot
) -> None:
    page = trained.results
    view = page.writing
    retype(view.start, "x")
    retype(view.heat, "warm1")
    assert view.heat.text() == "1"
    retype(view.heat, " ")
    key(view.heat, Qt.Key.Key_Backspace)
    with qtbot.waitSignal(page.reading.shown):
        click(view.write)
    assert view.text.text() == "x 200 0 0 0 {}"
    page.part.setFocus()
    with qtbot.waitSignal(page.reading.shown):
        key(page.part, Qt.Key.Key_End)
    assert (view.text.text(), view.start.text()) == ("", "x")
