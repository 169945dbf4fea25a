"""A hand that does anything at all in the editor's window, by real events and from a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from gui.window import MainWindow
from tests.support.canvas_tools import at_node, at_port, drag
from tests.support.mouse import double_click

W = TypeVar("W", bound=QWidget)
CONTROL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
KINDS = ("Conv2d", "ReLU", "Linear", "Add", "Concat", "BatchNorm2d", "Flatten", "Input", "Output", "Dropout", "Block")
TEXTS = ("3", "16", "0", "-1", "x", "a b", "7.5", "3, 5", "conv9", "image", "", "n", "2*k", "1e", "None", "Block1")
KEYS = (
    *((Qt.Key.Key_Z, CONTROL),) * 3,
    *((Qt.Key.Key_Y, CONTROL),) * 2,
    (Qt.Key.Key_D, CONTROL),
    (Qt.Key.Key_C, CONTROL),
    (Qt.Key.Key_V, CONTROL),
    (Qt.Key.Key_X, CONTROL),
    (Qt.Key.Key_A, CONTROL),
    (Qt.Key.Key_Delete, NONE),
    (Qt.Key.Key_Delete, SHIFT),
    (Qt.Key.Key_K, NONE),
    (Qt.Key.Key_L, NONE),
    (Qt.Key.Key_F2, NONE),
    (Qt.Key.Key_Escape, NONE),
    (Qt.Key.Key_Home, NONE),
    (Qt.Key.Key_Left, NONE),
    (Qt.Key.Key_Down, SHIFT),
    (Qt.Key.Key_G, CONTROL),
    (Qt.Key.Key_G, CONTROL | SHIFT),
)
COMMANDS = ("undo", "undo", "redo", "redo", "duplicate", "delete", "freeze", "group", "unpack", "lay_out", "new_block")
LEAVES = (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class Hand:
    """Acts on a window; equal seeds do the same."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window = window
        self._random = Random(seed)
        self.done: list[str] = []
        self._actions: tuple[tuple[int, Callable[[], object]], ...] = (
            (4, self.click_node),
            (1, self.click_nowhere),
            (2, self.drag_node),
            (3, self.draw_wire),
            (3, self.add_layer),
            (5, self.press_a_key),
            (4, self.choose_command),
            (7, self.use_a_field),
            (3, self.use_a_box),
            (1, self.press_a_button),
            (2, self.write_notes),
            (2, self.go_in_or_out),
            (1, self.press_fix),
            (2, self.type_where_the_focus_is),
        )

    def act(self, times: int) -> None:
        """Do this many things, one after the other."""
        weights = [weight for weight, _ in self._actions]
        for _ in range(times):
            _, action = self._random.choices(self._actions, weights)[0]
            self.done.append(action.__name__)
            action()
            self._close_popups()
            QApplication.processEvents()

    # The canvas

    def click_node(self) -> None:
        if name := self._node():
            modifier = self._random.choice((NONE, NONE, NONE, SHIFT, CONTROL))
            QTest.mouseClick(self._view, Qt.MouseButton.LeftButton, modifier, at_node(self.window.canvas, name))

    def click_nowhere(self) -> None:
        QTest.mouseClick(self._view, Qt.MouseButton.LeftButton, NONE, self._view.rect().bottomRight() - QPoint(9, 9))

    def drag_node(self) -> None:
        if name := self._node():
            start = at_node(self.window.canvas, name)
            drag(
                self.window.canvas, start, start + QPoint(self._random.randint(-90, 90), self._random.randint(-90, 90))
            )

    def draw_wire(self) -> None:
        canvas, nodes = self.window.canvas, self.window.canvas.drawing.nodes
        first, second = self._node(), self._node()
        if not first or not second or not nodes[first].box.outputs:
            return
        canvas.frame_all()
        start = at_port(canvas, first, self._random.choice(list(nodes[first].box.outputs)), output=True)
        inputs = list(nodes[second].box.inputs)
        end = at_port(canvas, second, self._random.choice(inputs), output=False) if inputs else QPoint(5, 5)
        drag(canvas, start, end)

    def add_layer(self) -> None:
        self._type_into(self.window.palette_panel.search, self._random.choice(KINDS))
        QTest.keyClick(self.window.palette_panel.search, Qt.Key.Key_Return)

    def go_in_or_out(self) -> None:
        canvas = self.window.canvas
        if name := self._node():
            canvas.frame_all()
            double_click(self._view, at_node(canvas, name))
        if self._random.random() < 0.5:
            canvas.setFocus()
            QTest.keyClick(canvas, Qt.Key.Key_Escape)
            QTest.keyClick(canvas, Qt.Key.Key_Escape)

    # Commands

    def press_a_key(self) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window.canvas, *self._random.choice(KEYS))

    def choose_command(self) -> None:
        self.window.actions_made[self._random.choice(COMMANDS)].trigger()

    def press_fix(self) -> None:
        buttons = self.window.problems.findChildren(QPushButton, "fix")
        if buttons:
            self._random.choice(buttons).click()

    # The inspector

    def use_a_field(self) -> None:
        fields = self._visible(QLineEdit)
        if not fields:
            return
        field = self._random.choice(fields)
        self._type_into(field, self._random.choice(TEXTS))
        for _ in range(self._random.randint(0, 2)):
            if field.isVisible():
                QTest.keyClick(field, self._random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down)))
        if self._random.random() < 0.5 and field.isVisible():
            QTest.keyClick(field, self._random.choice(LEAVES))

    def type_where_the_focus_is(self) -> None:
        focused = self.window.focusWidget()
        if isinstance(focused, QLineEdit | QPlainTextEdit):
            QTest.keyClicks(focused, self._random.choice(TEXTS))

    def use_a_box(self) -> None:
        boxes = [*self._visible(QCheckBox), *self._visible(QComboBox)]
        if not boxes:
            return
        box = self._random.choice(boxes)
        if isinstance(box, QCheckBox):
            QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        else:
            box.setFocus()
            QTest.keyClick(box, self._random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down)))

    def press_a_button(self) -> None:
        buttons = [each for each in self._visible(QAbstractButton) if not isinstance(each, QCheckBox)]
        if buttons:
            QTest.mouseClick(self._random.choice(buttons), Qt.MouseButton.LeftButton)

    def write_notes(self) -> None:
        notes = self.window.inspector.model.notes
        if notes.isVisible():
            notes.setFocus()
            QTest.keyClicks(notes, self._random.choice(TEXTS))
            if self._random.random() < 0.3:
                QTest.keyClick(notes, self._random.choice((Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Tab)))

    # Helpers

    @property
    def _view(self) -> QWidget:
        return self.window.canvas.viewport()

    def _node(self) -> str:
        names = list(self.window.canvas.drawing.nodes)
        return self._random.choice(names) if names else ""

    def _visible(self, kind: type[W]) -> list[W]:
        return [each for each in self.window.inspector.findChildren(kind) if each.isVisible() and each.isEnabled()]

    def _type_into(self, field: QLineEdit, text: str) -> None:
        QTest.mouseClick(field, Qt.MouseButton.LeftButton)
        QTest.keyClick(field, Qt.Key.Key_A, CONTROL)
        QTest.keyClicks(field, text)

    def _close_popups(self) -> None:
        if (popup := QApplication.activePopupWidget()) is None:
            return
        field = popup.focusWidget()
        if isinstance(field, QLineEdit) and self._random.random() < 0.7:
            QTest.keyClick(field, Qt.Key.Key_Return)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
