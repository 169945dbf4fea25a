"""One editor widget per kind of field; each keeps what was typed until the value it stands for changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from graph.fields import Field
from gui.inspector.fields.codeeditor import CodeEditor
from gui.inspector.fields.known import MIXED, PASSING, UNKNOWN
from gui.inspector.fields.pictures import PICTURE, is_pictured, picture
from gui.inspector.fields.values import parsed, stepped, written


class TextEditor(QLineEdit):
    """Numbers, lists, shapes and text, tried with every key; the up and down keys step numbers, with Shift by ten.

    The click that brings the focus selects all, so that what is typed takes its place.
    ``begun`` and ``finished`` tell that the field was come to and left, ``entered`` and ``abandoned`` of Enter, Escape,
    ``dropped`` that what was typed but not taken is to be put back, ``moved`` of Alt with up (-1) or down (1).
    """

    begun = Signal()
    edited = Signal(object)
    entered = Signal()
    abandoned = Signal()
    dropped = Signal()
    moved = Signal(int)
    finished = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self.known: Any = UNKNOWN
        self._clicked_into = False
        self.textEdited.connect(lambda text: self.edited.emit(parsed(field, text)))
        self.returnPressed.connect(self.entered)

    def show_value(self, value: Any) -> None:
        """Show the document's value, unless it is the one already known here."""
        if value == self.known:
            return
        typed = UNKNOWN if self.known is UNKNOWN else self.value()
        self.known = value
        self.setPlaceholderText("several values" if value is MIXED else "none")
        if typed != value:
            self.setText("" if value is MIXED else written(value))

    def value(self) -> Any:
        """What the text stands for."""
        return parsed(self._field, self.text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._clicked_into = event.reason() == Qt.FocusReason.MouseFocusReason
        if event.reason() not in PASSING:
            self.begun.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._clicked_into and not self.hasSelectedText():
            self.selectAll()
        self._clicked_into = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in PASSING:
            self.finished.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Escape:
            self.abandoned.emit()
        elif steps and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(-steps)
        elif steps and self._field.kind in ("int", "float", "size", "value"):
            self._step(steps * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        else:
            super().keyPressEvent(event)

    def put(self, value: Any) -> None:
        """Have the field hold a value as if it were typed: it is tried, and Ctrl+Z in the field takes it back."""
        self.selectAll()
        self.insert(written(value))

    def _step(self, steps: int) -> None:
        before = self.value()
        after = stepped(self._field, before, steps)
        if after != before:
            self.put(after)


class BoolEditor(QCheckBox):
    """Yes or no; every click is an edit by itself."""

    begun = Signal()
    edited = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known: Any = UNKNOWN
        self.clicked.connect(self.begun)
        self.clicked.connect(lambda checked: self.edited.emit(bool(checked)))

    def show_value(self, value: Any) -> None:
        """Show the document's value."""
        self.known = value
        self.setTristate(value is MIXED)
        states = Qt.CheckState
        self.setCheckState(states.PartiallyChecked if value is MIXED else states.Checked if value else states.Unchecked)


class ChoiceEditor(QComboBox):
    """One of a few words; every choice is an edit by itself."""

    begun = Signal()
    edited = Signal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known: Any = UNKNOWN
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPlaceholderText("several values")
        self._pictured = is_pictured(field)
        for choice in (*((None,) if field.optional else ()), *field.choices):
            self.addItem("none" if choice is None else str(choice), choice)
        if self._pictured:
            self.setIconSize(PICTURE)
        # A long name of a choice must not widen the page.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._paint()
        self.activated.connect(self.begun)
        self.activated.connect(lambda index: self.edited.emit(self.itemData(index)))

    def show_value(self, value: Any) -> None:
        """Show the document's value."""
        self.known = value
        self.setCurrentIndex(-1 if value is MIXED else self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A wheel that scrolls the form must not change a value on its way.
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._paint()

    def _paint(self) -> None:
        """Picture the distributions that weights are drawn from, in the colour of the text."""
        for index in range(self.count() if self._pictured else 0):
            self.setItemIcon(index, QIcon(picture(str(self.itemData(index)), self.palette().text().color())))


TypedEditor = TextEditor | CodeEditor
Editor = TypedEditor | BoolEditor | ChoiceEditor


def make_editor(field: Field, parent: QWidget | None = None) -> Editor:
    """The editor for a field's kind."""
    if field.code:
        return CodeEditor(parent)
    if field.kind == "bool":
        return BoolEditor(field, parent)
    return ChoiceEditor(field, parent) if field.kind == "choice" else TextEditor(field, parent)


def revert(editor: Editor) -> None:
    """Show the document's value instead of what was typed."""
    value, editor.known = editor.known, UNKNOWN
    if value is not UNKNOWN:
        editor.show_value(value)
