"""The editor's window as tests open it, and real input for its fields."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from graph.document import Document
from graph.edits import blocks
from gui import preferences
from gui.inspector.fields.codeeditor import CodeEditor
from gui.inspector.fields.editors import BoolEditor, ChoiceEditor, Editor, TextEditor
from gui.widgets import dialogs
from gui.widgets.unsavedwork import UnsavedWork
from gui.window import MainWindow
from gui.workers.process import COMMAND
from tests.support.typed import as_a, there

FAKE = Path(__file__).with_name("fake_worker.py")


class Answers:
    """What the user answers to dialogs, and the sentences they were told."""

    def __init__(self) -> None:
        self.unsaved = "discard"
        self.to_save: list[int] | None = []
        self.agree = True
        self.changed = "cancel"
        self.differences: list[list[str]] = []
        self.recover: list[tuple[str, int]] = []
        self.offered: list[list[UnsavedWork]] = []
        self.path = ""
        self.asked: list[str] = []
        self.told: list[str] = []

    def _ask_unsaved(self, parent: QWidget, name: str) -> str:
        self.asked.append(name)
        return self.unsaved

    def _ask_unsaved_drawings(self, parent: QWidget, names: Sequence[str]) -> list[int] | None:
        self.asked.append(", ".join(names))
        return self.to_save

    def _ask(self, parent: QWidget, title: str, question: str, yes: str) -> bool:
        self.asked.append(question)
        return self.agree

    def _ask_changed(self, parent: QWidget, sentence: str, difference: Callable[[], Sequence[str]]) -> str:
        self.asked.append(sentence)
        self.differences.append(list(difference()))
        return self.changed

    def _ask_unsaved_work(self, parent: QWidget, works: Sequence[UnsavedWork]) -> tuple[str, int]:
        self.offered.append(list(works))
        return self.recover.pop(0) if self.recover else ("later", 0)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Answer from now on."""
        monkeypatch.setattr(dialogs, "ask_unsaved", self._ask_unsaved)
        monkeypatch.setattr(dialogs, "ask_unsaved_drawings", self._ask_unsaved_drawings)
        monkeypatch.setattr(dialogs, "ask", self._ask)
        monkeypatch.setattr(dialogs, "ask_folder", lambda *_: self.path)
        monkeypatch.setattr(dialogs, "ask_data", lambda *_: self.path)
        monkeypatch.setattr(dialogs, "ask_changed", self._ask_changed)
        monkeypatch.setattr(dialogs, "ask_unsaved_work", self._ask_unsaved_work)
        monkeypatch.setattr(dialogs, "ask_open", lambda *_: self.path)
        monkeypatch.setattr(dialogs, "ask_save", lambda *_: self.path)
        monkeypatch.setattr(dialogs, "tell", lambda _, __, sentence: self.told.append(sentence))


class EditorWindow(MainWindow):
    """The editor, with what its user answers to dialogs."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        super().__init__(command)
        self.answers = Answers()


def fake_command(*modes: str) -> tuple[str, ...]:
    """What starts the worker that computes nothing."""
    return (sys.executable, str(FAKE), *modes)


def open_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, *modes: str) -> EditorWindow:
    """Open the editor; it closes with the test."""
    window = EditorWindow(fake_command(*modes))
    if preferences.window_place() is None:
        window.resize(1440, 900)  # larger than the screen there is offscreen
    window.answers.install(monkeypatch)
    qtbot.addWidget(window, before_close_func=_let_go)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def _let_go(window: EditorWindow) -> None:
    window.answers.unsaved, window.answers.agree, window.answers.to_save = "discard", True, []


def draw(window: MainWindow) -> Document:
    """Put a small sound classifier on the canvas."""
    document = window.workspace.document
    with document.edit("Draw"):
        add, connect = document.model.add, document.model.connect
        add("Input", {"shape": [1, 8, 8]}, name="image")
        add("Conv2d", {"out_channels": 6, "kernel_size": 5}, name="conv1", at=(220, 0))
        add("ReLU", name="relu1", at=(440, 0))
        add("Flatten", name="flatten", at=(660, 0))
        add("Linear", {"out_features": 10}, name="fc1", at=(880, 0))
        add("Output", name="logits", at=(1100, 0))
        add("Target", name="label", at=(880, 200))
        add("CrossEntropy", name="objective", at=(1100, 200))
        chain = ("image", "conv1", "relu1", "flatten", "fc1", "logits")
        for source, target in pairwise(chain):
            connect(source, target)
        connect("fc1", "objective", "prediction")
        connect("label", "objective", "target")
    window.canvas.frame_all()
    return document


def draw_blocks(window: MainWindow) -> Document:
    """The small classifier with its convolution and activation in a block with a parameter."""
    document = draw(window)
    with document.edit("Group"):
        blocks.group(document, "", ["conv1", "relu1"], "Unit")
        document.set_block("Unit", {"channels": 6})
        document.graphs["Unit"].set("conv1", out_channels="channels")
    document.forget_history()
    window.canvas.frame_all()
    return document


def show_node(window: MainWindow, *names: str) -> None:
    """Select nodes."""
    window.canvas.select(list(names))


def editor(window: MainWindow, name: str) -> Editor:
    """The editor of a parameter of the selected node, unfolded if it is one that few change."""
    if window.inspector.nodes.form.rows[name].isHidden():
        window.inspector.nodes.unfold()
    return window.inspector.nodes.form.rows[name].editor


def field(window: MainWindow, name: str) -> TextEditor:
    """The text field of a parameter."""
    return as_a(TextEditor, editor(window, name))


def choice(window: MainWindow, name: str) -> ChoiceEditor:
    """The list that a parameter is chosen from."""
    return as_a(ChoiceEditor, editor(window, name))


def tick(window: MainWindow, name: str) -> BoolEditor:
    """The box that a parameter is ticked in."""
    return as_a(BoolEditor, editor(window, name))


def typed(window: MainWindow, name: str) -> CodeEditor:
    """The lines of Python of a parameter."""
    return as_a(CodeEditor, editor(window, name))


def error(window: MainWindow, name: str) -> str:
    """The sentence under a parameter of the selected node."""
    label = window.inspector.nodes.form.rows[name].error
    return label.text() if label.isVisible() else ""


def retype(editor: QWidget, text: str) -> None:
    """Click into a field, and type over what it holds."""
    QTest.mouseClick(editor, Qt.MouseButton.LeftButton)
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)


def export_onnx(window: MainWindow, fresh: bool = False) -> None:
    """Choose the command, and agree to the weights that are chosen already, or to fresh ones."""
    window.actions_made["export_onnx"].trigger()
    dialog = there(window.onnx.dialog)
    if fresh:
        click(dialog.fresh, QPoint(8, dialog.fresh.height() // 2))
    key(dialog, Qt.Key.Key_Return)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click with the left button, in the middle or at a point."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())


def key(widget: QWidget, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key."""
    QTest.keyClick(widget, which, modifier)
