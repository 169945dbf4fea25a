"""An empty drawing offers starts that train at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import layerloom
from graph.builder.starts import STARTS, begin
from graph.document import Document
from graph.errors import DocumentError
from graph.problems.checks import check
from tests.support.editor_window import EditorWindow, click, draw


@pytest.mark.parametrize("name", STARTS)
def test_a_start_is_sound_and_learns(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = Document()
    begin(document, name)
    assert check(document) == []
    assert len(document.history) == 1
    torch.manual_seed(0)
    first = layerloom.fit(document, quiet=True, epochs=1).results["loss"]
    last = layerloom.fit(document, quiet=True, epochs=3).results["loss"]
    assert last < first
    document.undo()
    assert not document.model.nodes
    assert document.training.data.text() == "digits"


def test_a_start_is_for_an_empty_drawing() -> None:
    document = Document()
    begin(document, "images")
    with pytest.raises(DocumentError, match="for an empty drawing"):
        begin(document, "codes")


def test_a_click_begins_and_undo_offers_the_starts_again(window: EditorWindow, qtbot: QtBot) -> None:
    buttons = window.canvas.starts.buttons
    assert all(button.isVisible() for button in buttons.values())
    click(buttons["images"])
    document = window.workspace.document
    assert {node.kind for node in document.model.nodes.values()} >= {"Input", "Target", "CrossEntropy", "Output"}
    assert not window.canvas.starts.isVisible()
    assert window.canvas.visible().contains(window.canvas.drawing.bounds())
    window.analysis.settle()
    assert window.status.problems.text() == "No problems"
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not document.model.nodes
    qtbot.waitUntil(window.canvas.starts.isVisible)


def test_the_starts_are_in_reach_in_a_narrow_view_and_gone_from_a_drawing(window: EditorWindow) -> None:
    window.resize(1024, 700)
    canvas = window.canvas
    for button in canvas.starts.buttons.values():
        assert canvas.rect().contains(button.rect().translated(button.mapTo(canvas, button.rect().topLeft())))
    draw(window)
    assert not canvas.starts.isVisible()
