"""The start page: something new, what was open last, and the examples."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from graph.builder.starts import STARTS
from gui.start.cards import Cards
from gui.start.grid import CardGrid
from gui.start.listing import Listing, letters
from gui.start.painting import CardDelegate, RecentDelegate, cross_rect
from gui.start.recent import Recent
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip

SIDE = 270
# What is left of the row above the cards at either end, so that it begins and ends where the cards do.
IN_LINE = (6, 0, 20, 0)
NOTHING_RECENT = "What you open or save is listed here."
NOTHING_FOUND = "No example is about that."
NONE_FOUND = "None of them is called so."


class StartPage(QWidget):
    """Shown before there is a drawing; built when it is first needed.

    ``begun`` carries the name of a start, ``file_chosen`` a path and ``example_chosen`` the path of an example;
    ``new_requested``, ``open_requested`` and ``left`` ask for an empty drawing, for a file, and for the canvas.
    """

    begun = Signal(str)
    new_requested = Signal()
    open_requested = Signal()
    file_chosen = Signal(object)
    example_chosen = Signal(object)
    left = Signal()

    def __init__(self, examples: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder = examples
        self._theme = Theme.light()
        self._built = False

    def come_up(self) -> None:
        """Show the recent files as they are now; the keys are the filter's."""
        if not self._built:
            self._built = True
            self._build()
            self.set_theme(self._theme)
        self.recent.refresh()
        self._tell()
        self.filter.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        if self._built:
            self._card_look.theme = self._row_look.theme = theme
            self.cards.set_theme(theme.name)
            self.recent.set_theme(theme)
            for view in (self.examples, self.files):
                view.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif text := letters(event):
            self._type(text)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.filter:
            return self._steer(event)
        # A click on the cross is not a click on the row.
        if isinstance(event, QMouseEvent) and watched is self.files.viewport():
            return self._click_cross(event)
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._built:
            self.recent.paint_later()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._built:
            self.recent.rest()
        super().hideEvent(event)

    def _build(self) -> None:
        self.cards, self.recent = Cards(self._folder), Recent()
        self.cards.setParent(self)
        self.recent.setParent(self)
        self._card_look, self._row_look = CardDelegate(self), RecentDelegate(self)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Type to find an example or a file")
        self.filter.setAccessibleName("Find an example or a file")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._look_for)
        self.filter.installEventFilter(self)
        self.files = Listing(self)
        self.files.setModel(self.recent)
        self.files.setItemDelegate(self._row_look)
        self.files.setAccessibleName("Recent files")
        self.files.viewport().installEventFilter(self)
        self.files.chosen.connect(self._open_file)
        self.files.taken_off.connect(self._forget)
        self.files.past.connect(self._leave_files)
        self.examples = CardGrid(self)
        self.examples.setAccessibleName("Examples")
        self.examples.setModel(self.cards)
        self.examples.setItemDelegate(self._card_look)
        self.examples.chosen.connect(self._open_example)
        self.examples.past.connect(self._leave_examples)
        for view in (self.files, self.examples):
            view.typed.connect(self._type)
            view.escaped.connect(self._escape)
        self.nothing_recent, self.nothing_found = Label(NOTHING_RECENT, self), Label(NOTHING_FOUND, self)
        for label in (self.nothing_recent, self.nothing_found):
            label.setObjectName("empty")
        self._lay_out()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(6)
        new = _heading("New", self)
        new.setFixedHeight(self.filter.sizeHint().height())
        side.addWidget(new)
        self.buttons: dict[str, QPushButton] = {}
        for name, start in STARTS.items():
            button = self._button(f"{start.title}\n{start.words}", f"{start.title}: {start.words}")
            button.clicked.connect(lambda _=False, name=name: self.begun.emit(name))
            self.buttons[name] = button
            side.addWidget(button)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.new, self.open = self._button("Empty drawing", "Empty drawing"), self._button("Open…", "Open a drawing")
        set_tip(self.new, "Begin on an empty canvas (Escape)")
        set_tip(self.open, "Open a drawing from a file (Ctrl+O)")
        self.new.clicked.connect(lambda: self.new_requested.emit())
        self.open.clicked.connect(lambda: self.open_requested.emit())
        row.addWidget(self.new)
        row.addWidget(self.open)
        side.addLayout(row)
        side.addSpacing(8)
        side.addWidget(_heading("Recent", self))
        side.addWidget(self.nothing_recent)
        side.addWidget(self.files, 1)
        side.addStretch(0)
        right = QVBoxLayout()
        right.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(*IN_LINE)
        head.addWidget(_heading("Examples", self))
        head.addStretch(1)
        self.filter.setMinimumWidth(260)
        head.addWidget(self.filter)
        right.addLayout(head)
        right.addWidget(self.nothing_found)
        right.addWidget(self.examples, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 18, 14, 10)
        page.setSpacing(24)
        holder = QWidget(self)
        holder.setFixedWidth(SIDE)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        page.addWidget(holder)
        page.addLayout(right, 1)
        order = (*self.buttons.values(), self.new, self.open, self.files, self.filter, self.examples)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _button(self, text: str, spoken: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName("card")
        button.setAccessibleName(spoken)
        return button

    def _tell(self) -> None:
        """Say where there is nothing to show."""
        self.nothing_recent.setText(NONE_FOUND if self.recent.known else NOTHING_RECENT)
        self.nothing_recent.setVisible(not self.recent.files)
        self.nothing_found.setVisible(not self.cards.cards)

    def _look_for(self, text: str) -> None:
        self.cards.look_for(text)
        self.recent.look_for(text)
        self._tell()

    def _type(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    def _escape(self) -> None:
        """Look for nothing any more; once that is so, leave."""
        if self._built and self.filter.text():
            self.filter.clear()
            self.filter.setFocus()
        else:
            self.left.emit()

    def _steer(self, event: QKeyEvent) -> bool:
        """Keys of the filter that are about what it found; whether this was one."""
        found = self.examples if self.cards.cards else self.files
        match event.key():
            case Qt.Key.Key_Escape:
                self._escape()
            case Qt.Key.Key_Down:
                found.take_focus()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.filter.text():
                self._open_first()
            case _:
                return False
        return True

    def _open_first(self) -> None:
        """Open what was found first, a file of the user's before an example."""
        if self.recent.files and not self.recent.files[0].missing:
            self._open_file(0)
        elif self.cards.cards:
            self._open_example(0)

    def _open_file(self, row: int) -> None:
        self.file_chosen.emit(self.recent.files[row].path)

    def _open_example(self, row: int) -> None:
        self.example_chosen.emit(self._folder / f"{self.cards.cards[row].name}.loom")

    def _forget(self, row: int) -> None:
        self.recent.forget(row)
        self._tell()
        if self.recent.files:
            self.files.setCurrentIndex(self.recent.index(min(row, len(self.recent.files) - 1)))

    def _click_cross(self, event: QMouseEvent) -> bool:
        index: QModelIndex = self.files.indexAt(event.position().toPoint())
        if not index.isValid() or not cross_rect(self.files.visualRect(index)).contains(event.position().toPoint()):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            self._forget(index.row())
        return event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease)

    def _leave_files(self, side: str) -> None:
        if side == "right":
            self.examples.take_focus()
        elif side == "up":
            self.open.setFocus(Qt.FocusReason.BacktabFocusReason)

    def _leave_examples(self, side: str) -> None:
        if side == "up":
            self.filter.setFocus(Qt.FocusReason.BacktabFocusReason)
        elif side == "left":
            if self.recent.files:
                self.files.take_focus()
            else:
                next(iter(self.buttons.values())).setFocus(Qt.FocusReason.TabFocusReason)


def _heading(text: str, parent: QWidget) -> Label:
    label = Label(text, parent)
    label.setObjectName("title")
    return label
