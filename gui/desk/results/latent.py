"""Pictures that a decoder makes: through a plane of what it decodes, and of points drawn at random."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.desk.data.painting import paint_picture
from gui.widgets.text import Label
from training.protocol import Latent, Picture

_GAP, _LARGEST = 1, 300


class PictureGrid(QWidget):
    """Pictures in rows of as many, as large as the width allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: list[Picture] = []
        self.side = 1
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_pictures(self, pictures: Sequence[Picture], side: int) -> None:
        """Show these, ``side`` of them a row."""
        self.pictures, self.side = list(pictures), side
        self._size()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LARGEST, self.height())

    def resizeEvent(self, event: QEvent) -> None:
        self._size()

    def cell_rect(self, place: int) -> QRectF:
        """Where a picture is painted."""
        cell = min(_LARGEST, self.width()) / self.side
        row, column = divmod(place, self.side)
        return QRectF(column * cell, row * cell, cell - _GAP, cell - _GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, picture in enumerate(self.pictures):
            paint_picture(painter, picture, self.cell_rect(place))
        painter.end()

    def _size(self) -> None:
        rows = -(-len(self.pictures) // self.side)
        self.setFixedHeight(max(1, round(rows * min(_LARGEST, self.width()) / self.side)))


class LatentView(QWidget):
    """A grid through the latent plane, and samples from the prior, each under its heading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid, self.prior = PictureGrid(self), PictureGrid(self)
        self.grid.setAccessibleName("What is decoded over the latent plane")
        self.prior.setAccessibleName("Samples from the prior")
        self.over, self.drawn = Label(self), Label("Samples from the prior", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for label, grid in ((self.over, self.grid), (self.drawn, self.prior)):
            label.setObjectName("caption")
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(label)
            layout.addWidget(grid)

    def show_latent(self, latent: Latent) -> None:
        """Show what a decoder makes."""
        rest = "" if latent.size == 2 else f"; the other {latent.size - 2:,} are 0"
        chosen = "" if latent.size == 2 else ", on which samples differ most"
        self.over.setText(
            f"Latent plane: axis {latent.across} to the right and axis {latent.up} upwards{chosen}, from "
            f"{-latent.reach:.3g} to {latent.reach:.3g}{rest}"
        )
        self.grid.show_pictures(latent.grid, latent.side)
        self.prior.show_pictures(latent.prior, latent.side)
