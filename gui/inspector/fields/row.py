"""One line of a form: label, editor, and what belongs to them; below it only the sentence on why a value is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QWidget

from graph.fields import Field
from gui.inspector.fields.editors import Editor, TextEditor, TypedEditor, make_editor, revert
from gui.inspector.fields.known import UNKNOWN
from gui.inspector.fields.marks import Chain, ResetDot
from gui.inspector.fields.scrub import ScrubLabel
from gui.inspector.fields.values import stepped, written
from gui.inspector.fields.visit import Visit
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip

LABEL_WIDTH = 112
# A longer name takes from the room of its editor up to here; above that it has a line of its own.
WIDEST_LABEL, WIDEST_ALONE = 152, 210
EDITOR_WIDTH, LIVE_WIDTH = 60, 90
# Label, dot, editor, what an expression amounts to, chain.
_COLUMNS, _LIVE = 5, 3
_NUMBERS = ("int", "float", "size")


class Row(QWidget):
    """``begun`` tells that the field is come to, ``reset_wanted`` that it is to have its default, ``sweep_wanted``
    that a sweep is to vary it.
    """

    begun = Signal()
    reset_wanted = Signal()
    sweep_wanted = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.editor: Editor = make_editor(field, self)
        self.visit = Visit(self.editor)
        self.help = _help(field)
        self.label = ScrubLabel(field.name, self)
        self.dot = ResetDot(
            field.name, f" of {written(field.default)}" if field.default not in (None, "") else "", self
        )
        self.chain: Chain | None = Chain(field.name, self) if field.kind == "size" and field.length > 1 else None
        self._start: Any = None
        self._sentence = ""
        self.may_sweep: Callable[[], bool] = lambda: False
        self._lay_out()
        self._connect()

    @cached_property
    def live(self) -> ElidedLabel:
        """What an expression amounts to; made when there is one."""
        label = ElidedLabel(self)
        label.setObjectName("live")
        label.setMaximumWidth(LIVE_WIDTH)
        label.hide()
        self._grid.addWidget(label, 0, _LIVE)
        return label

    @cached_property
    def error(self) -> Label:
        """Why a value is refused; made when one is."""
        label = Label(self)
        label.setObjectName("error")
        label.setWordWrap(True)
        label.setMinimumWidth(LABEL_WIDTH)  # one long word, such as a path, must not widen the page
        label.hide()
        self._grid.addWidget(label, 2, 0, 1, _COLUMNS)
        return label

    @property
    def refused(self) -> bool:
        """Whether the document refused what stands in the editor."""
        return bool(self._sentence)

    def begin(self) -> None:
        """Make what is done from now on a step of its own."""
        self.visit.begin()
        self.begun.emit()

    def show_value(self, value: Any) -> None:
        """Show the document's value; what was typed and refused stays until that value is another."""
        changed = value != self.editor.known
        self.editor.show_value(value)
        if self.chain is not None:
            self.chain.show_closed(not isinstance(value, tuple))
            self.chain.setEnabled(isinstance(value, int | tuple))
        if changed:
            self.show_error("")

    def show_live(self, text: str) -> None:
        """Show what an expression amounts to."""
        if not text and "live" not in self.__dict__:
            return
        self.live.setText(text)
        self.live.setVisible(bool(text))
        set_tip(self.live, text)

    def show_differs(self, differs: bool) -> None:
        """Show whether the field is other than its default."""
        self.dot.setVisible(differs)

    def revert(self) -> None:
        """Show the document's value instead of what was typed."""
        revert(self.editor)
        self.show_error("")

    def show_error(self, sentence: str) -> None:
        """Show why what was typed is refused, or nothing."""
        if sentence == self._sentence:
            return
        self._sentence = sentence
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.editor.setProperty("invalid", bool(sentence))
        self.editor.style().polish(self.editor)

    def ask_menu(self, at: QPoint) -> None:
        """Open the field's menu at a point of the screen."""
        standard = self.editor.createStandardContextMenu() if isinstance(self.editor, TypedEditor) else None
        menu = standard or QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if standard is not None:
            menu.addSeparator()
        sweep = menu.addAction("Sweep Over\N{HORIZONTAL ELLIPSIS}")
        sweep.setEnabled(self.may_sweep())
        sweep.triggered.connect(self.sweep_wanted)
        reset = menu.addAction("Reset to Default")
        reset.setEnabled(not self.dot.isHidden())
        reset.triggered.connect(self.reset_wanted)
        menu.popup(at)

    def _lay_out(self) -> None:
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        wanted = self.fontMetrics().horizontalAdvance(self.field.name) + 2
        usual = LABEL_WIDTH - self.dot.width() - 2
        above = self.field.code or wanted > WIDEST_LABEL
        self.label.setFixedWidth(max(usual, min(wanted, WIDEST_ALONE if above else WIDEST_LABEL)))
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.dot, 0, 1)
        if above:
            grid.addWidget(self.editor, 1, 0, 1, _COLUMNS)
        else:
            grid.addWidget(self.editor, 0, 2)
        if self.chain is not None:
            grid.addWidget(self.chain, 0, _LIVE + 1)
        self.editor.setMinimumWidth(EDITOR_WIDTH)
        self.editor.setAccessibleName(self.field.name)
        self.editor.setAccessibleDescription(self.field.description)
        for widget in (self, self.label, self.editor):
            widget.setStatusTip(self.help)

    def _connect(self) -> None:
        editor = self.editor
        editor.begun.connect(self.begun)
        self.dot.clicked.connect(self.reset_wanted)
        for widget in (self.label, editor):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(lambda at, widget=widget: self.ask_menu(widget.mapToGlobal(at)))
        self.label.pressed.connect(self._press_label)
        if isinstance(editor, TextEditor) and self.field.kind in _NUMBERS:
            self.label.set_number(whole=self.field.kind != "float")
            self.label.dragged.connect(self._drag)
        if self.chain is not None:
            self.chain.clicked.connect(self._link)

    def _press_label(self) -> None:
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.begin()
        if isinstance(self.editor, TextEditor):
            self.editor.selectAll()
            self._start = self.editor.value()

    def _drag(self, steps: int, fine: bool) -> None:
        assert isinstance(self.editor, TextEditor)
        value = stepped(self.field, self._start, steps, fine)
        if value != self.editor.value():
            self.editor.put(value)

    def _link(self, closed: bool) -> None:
        """Make one number of several, or several of one."""
        value = self.editor.known
        if not isinstance(self.editor, TextEditor) or value is UNKNOWN:
            return
        self.begin()
        whole = value[0] if isinstance(value, tuple) else value
        self.editor.put(whole if closed else (whole,) * self.field.length)


def _help(field: Field) -> str:
    """What a field means and takes, in a line."""
    default = f"; default {written(field.default)}" if field.default not in (None, "", (), {}) else ""
    meaning = f"{field.description} \u2014 " if field.description else ""
    return f"{meaning}{field.expected()}{default}"
