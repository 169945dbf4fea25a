"""The Code panel and the exports: source tied to nodes, files written, a report on what was checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.code.highlight import PythonHighlighter
from gui.code.panel import CodePanel
from gui.export.choosing import FigureDialog
from gui.export.report import ExportReport
from tests.support.editor_window import EditorWindow, click, draw, export_onnx, open_window, show_node
from tests.support.typed import there
from training.protocol import Exported, SourceReady

pytestmark = pytest.mark.slow

TEXT = "class Model(nn.Module):\n    image = 1\n    conv1 = 1\n"


@pytest.fixture
def code(window: EditorWindow, qtbot: QtBot) -> CodePanel:
    """The Code panel with the source of a small drawing in view."""
    draw(window)
    window.show_panel("Code")
    qtbot.waitUntil(lambda: window.code.text != "")
    return window.code


def line_of(panel: Any, node: str) -> Any:
    block = panel.view.document().firstBlock()
    while node not in block.text():
        block = block.next()
    return block


def test_the_source_follows_the_drawing(window: EditorWindow, code: CodePanel, qtbot: QtBot) -> None:
    assert "conv1 = 1" in code.view.toPlainText()
    document = window.workspace.document
    with document.edit("Rename"):
        document.model.rename("conv1", "stem")
    qtbot.waitUntil(lambda: "stem = 1" in code.view.toPlainText())


def test_the_source_is_asked_for_only_while_it_is_in_view(
    window: EditorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(text: str) -> int:
        asked.append(text)
        return 1

    monkeypatch.setattr(window.workers, "ask_source", ask)
    draw(window)
    window.code._ask_if_seen()
    assert asked == []
    window.show_panel("Code")
    qtbot.waitUntil(lambda: len(asked) == 1)
    window.code._ask_if_seen()
    assert len(asked) == 1


def test_a_click_on_a_line_selects_its_node(window: EditorWindow, code: CodePanel) -> None:
    rect = code.view.cursorRect(QTextCursor(line_of(code, "conv1")))
    click(code.view.viewport(), rect.center())
    assert window.canvas.selected() == ["conv1"]


def test_the_code_follows_into_a_block_and_back(window: EditorWindow, code: CodePanel) -> None:
    document = window.workspace.document
    with document.edit("Block"):
        inside = document.add_block("Unit")
        inside.add("ReLU", name="relu")
        document.model.add("Block", {"definition": "Unit"}, name="unit1")
    text = "import torch\n" * 60 + "class Unit(nn.Module):\n    relu = 1\n" + "\n" * 60 + TEXT
    lines = {62: "Unit/relu", 125: "conv1"}
    code._asked = ""
    code._take(SourceReady(code._request, text, lines))
    window.canvas.open("unit1")
    assert code.view.textCursor().block().text() == "class Unit(nn.Module):"
    assert code.view.firstVisibleBlock().blockNumber() <= 60
    window.canvas.leave()
    assert code.view.textCursor().block().text() == "class Model(nn.Module):"


def test_the_lines_of_selected_nodes_are_highlighted(window: EditorWindow, code: CodePanel) -> None:
    show_node(window, "conv1", "fc1")
    lines = {mark.cursor.block().text().strip() for mark in code.view.extraSelections()}
    assert lines == {"conv1 = 1", "fc1 = 1"}


def test_a_drawing_with_a_problem_has_its_sentence_instead_of_source(
    window: EditorWindow, code: CodePanel, qtbot: QtBot
) -> None:
    document = window.workspace.document
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    qtbot.waitUntil(lambda: "larger than its padded input" in code.message.text())
    assert code.view.toPlainText() == ""
    assert not code.copy.isEnabled()
    document.undo()
    qtbot.waitUntil(lambda: "conv1 = 1" in code.view.toPlainText())


def test_copy_puts_the_source_on_the_clipboard(window: EditorWindow, code: CodePanel) -> None:
    click(code.copy)
    assert QGuiApplication.clipboard().text() == code.text


def test_python_is_highlighted(window: EditorWindow, code: CodePanel) -> None:
    first = code.view.document().firstBlock().layout().formats()
    assert [code.view.document().firstBlock().text()[f.start : f.start + f.length] for f in first] == ["class", "Model"]
    assert code.findChildren(PythonHighlighter) or code.view.document().findChildren(PythonHighlighter)


def test_save_in_the_panel_writes_the_source(window: EditorWindow, code: CodePanel, tmp_path: Path) -> None:
    window.answers.path = str(tmp_path / "model.py")
    click(code.save)
    assert (tmp_path / "model.py").read_text() == code.text


def test_exporting_code_out_of_view_asks_for_it_first(window: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "model.py")
    window.actions_made["export_code"].trigger()
    qtbot.waitUntil(lambda: (tmp_path / "model.py").exists())
    assert (tmp_path / "model.py").read_text().startswith(TEXT)


def test_a_disk_that_refuses_the_source_is_one_sentence(window: EditorWindow, code: CodePanel, tmp_path: Path) -> None:
    window.answers.path = str(tmp_path / "missing" / "model.py")
    click(code.save)
    assert "cannot be saved" in window.answers.told[0]


def test_a_report_tells_what_may_not_be_expected(qtbot: QtBot) -> None:
    checked = [{"samples": "random", "sizes": {"N": 1}, "max_abs_diff": 0.0}]
    report = ExportReport(Exported("model.onnx", 20, 0.0, checked, notices=["Output 'y' is NaN <b>here</b>."]))
    qtbot.addWidget(report)
    (label,) = [label for label in report.findChildren(QLabel) if "NaN" in label.text()]
    assert (label.text(), label.textFormat()) == ("Output 'y' is NaN <b>here</b>.", Qt.TextFormat.PlainText)


def test_onnx_ends_with_a_report_of_every_check(window: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "model.onnx")
    with qtbot.waitSignal(window.onnx.done):
        export_onnx(window, fresh=True)
    report = window.onnx.report
    texts = [label.text() for label in there(report).findChildren(QLabel)]
    assert {window.answers.path, "18", "1e-06", "Untrained (random) weights were exported"} <= set(texts)
    assert "fresh random weights in all 4 tensors; nothing was trained" in texts
    cells = [[there(there(report).table.item(row, column)).text() for column in range(3)] for row in range(2)]
    assert cells == [["random", "N 1", "1e-06"], ["random", "N 3", "1e-06"]]
    assert there(report).table.horizontalHeader().defaultAlignment() & Qt.AlignmentFlag.AlignLeft
    there(report).close()
    assert not window.onnx.active


def test_a_drawing_with_a_problem_is_not_exported(window: EditorWindow) -> None:
    document = draw(window)
    with document.edit("Break"):
        document.model.set("conv1", kernel_size=9)
    window.answers.path = "never.onnx"
    window.actions_made["export_onnx"].trigger()
    assert not window.onnx.active
    assert window.canvas.selected() == ["conv1"]


def test_a_worker_lost_in_an_export_is_one_sentence(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window = open_window(qtbot, monkeypatch)
    draw(window)
    window.answers.path = str(tmp_path / "model.onnx")
    with qtbot.waitSignal(window.onnx.failed):
        export_onnx(window, fresh=True)
        there(window.onnx._lease.worker)._process.kill()
    assert "was killed by signal 9" in window.answers.told[0]
    assert not window.onnx.active


def test_a_cancelled_export_leaves_no_worker(window: EditorWindow, qtbot: QtBot, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "model.onnx")
    export_onnx(window, fresh=True)
    worker = window.onnx._lease.worker
    with qtbot.waitSignal(there(worker).ended):
        window.onnx.cancel()
    assert not window.onnx.active
    assert window.answers.told == []


def test_a_click_beside_the_nodes_lines_selects_nothing(window: EditorWindow, code: CodePanel) -> None:
    rect = code.view.cursorRect(QTextCursor(code.view.document().firstBlock()))
    click(code.view.viewport(), rect.center())
    assert window.canvas.selected() == []
    assert Qt.TextInteractionFlag.TextSelectableByMouse in code.view.textInteractionFlags()


def export_figure(window: EditorWindow, *keys: str) -> None:
    """Export a figure by the dialog, with these choices made in it."""
    window.actions_made["export_figure"].trigger()
    dialog = window.findChild(FigureDialog)
    assert isinstance(dialog, FigureDialog)
    for key in keys:
        click(dialog.button(key), QPoint(8, dialog.button(key).height() // 2))
    click(dialog.going_on, dialog.going_on.rect().center())


@pytest.mark.parametrize(
    ("suffix", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG"), ("tex", b"% ")]
)
def test_the_drawing_is_exported_as_a_figure(window: EditorWindow, tmp_path: Path, suffix: str, start: bytes) -> None:
    draw(window)
    window.answers.path = str(tmp_path / f"net.{suffix}")
    export_figure(window)
    assert (tmp_path / f"net.{suffix}").read_bytes().startswith(start)
    assert window.status.currentMessage() == f"Wrote {window.answers.path}."


def test_a_figure_that_cannot_be_written_is_one_sentence(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "missing" / "net.svg")
    export_figure(window)
    assert len(window.answers.told) == 1
    assert "no such file or directory" in window.answers.told[0].lower()


def test_the_selection_alone_is_exported_as_it_is_on_the_canvas(window: EditorWindow, tmp_path: Path) -> None:
    draw(window)
    window.answers.path = str(tmp_path / "net.svg")
    names = list(window.canvas.drawing.nodes)
    window.canvas.select(names[:1])
    export_figure(window, "selection", "screen")
    text = (tmp_path / "net.svg").read_text()
    assert f">{names[0]}<" in text
    assert not any(f">{name}<" in text for name in names[1:])


def test_only_what_there_is_can_be_chosen_for_a_figure(window: EditorWindow) -> None:
    draw(window)
    window.canvas.select([])
    window.actions_made["export_figure"].trigger()
    dialog = window.findChild(FigureDialog)
    assert isinstance(dialog, FigureDialog)
    assert [dialog.button(key).isVisible() for key in ("selection", "block", "model")] == [False, False, True]
    assert dialog.choice == ("", (), "print")
    dialog.reject()
