"""LeNet-5 from an empty drawing by the keyboard alone, as fast as an expert would do it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from graph.document import Document
from graph.storage.loom import load
from tests.support.editor_window import EditorWindow, key

TAB, ENTER, LEFT = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Left
EXAMPLE = Path(__file__).parents[2] / "examples" / "lenet5.loom"
# What is typed for a layer, and what for its fields, first to last; nothing for a layer without fields.
CHAIN = (
    ("conv", ("6", "5")),
    ("tanh", ()),
    ("avgpool2", ("",)),
    ("conv", ("16", "5")),
    ("tanh", ()),
    ("avgpool2", ("",)),
    ("flat", ("",)),
    ("lin", ("120",)),
    ("tanh", ()),
    ("lin", ("84",)),
    ("tanh", ()),
    ("lin", ("",)),
)
MOST_KEYS = 135


class Hands:
    """Types into whatever has the focus, as a keyboard does, and counts the keys."""

    def __init__(self) -> None:
        self.keys = 0

    def press(self, which: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        key(self._focused(), which, modifiers)
        self.keys += 1

    def type(self, text: str) -> None:
        for letter in text:
            QTest.keyClicks(self._focused(), letter)
            self.keys += 1

    def fill(self, texts: Iterable[str]) -> None:
        """Type into one field after the other, passing those by that stay as they are, and go back to the canvas."""
        for index, text in enumerate(texts):
            if index:
                self.press(TAB)
            self.type(text)
        self.press(ENTER)

    @staticmethod
    def _focused() -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget


def add(hands: Hands, text: str) -> None:
    hands.press(TAB)
    hands.type(text)
    hands.press(ENTER)


@pytest.mark.slow
def test_lenet5_from_an_empty_drawing_by_keyboard_alone(window: EditorWindow) -> None:
    hands, canvas, document = Hands(), window.canvas, window.workspace.document
    canvas.setFocus()
    add(hands, "input")
    hands.fill(["1, 32, 32"])
    for layer, fields in CHAIN:
        add(hands, layer)
        if fields:
            hands.fill(fields)
    add(hands, "out")
    hands.press(LEFT)
    add(hands, "cross")
    hands.fill([""])
    add(hands, "targ")
    hands.fill([""])
    assert canvas.hasFocus()
    assert drawn_as(document) == drawn_as(load(EXAMPLE))
    window.analysis.update()
    assert window.analysis.obstacles() == []
    cards = [item.card() for item in canvas.drawing.nodes.values()]
    assert not any(one.intersects(other) for one, other in combinations(cards, 2))
    assert hands.keys <= MOST_KEYS
    for _ in document.history[:]:
        key(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not document.model.nodes


def drawn_as(document: Document) -> set[tuple[object, ...]]:
    """The layers of a drawing with what feeds each of their ports, whatever the nodes are called."""
    model = document.model
    made: dict[str, tuple[object, ...]] = {}
    for name in model.order():
        fed = [(port.name, made[wire.source] if wire else None) for port, wire in model.arguments(name)]
        made[name] = (model.node(name).layer, *fed)
    return set(made.values())
