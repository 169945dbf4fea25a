"""The palette: every layer there is, by category, to search, drag onto the canvas or add with Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from graph.edits import blocks
from graph.edits.offers import described, matching, offered
from graph.edits.search.kinds import class_of, is_kept, label_of
from gui.theme.colors import Theme
from gui.widgets.swatch import swatch
from gui.widgets.text import tip

MIME = "application/x-layerloom-layer"
KIND = Qt.ItemDataRole.UserRole
LIBRARY = "Library"


class _Tree(QTreeWidget):
    """Categories with their layers; a layer drags as its kind."""

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        data = QMimeData()
        kinds = [item.data(0, KIND) for item in items if item.data(0, KIND)]
        if kinds:
            data.setData(MIME, kinds[0].encode())
        return data


class Palette(QWidget):
    """A search field over the layers.

    ``add_requested`` tells the kind to add, ``menu_requested`` where on the screen the current one was right-clicked.
    """

    add_requested = Signal(str)
    menu_requested = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search layers")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search layers")
        self.tree = _Tree(self)
        self.tree.setAccessibleName("Layers")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(8)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIconSize(QSize(16, 16))
        self.tree.setDragEnabled(True)
        self.tree.setDragDropMode(QTreeWidget.DragDropMode.DragOnly)
        self.tree.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._categories: dict[str, QTreeWidgetItem] = {}
        self._icons: dict[str, QIcon] = {}
        self._fill()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._add_current)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._ask_menu)
        self.tree.itemActivated.connect(lambda item: self._add(item))

    def set_theme(self, theme: Theme) -> None:
        """Give the categories their colours."""
        hues = [category for category in self._categories if category != LIBRARY]
        self._icons = {category: swatch(theme.category_color(category)) for category in hues}
        with QSignalBlocker(self.tree.model()):
            for kind, item in self._items.items():
                item.setIcon(0, self._icons[class_of(kind).category])
        self.tree.viewport().update()

    def show_blocks(self, names: Sequence[str]) -> None:
        """List these blocks of the document behind the kinds of layers."""
        self._relist([blocks.entry(name) for name in names], kept=False)

    def show_library(self, files: Sequence[str]) -> None:
        """List these files of blocks behind everything else, in a category of their own."""
        self._relist([blocks.entry(path) for path in files], kept=True)

    def _relist(self, wanted: list[str], *, kept: bool) -> None:
        listed = [kind for kind in self._items if label_of(kind) != kind and is_kept(kind) == kept]
        if wanted == listed:
            return
        for kind in listed:
            self._categories[_category_of(kind)].removeChild(self._items.pop(kind))
        for kind in wanted:
            self._list(kind)
        self._filter(self.search.text())

    @property
    def current(self) -> str:
        """The kind of the row the cursor is on, "" if it is on none."""
        item = self.tree.currentItem()
        return str(item.data(0, KIND) or "") if item is not None else ""

    def shown(self) -> list[str]:
        """The layer kinds in view, as filtered."""
        return [kind for kind, item in self._items.items() if not item.isHidden()]

    def item(self, kind: str) -> QTreeWidgetItem:
        """The row of a layer kind."""
        return self._items[kind]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.search.hasFocus() and event.key() == Qt.Key.Key_Down:
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _fill(self) -> None:
        for kind in offered():
            self._list(kind)
        self.tree.expandAll()

    def _list(self, kind: str) -> None:
        # Complete before it is in the tree, which is told of every change after that.
        item = QTreeWidgetItem([label_of(kind)])
        item.setData(0, KIND, kind)
        item.setToolTip(0, tip(described(kind), label_of(kind)))
        if (hue := class_of(kind).category) in self._icons:
            item.setIcon(0, self._icons[hue])
        self._category(_category_of(kind)).addChild(item)
        self._items[kind] = item

    def _category(self, name: str) -> QTreeWidgetItem:
        if name not in self._categories:
            head = QTreeWidgetItem(self.tree, [name])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = self.font()
            font.setBold(True)
            head.setFont(0, font)
            self._categories[name] = head
        return self._categories[name]

    def _filter(self, text: str) -> None:
        found = matching(text, self._items)
        shown, categories = set(found), set(map(_category_of, found))
        for kind, item in self._items.items():
            item.setHidden(kind not in shown)
        for name, head in self._categories.items():
            head.setHidden(name not in categories)
        self.tree.expandAll()
        self.tree.clearSelection()
        if found and text.strip():
            self.tree.setCurrentItem(self._items[found[0]])

    def _ask_menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        if item is not None and item.data(0, KIND):
            self.tree.setCurrentItem(item)
            self.menu_requested.emit(self.tree.viewport().mapToGlobal(at))

    def _add_current(self) -> None:
        for item in self.tree.selectedItems():
            self._add(item)

    def _add(self, item: QTreeWidgetItem) -> None:
        kind = item.data(0, KIND)
        if kind:
            self.add_requested.emit(kind)


def _category_of(kind: str) -> str:
    """Where something that is offered is listed."""
    return LIBRARY if is_kept(kind) else class_of(kind).category
