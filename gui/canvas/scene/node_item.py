"""A node on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QStaticText, QTransform
from PySide6.QtWidgets import QGraphicsRectItem

from graph.records import Problem
from graph.tensor import TensorType
from gui.canvas.look.box import Box
from gui.canvas.look.fonts import Role, elided, font, metrics, prepared, text_width
from gui.canvas.look.ground import Ground, nearest
from gui.canvas.look.paint import MARGIN, text_color
from gui.canvas.look.spot import Place, cell_of, rank_of
from gui.canvas.look.styles import Style

# A text with its font, its pen and how many pixels it is right of the body's corner and below it.
_Prepared = tuple[QFont, QPen, int, int, QStaticText]
_ORIGIN = QPointF()
_PIXELS = QTransform()


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
        self._scale = 0.0
        self._texts: list[_Prepared] | None = None
        self._name: _Prepared | None = None

    def set_selected(self, selected: bool) -> None:
        """Show whether the node is selected."""
        if selected != self.selected:
            self.selected = selected
            self._take_rank()

    def card(self) -> QRectF:
        """The node's rectangle in the scene, without ports and badge."""
        return self._card

    def edges(self) -> tuple[float, float, float, float]:
        """The left, top, right and bottom of the node's rectangle."""
        card = self._card
        return card.left(), card.top(), card.right(), card.bottom()

    def name_rect(self) -> QRectF:
        """Where the node's name stands in the scene."""
        title = next(text for text in self.box.texts if text.role == "title")
        height = metrics("title").height()
        rect = QRectF(title.x, title.y, text_width(title.text, "title"), height)
        return rect.translated(self._at).adjusted(-4.0, -2.0, 4.0, 2.0)

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

    def _take_rank(self) -> None:
        self.rank = rank_of(self.box.name, self._at.x(), self._at.y(), self.selected)

    # The view calls these itself: through ``paint`` Qt would set up a state and two wrappers for every node.

    def draw(self, painter: QPainter, ground: Ground) -> None:
        """Paint the node with all its texts."""
        x, y = self._draw_body(painter, ground)
        for text_font, pen, right, down, text in self._near(ground.scale):
            painter.setFont(text_font)
            painter.setPen(pen)
            painter.setTransform(ground.at(x + right, y + down))
            painter.drawStaticText(_ORIGIN, text)

    def draw_name(self, painter: QPainter, ground: Ground) -> None:
        """Paint the node with its name alone, large enough to be read where the other texts are not.

        Font and pen are the caller's, as all nodes have them in common.
        """
        x, y = self._draw_body(painter, ground)
        _, _, right, down, text = self._far(ground.scale)
        painter.setTransform(ground.at(x + right, y + down))
        painter.drawStaticText(_ORIGIN, text)

    def _draw_body(self, painter: QPainter, ground: Ground) -> tuple[int, int]:
        """Paint the body on whole pixels; where its corner is, counted from the scene's origin."""
        x, y = nearest(self._corner.x() * ground.scale), nearest(self._corner.y() * ground.scale)
        painter.setTransform(_PIXELS)
        painter.drawPixmap(ground.x + x, ground.y + y, self._style.pixmap(self.box.body, self.selected))
        return x, y

    def _near(self, scale: float) -> list[_Prepared]:
        self._forget_unless(scale)
        if self._texts is None:
            self._texts = [self._prepared(text.text, text.role, text.x, text.y, scale) for text in self.box.texts]
        return self._texts

    def _far(self, scale: float) -> _Prepared:
        self._forget_unless(scale)
        if self._name is None:
            text = elided(self.box.name, "far", self.box.body.width - 16)
            x, y = -text_width(text, "far") / 2, 8 - metrics("far").height() / 2
            self._name = self._prepared(text, "far", x, y, scale)
        return self._name

    def _forget_unless(self, scale: float) -> None:
        """Forget the texts that were laid out for another scale."""
        if scale != self._scale:
            self._scale = scale
            self._texts = None
            self._name = None

    def _prepared(self, text: str, role: Role, x: float, y: float, scale: float) -> _Prepared:
        body = self.box.body
        right = nearest((x + body.width / 2 + MARGIN) * scale)
        down = nearest((y + body.height / 2 + MARGIN) * scale)
        return font(role), QPen(text_color(self._style.theme, role)), right, down, prepared(text, role)
