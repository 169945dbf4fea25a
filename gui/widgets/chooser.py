"""A field over a list: a few letters find a row, Enter takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gui.widgets.popup import Popup
from gui.widgets.text import Label, shortened

WIDTH, ROWS_HEIGHT = 460, 290
MOST = 200


class Row(NamedTuple):
    """What stands in the list, what stands at its right, and whether it can be taken."""

    text: str
    detail: str = ""
    enabled: bool = True


class Chooser(Popup):
    """Asks for one of some rows, which follow what is typed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._offer: Callable[[str], Sequence[Row]] = lambda _: ()
        self._take: Callable[[int], bool] = lambda _: True
        self._look: Callable[[int], object] | None = None
        self.rows = QTreeWidget(self)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setColumnCount(2)
        self.rows.setHeaderHidden(True)
        self.rows.setRootIsDecorated(False)
        self.rows.header().setStretchLastSection(False)
        self.rows.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.rows.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.nothing = Label(self)
        self.nothing.setObjectName("help")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for widget in (self.field, self.rows, self.nothing):
            layout.addWidget(widget)
        self.field.textChanged.connect(lambda: self._show())
        self.field.returnPressed.connect(self._enter)
        self.rows.itemClicked.connect(lambda: self._enter())

    def ask(
        self,
        caption: str,
        where: QPoint,
        offer: Callable[[str], Sequence[Row]],
        take: Callable[[int], bool],
        look: Callable[[int], object] | None = None,
        first: int = 0,
    ) -> None:
        """Open with its upper middle at a point of the screen.

        ``offer`` gives the rows for what is typed; ``take`` is handed the number of one and says whether that is all,
        ``look`` the number of the one that would be taken. ``first`` is the row to begin with.
        """
        self._offer, self._take, self._look = offer, take, look
        self.field.clear()
        self.field.setPlaceholderText(caption)
        self.field.setAccessibleName(caption)
        self.rows.setAccessibleName(caption)
        self._show(first)
        screen = QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        left = max(room.left(), min(where.x() - WIDTH // 2, room.right() - WIDTH))
        self.move(left, max(room.top(), min(where.y(), room.bottom() - ROWS_HEIGHT)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> list[str]:
        """The texts in the list."""
        return [item.text(0) for item in items_of(self.rows)]

    @property
    def current(self) -> int:
        """The number of the row that Enter takes; -1 if there is none."""
        return self.rows.currentIndex().row()

    def step(self, by: int) -> None:
        """Go to another row, round the ends."""
        items = items_of(self.rows)
        if items:
            self.rows.setCurrentItem(items[(self.current + by) % len(items)])
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if by:
            self.step(by)
        else:
            super().keyPressEvent(event)

    def _show(self, first: int = 0) -> None:
        self.rows.clear()
        for row in self._offer(self.field.text())[:MOST]:
            item = QTreeWidgetItem(self.rows, [shortened(row.text), shortened(row.detail)])
            item.setDisabled(not row.enabled)
        found = items_of(self.rows)
        self._fit(len(found))
        self.nothing.setText("Nothing is called that." if self.field.text().strip() and not found else "")
        self.nothing.setVisible(bool(self.nothing.text()))
        if found:
            self.rows.setCurrentItem(found[min(first, len(found) - 1)])
            self._tell()

    def _fit(self, count: int) -> None:
        """Be no higher than the rows need: what is found may lie below."""
        row = max(self.rows.sizeHintForRow(0), self.fontMetrics().height())
        self.rows.setFixedHeight(min(ROWS_HEIGHT, max(1, count) * row + 4))
        self.setFixedSize(WIDTH, self.sizeHint().height())

    def _tell(self) -> None:
        if self._look is not None and self.field.text().strip():
            self._look(self.current)

    def _enter(self) -> None:
        item = self.rows.currentItem()
        if item is not None and not item.isDisabled() and self._take(self.current):
            self.hide()


def items_of(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    """The rows at the top of a tree."""
    return [item for index in range(tree.topLevelItemCount()) if (item := tree.topLevelItem(index)) is not None]
