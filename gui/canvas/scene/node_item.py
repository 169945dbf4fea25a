"""A node on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsRectItem

from graph.records import Problem
from graph.tensor import TensorType
from gui.canvas.look.box import Box
from gui.canvas.look.fonts import Role, elided, font, metrics, prepared, text_width
from gui.canvas.look.paint import MARGIN, text_color
from gui.canvas.look.spot import Place, cell_of, rank_of
from gui.canvas.look.styles import Style

_Prepared = tuple[QFont, QPen, QPointF, QStaticText]


class NodeItem(QGraphicsRectItem):
    """Paints a box with the shared pixmap of its body and its own prepared texts.

    ``types`` and ``problem`` are what the box was made from: the scene compares them by identity. ``extent`` is
    the rectangle in the scene that the node paints in, ``rank`` what sorts it among the others. To Qt this is a
    plain rectangle without a pen, which its index of items can handle without calling Python.
    """

    def __init__(self, style: Style, box: Box) -> None:
        super().__init__()
        self._style = style
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.selected = False
        self._at = QPointF()
        self.types: tuple[TensorType, ...] | None = None
        self.problem: Problem | None = None
        self.show_box(box)

    def show_box(self, box: Box) -> None:
        """Show something else."""
        self.box = box
        width, height = box.body.width + 2 * MARGIN, box.body.height + 2 * MARGIN
        self.setRect(QRectF(-width / 2, -height / 2, width, height))
        self.place(self._at)
        self.restyle()

    def restyle(self) -> None:
        """Take up the style's colours."""
        self._texts: list[_Prepared] | None = None
        self._name: tuple[QPointF, QStaticText] | None = None

    def set_selected(self, selected: bool) -> None:
        """Show whether the node is selected."""
        if selected != self.selected:
            self.selected = selected
            self._take_rank()

    def card(self) -> QRectF:
        """The node's rectangle in the scene, without ports and badge."""
        return self._card

    def _rect_around(self, pad: float) -> QRectF:
        width, height = self.box.body.width + 2 * pad, self.box.body.height + 2 * pad
        return QRectF(self._at.x() - width / 2, self._at.y() - height / 2, width, height)

    def where(self) -> Place:
        """Where the node is painted."""
        return Place(self.extent, self._at)

    def port_at(self, port: str, output: bool) -> QPointF:
        """Where a port is in the scene."""
        x, y = self.box.port_at(port, output)
        return QPointF(self._at.x() + x, self._at.y() + y)

    def place(self, at: QPointF) -> None:
        """Put the node's centre somewhere."""
        self.setPos(at)
        self._at = at
        self.cell = cell_of(at.x(), at.y())
        self._take_rank()
        self._corner = at - QPointF(self.box.body.width / 2 + MARGIN, self.box.body.height / 2 + MARGIN)
        self._card = self._rect_around(0.0)
        self.extent = self._rect_around(MARGIN)
        self._name = None

    def _take_rank(self) -> None:
        self.rank = rank_of(self.box.name, self._at.x(), self._at.y(), self.selected)

    # The view calls these itself: through ``paint`` Qt would set up a state and two wrappers for every node.

    def draw(self, painter: QPainter) -> None:
        """Paint the node with all its texts, in scene units."""
        painter.drawPixmap(self._corner, self._style.pixmap(self.box.body, self.selected))
        painter.translate(self._at)
        for text_font, pen, place, text in self._near():
            painter.setFont(text_font)
            painter.setPen(pen)
            painter.drawStaticText(place, text)
        painter.translate(-self._at)

    def draw_name(self, painter: QPainter) -> None:
        """Paint the node with its name alone, large enough to be read where the other texts are not.

        Font and pen are the caller's, as all nodes have them in common.
        """
        painter.drawPixmap(self._corner, self._style.pixmap(self.box.body, self.selected))
        if self._name is None:
            text = elided(self.box.name, "far", self.box.body.width - 16)
            corner = QPointF(-text_width(text, "far") / 2, 8 - metrics("far").height() / 2)
            self._name = self._at + corner, prepared(text, "far")
        painter.drawStaticText(*self._name)

    def _near(self) -> list[_Prepared]:
        if self._texts is None:
            self._texts = [self._prepared(text.text, text.role, text.x, text.y) for text in self.box.texts]
        return self._texts

    def _prepared(self, text: str, role: Role, x: float, y: float) -> _Prepared:
        return font(role), QPen(text_color(self._style.theme, role)), QPointF(x, y), prepared(text, role)
