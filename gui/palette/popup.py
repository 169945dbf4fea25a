"""The search at the cursor that adds a layer, where it was asked for and wired to what it was asked from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from graph.edits.offers import described, matching
from graph.edits.search.kinds import class_of, label_of
from gui.palette.panel import KIND
from gui.theme.colors import Theme
from gui.widgets.popup import Popup
from gui.widgets.swatch import swatch
from gui.widgets.text import set_tip

SIZE = QSize(280, 320)


class SearchPopup(Popup):
    """A list under a filter field; ``chosen`` tells the layer kind, ``explain_requested`` that of which to read."""

    chosen = Signal(str)
    explain_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._kinds: list[str] = []
        self._others: list[str] = []
        self._theme = Theme.light()
        self.field.setPlaceholderText("Add a layer")
        self.field.setAccessibleName("Add a layer")
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(16, 16))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._show)
        self.field.returnPressed.connect(lambda: self._choose(self.list.currentItem()))
        self.list.itemClicked.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme

    def ask(self, kinds: list[str], where: QPoint, others: Sequence[str] = ()) -> None:
        """Open at a place on the screen with these kinds to choose from, and behind them ``others``."""
        self._kinds, self._others = kinds, list(others)
        self.field.clear()
        self._show()
        self.resize(SIZE)
        screen = QGuiApplication.screenAt(where) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        left = max(room.left(), min(where.x(), room.right() - SIZE.width()))
        self.move(left, max(room.top(), min(where.y(), room.bottom() - SIZE.height())))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> list[str]:
        """The kinds in the list."""
        return [self.list.item(row).data(KIND) for row in range(self.list.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
            return
        if event.matches(QKeySequence.StandardKey.HelpContents):
            self._explain(self.list.currentItem())
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        self.list.clear()
        for kind in matching(self.field.text(), self._kinds, self._others):
            color = self._theme.category_color(class_of(kind).category)
            item = QListWidgetItem(swatch(color), label_of(kind), self.list)
            item.setData(KIND, kind)
            set_tip(item, described(kind))
        self.list.setCurrentRow(0)

    def _explain(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.hide()
            self.explain_requested.emit(item.data(KIND))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self.hide()
        self.chosen.emit(item.data(KIND))
