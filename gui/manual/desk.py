"""The page of the window that the manual is read on: contents at the left, a search above them, a page beside."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graph.manual.addresses import EXAMPLE
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip, tip

if TYPE_CHECKING:
    from graph.manual.book import Book

ADDRESS = Qt.ItemDataRole.UserRole
SIDE = 250
MAX_VISITS = 200
NOTHING = "Nothing in the manual has these words."


class Visit(NamedTuple):
    """A page that was read, and how far down."""

    address: str
    place: int = 0


class ManualDesk(QWidget):
    """Built when it is first needed; ``example_wanted`` carries the path of a drawing, ``left`` asks to go back."""

    example_wanted = Signal(object)
    left = Signal()

    def __init__(self, guide: Path, examples: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guide, self._examples = guide, examples
        self._theme = Theme.light()
        self._built = False
        self._visits: list[Visit] = []
        self._at = -1

    @cached_property
    def book(self) -> Book:
        """What is read; nothing of it is loaded before it is."""
        from graph.manual.book import Book

        return Book(self._guide, self._examples)

    @property
    def address(self) -> str:
        """The page that is shown, "" before any is."""
        return self._visits[self._at].address if self._visits else ""

    def open(self, address: str) -> None:
        """Show a page, at the heading that its address names."""
        self._build_once()
        if not self.book.has(address):
            return
        if address != self.address:
            self._keep_place()
            self._visits = [*self._visits[: self._at + 1], Visit(address)][-MAX_VISITS:]
            self._at = len(self._visits) - 1
        self._show(Visit(address))

    def come_up(self) -> None:
        """Have the page take the keys."""
        self._build_once()
        if not self._visits:
            self.open(next(address for chapter in self.book.contents for address, _ in chapter.pages))
        self.reader.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        if self._built:
            self.reader.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus() and self.found.count():
            self.found.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _build_once(self) -> None:
        if not self._built:
            self._built = True
            self._build()
            self.reader.set_theme(self._theme)

    def _build(self) -> None:
        from gui.manual.reader import Reader

        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search the manual and all layers")
        self.search.setAccessibleName("Search the manual and all layers")
        self.search.setClearButtonEnabled(True)
        self.contents = _contents(self)
        self._items = self._list()
        self.found = QListWidget(self)
        self.found.setAccessibleName("What was found")
        self.found.setWordWrap(True)
        self.nothing = Label(NOTHING, self)
        self.nothing.setObjectName("empty")
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.lists = QStackedWidget(self)
        for widget in (self.contents, self.found, self.nothing):
            self.lists.addWidget(widget)
        self.reader = Reader(self)
        self.back, self.forth = self._button("\N{LEFTWARDS ARROW}"), self._button("\N{RIGHTWARDS ARROW}")
        self.leave = QPushButton("Close the Manual", self)
        for button, words in ((self.back, "Back (Alt+Left)"), (self.forth, "Forward (Alt+Right)")):
            set_tip(button, words)
            button.setAccessibleName(words)
        set_tip(self.leave, "Go back to where you were (Escape)")
        self._lay_out()
        self.search.textChanged.connect(self._look_for)
        self.search.returnPressed.connect(lambda: self._follow(self.found.item(0)))
        self.contents.itemClicked.connect(self._choose)
        self.contents.itemActivated.connect(self._choose)
        self.found.itemClicked.connect(self._follow)
        self.found.itemActivated.connect(self._follow)
        self.reader.wanted.connect(self.follow)
        self.reader.back.connect(lambda: self._go(-1))
        self.reader.forth.connect(lambda: self._go(1))
        self.reader.escaped.connect(self._escape)
        self.back.clicked.connect(lambda: self._go(-1))
        self.forth.clicked.connect(lambda: self._go(1))
        self.leave.clicked.connect(self.left)

    def _button(self, sign: str) -> QPushButton:
        button = QPushButton(sign, self)
        button.setFixedWidth(38)
        return button

    def _lay_out(self) -> None:
        side = QWidget(self)
        left = QVBoxLayout(side)
        left.setContentsMargins(12, 12, 8, 8)
        left.setSpacing(8)
        left.addWidget(self.search)
        left.addWidget(self.lists, 1)
        row = QHBoxLayout()
        row.setContentsMargins(12, 10, 14, 8)
        row.setSpacing(6)
        row.addWidget(self.back)
        row.addWidget(self.forth)
        row.addStretch(1)
        row.addWidget(self.leave)
        main = QWidget(self)
        right = QVBoxLayout(main)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(row)
        right.addWidget(self.reader, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(side)
        split.addWidget(main)
        split.setStretchFactor(1, 1)
        split.setSizes([SIDE, 10 * SIDE])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    def follow(self, link: str) -> None:
        """Go where a link leads: to a page, to an example, or into the browser."""
        if link.startswith("https://"):
            QDesktopServices.openUrl(QUrl(link))
        elif link.startswith(EXAMPLE):
            self.example_wanted.emit(self._examples / f"{link.removeprefix(EXAMPLE)}.loom")
        else:
            self.open(link)

    def _show(self, visit: Visit) -> None:
        page = self.book.page(visit.address)
        assert page is not None
        self.reader.show_page(page)
        anchor = visit.address.partition("#")[2]
        if visit.place:
            self.reader.verticalScrollBar().setValue(visit.place)
        elif anchor in page.anchors() and page.parts[0] not in page.headings(anchor):
            self.reader.scrollToAnchor(anchor)
        self.back.setEnabled(self._at > 0)
        self.forth.setEnabled(self._at < len(self._visits) - 1)
        self._mark(page.address)

    def _list(self) -> dict[str, QTreeWidgetItem]:
        """Fill the contents; their rows by address."""
        items: dict[str, QTreeWidgetItem] = {}
        for chapter in self.book.contents:
            head = QTreeWidgetItem(self.contents, [chapter.title])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for address, title in chapter.pages:
                item = items[address] = QTreeWidgetItem(head, [title])
                item.setData(0, ADDRESS, address)
                item.setToolTip(0, tip(title))
        if (first := self.contents.topLevelItem(0)) is not None:
            first.setExpanded(True)
        return items

    def _mark(self, address: str) -> None:
        """Show in the contents which page is read."""
        item = self._items.get(address)
        if item is not None and (head := item.parent()) is not None:
            head.setExpanded(True)
            self.contents.setCurrentItem(item)

    def _go(self, steps: int) -> None:
        """Go back to a page that was read before, or forth again."""
        if 0 <= self._at + steps < len(self._visits):
            self._keep_place()
            self._at += steps
            self._show(self._visits[self._at])

    def _keep_place(self) -> None:
        if self._visits:
            place = self.reader.verticalScrollBar().value()
            self._visits[self._at] = self._visits[self._at]._replace(place=place)

    def _choose(self, item: QTreeWidgetItem) -> None:
        if address := item.data(0, ADDRESS):
            self.open(address)

    def _follow(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.open(item.data(ADDRESS))

    def _look_for(self, text: str) -> None:
        """List what is found in the place of the contents, while anything is typed."""
        self.found.clear()
        for hit in self.book.search(text):
            item = QListWidgetItem(f"{hit.title}\n{hit.within}", self.found)
            item.setData(ADDRESS, hit.address)
        nothing = self.nothing if text.strip() and not self.found.count() else self.found
        self.lists.setCurrentWidget(nothing if text.strip() else self.contents)

    def _escape(self) -> None:
        if self.search.text():
            self.search.clear()
            self.reader.setFocus()
        else:
            self.left.emit()


def _contents(parent: QWidget) -> QTreeWidget:
    tree = QTreeWidget(parent)
    tree.setAccessibleName("Contents")
    tree.setHeaderHidden(True)
    tree.setIndentation(14)
    return tree
