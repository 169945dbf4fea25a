"""The grid of cards: as many beside one another as there is room for, and all of its width filled."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from gui.start.listing import Listing
from gui.start.painting import CardDelegate

# The least a card is wide, with the room around it.
NARROWEST = 226


class CardGrid(Listing):
    """A list of cards in rows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionRectVisible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # With room for the bar also where none is needed, so that cards stay where they are as they are filtered;
        # Qt puts a card into the next row that ends where the view does.
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 2
        columns = max(1, room // NARROWEST)
        self.setGridSize(QSize(room // columns, CardDelegate.height(self.font())))
        self.verticalScrollBar().setSingleStep(self.gridSize().height() // 3)
        super().resizeEvent(event)
