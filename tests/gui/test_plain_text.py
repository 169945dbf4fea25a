"""Text that came from a file, a path or a worker is shown as it is written, wherever Qt would take it for HTML."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, QTimer
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui import preferences, workspace
from gui.export.report import ExportReport
from gui.widgets import dialogs
from gui.widgets.text import Label, markup, shortened, tip, unkeyed, untitled
from gui.widgets.unsavedwork import UnsavedWork, UnsavedWorkOffer
from tests.support.editor_window import EditorWindow, draw
from tests.support.typed import known, there
from training.protocol import EpochEnded, Exported, Failed, Notice, Started

pytestmark = pytest.mark.slow

GUI = Path(workspace.__file__).parent
IMAGE = '<img src="file:///no/such/picture.png">'
TABLE = '<table width="100000"><tr><td>wide</td></tr></table>'
HOSTILE = f"A & B [*] <b>bold</b> {IMAGE} {TABLE}"
LONG = "long" * 25_000


@pytest.fixture
def hostile(window: EditorWindow, tmp_path: Path) -> EditorWindow:
    """A window whose drawing, files and run hold HTML wherever text can stand."""
    document = draw(window)
    with document.edit(HOSTILE):
        document.set_setting("name", HOSTILE)
        document.set_setting("notes", f"{HOSTILE}\n{LONG}")
        document.set_training(data=f"{HOSTILE}.npz")
        document.add_block("Block")
        document.model.add("Block", {"definition": "Block"}, name="block1")
    folder = tmp_path / "a & b <b>bold<"
    folder.mkdir()
    for name in ("<img src=x>.loom", "a & b [*].loom"):
        window.answers.path = str(folder / name)
        window.actions_made["save_as"].trigger()
    document.undo()
    run = window.run
    run.run_dir = folder
    run.said.emit(HOSTILE)
    run.failed.emit(Failed(HOSTILE, "fc1"))
    run.history.add(Started(HOSTILE, HOSTILE, 3, 0, 5, 1, 1, 1, ["loss", f"accuracy_{HOSTILE}"], 0))
    means = {"loss": 1.0, f"accuracy_{HOSTILE}": 0.5}
    run.history.add(EpochEnded(1, 5, known(means), known(means), 0.1, True))
    window.training.load_plots()
    assert all((window.data, window.results, window.runs, window.sweep))  # pages that are made when they are wanted
    for name in ("Code", "Problems", "Train", "Draw"):
        window.show_panel(name)
        QApplication.processEvents()
    window.training.redraw()
    window.code.message.setText(HOSTILE)
    for menu in ("recent", "examples"):
        window.actions_made.menus[menu].aboutToShow.emit()
    window.canvas.select([])
    window.analysis.update()
    return window


def tips(window: QWidget) -> list[str]:
    """Every tool tip: of widgets, of actions, of the items of lists and trees."""
    found = [widget.toolTip() for widget in window.findChildren(QWidget)] + [window.toolTip()]
    found += [action.toolTip() for action in window.findChildren(QAction)]
    for view in window.findChildren(QAbstractItemView):
        found += item_tips(view.model(), QModelIndex())
    return [text for text in found if text]


def item_tips(model: QAbstractItemModel | None, parent: QModelIndex) -> list[str]:
    found: list[str] = []
    for row in range(model.rowCount(parent) if model else 0):
        found.append(str(there(model).index(row, 0, parent).data(Qt.ItemDataRole.ToolTipRole) or ""))
        found += item_tips(model, there(model).index(row, 0, parent))
    return found


def rendered(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def test_no_label_takes_its_text_for_html(hostile: EditorWindow) -> None:
    found = hostile.findChildren(QLabel)
    assert len(found) > 40
    assert any(HOSTILE in label.text() for label in found)
    for label in found:
        assert label.textFormat() == Qt.TextFormat.PlainText or not label.text(), label.text()[:80]


def test_no_tool_tip_takes_its_text_for_html(hostile: EditorWindow) -> None:
    hostile.status.say(HOSTILE)
    found = tips(hostile)
    assert len(found) > 100
    assert not [text for text in found if "<img" in text or "<table" in text]
    assert rendered(hostile.training.message.toolTip()) == HOSTILE
    assert rendered(hostile.status.toolTip()) == HOSTILE


def test_the_canvas_shows_its_tips_as_they_are_written(hostile: EditorWindow) -> None:
    hostile.canvas.setFocus()
    assert rendered(tip(HOSTILE)) == HOSTILE
    assert "<img" not in tip(HOSTILE, HOSTILE)


def test_ampersands_stay_in_menus_buttons_and_the_title(hostile: EditorWindow) -> None:
    texts = [action.text() for action in hostile.actions_made.menus["recent"].actions()]
    assert texts[:2] == ["a && b [*].loom", "<img src=x>.loom"]
    assert hostile.actions_made["redo"].text() == f"&Redo {unkeyed(shortened(HOSTILE))}"
    assert hostile.windowTitle() == "a & b [*][*].loom[*] - Layerloom"


def test_the_way_into_a_block_is_as_short_as_a_name_is_long(hostile: EditorWindow) -> None:
    document = hostile.workspace.document
    document.redo()
    with document.edit("Name"):
        document.set_setting("name", LONG)
    hostile.canvas.go_to_graph("Block")
    assert hostile.breadcrumb.isVisible()
    assert len(hostile.breadcrumb.crumbs[0].text()) == 60
    assert hostile.minimumSizeHint().width() < 1200
    with document.edit("Name"):
        document.set_setting("name", HOSTILE)
    assert hostile.breadcrumb.crumbs[0].text() == unkeyed(shortened(HOSTILE))


def test_no_text_sizes_the_window(hostile: EditorWindow) -> None:
    for text in (TABLE, LONG, HOSTILE):
        hostile.run.said.emit(text)
        hostile.status.say(text)
        hostile.training.redraw()
        assert hostile.minimumSizeHint().width() < 1200


def test_the_legend_of_the_curves_shows_names_as_they_are_written(hostile: EditorWindow) -> None:
    there(hostile.training.plots).show_history(hostile.run.history)
    chart = there(hostile.training.plots).accuracy
    assert [entry.text for entry in chart.entries()][1:] == [f"training {HOSTILE}", f"validation {HOSTILE}"]
    assert not chart.grab().isNull()
    assert chart.minimumSizeHint().width() < 300


def answered(ask: Callable[[], object]) -> list[tuple[str, Qt.TextFormat, int]]:
    """Ask in a window of its own, and close it; its labels as they were while it was shown."""
    seen: list[tuple[str, Qt.TextFormat, int]] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QDialog | QMessageBox)
        seen.extend((label.text(), label.textFormat(), box.width()) for label in box.findChildren(QLabel))
        QTest.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(0, look)
    ask()
    return seen


@pytest.mark.parametrize("text", [HOSTILE, TABLE, LONG], ids=["html", "table", "long"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda parent, text: dialogs.tell(parent, "Open", text),
        lambda parent, text: dialogs.ask(parent, "Train", text, "Yes"),
        lambda parent, text: dialogs.ask_unsaved(parent, text),
        lambda parent, text: dialogs.ask_changed(parent, text, lambda: [f"-{text}"]),
        lambda parent, text: dialogs.tell(parent, text[:300], text),
    ],
    ids=["tell", "ask", "unsaved", "changed", "titled"],
)
def test_boxes_show_text_as_it_is_written_and_are_not_sized_by_it(
    qtbot: QtBot, ask: Callable[..., Any], text: str
) -> None:
    seen = answered(lambda: ask(None, text))
    assert any(text[:500] in shown for shown, _, _ in seen)
    for shown, kind, width in seen:
        assert kind == Qt.TextFormat.PlainText or not shown
        assert width < 1400


def test_the_offer_of_unsaved_work_shows_names_as_they_are_written(window: EditorWindow) -> None:
    offer = UnsavedWorkOffer([UnsavedWork(text, "today", "1 step", text) for text in (HOSTILE, LONG)], window)
    assert there(offer.rows.topLevelItem(0)).text(3) == shortened(HOSTILE, 300)
    assert rendered(there(offer.rows.topLevelItem(0)).toolTip(3)) == HOSTILE
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in offer.findChildren(QLabel))
    offer.adjustSize()
    assert offer.width() < 1400
    offer.deleteLater()


def test_the_report_on_an_export_shows_its_path_as_it_is_written(window: EditorWindow) -> None:
    checked = [{"samples": HOSTILE, "sizes": {"N": 1}, "max_abs_diff": 1e-6}]
    report = ExportReport(Exported(HOSTILE, 18, 1e-6, checked), window)
    assert any(label.text() == HOSTILE for label in report.findChildren(QLabel))
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in report.findChildren(QLabel))
    report.close()


def test_the_question_before_an_export_shows_its_path_as_it_is_written(window: EditorWindow) -> None:
    draw(window)
    window.onnx.ask(window.workspace, HOSTILE, [])
    found = there(window.onnx.dialog).findChildren(QLabel)
    assert any(label.text() == HOSTILE for label in found)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in found)
    there(window.onnx.dialog).close()


def test_the_progress_of_an_export_shows_messages_as_they_are_written(window: EditorWindow) -> None:
    draw(window)
    window.onnx.start(window.workspace.document, f"{IMAGE}.onnx", None)
    progress = window.onnx._progress
    window.onnx._show(Notice(HOSTILE))
    assert [label.textFormat() for label in there(progress).findChildren(QLabel)] == [Qt.TextFormat.PlainText]
    window.onnx.cancel()


def test_helpers_say_what_they_are_given(qtbot: QtBot) -> None:
    assert tip("Zoom to 100 %") == "Zoom to 100 %"
    assert tip("") == ""
    assert rendered(tip("a < b & c\nd")) == "a < b & c\nd"
    assert len(tip("x" * 10**6)) < 1_100
    assert rendered(markup("<b>&</b>")) == "<b>&</b>"
    assert unkeyed("a & b") == "a && b"
    assert untitled("a[*]") == "a[*][*]"
    assert shortened("two\n lines") == "two lines"
    label = Label("<b>x</b>")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert json.loads(preferences.file().read_text() if preferences.file().exists() else "{}") == {}


# What shows text by itself, and the files that may: everyone else uses theirs.
HOMES = {
    "QLabel": {"widgets/text.py"},
    "QToolTip": {"widgets/text.py"},
    "QMessageBox": {"widgets/dialogs.py"},
    "QErrorMessage": set(),
    "QInputDialog": set(),
    "QWhatsThis": set(),
    "QTextBrowser": {"manual/reader.py"},  # is never handed HTML, and loads nothing
    "QGraphicsTextItem": set(),
    "TextItem": {"desk/charts/plot.py", "desk/sweep/plots/importance.py", "desk/sweep/plots/parallel.py"},  # plain
    "setHtml": set(),
    "appendHtml": set(),
    "insertHtml": set(),
    "setMarkdown": set(),
    "RichText": set(),
    "AutoText": set(),
    "setWhatsThis": set(),
}


def used(tree: ast.AST) -> set[str]:
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: path.relative_to(GUI).as_posix())
def test_text_is_shown_by_the_helpers_alone(path: Path) -> None:
    tree, here = ast.parse(path.read_text()), path.relative_to(GUI).as_posix()
    for name in used(tree) & HOMES.keys():
        assert here in HOMES[name], f"gui/{here} uses {name}; text is shown by gui/widgets/text.py and dialogs.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setToolTip":
            made = node.args[-1]
            safe = isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "tip"
            assert safe, f"gui/{here}:{node.lineno} sets a tool tip by itself; use gui/widgets/text.py"
