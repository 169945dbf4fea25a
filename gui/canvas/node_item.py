"""A node on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from graph.records import Problem
from graph.tensor import TensorType
from gui.canvas.box import MAX_WIDTH, Box
from gui.canvas.fonts import Role, elided, font, metrics, prepared, text_width
from gui.canvas.paint import MARGIN, text_color
from gui.canvas.style import NEAR, Style

_Prepared = tuple[QFont, QPen, QPointF, QStaticText]


class NodeItem(QGraphicsRectItem):
    """Paints a box with the shared pixmap of its body and its own prepared texts.

    ``types`` and ``problem`` are what the box was made from: the scene compares them by identity.
    A rectangle item answers Qt's many questions for its bounds without calling Python.
    """

    def __init__(self, style: Style, box: Box) -> None:
        super().__init__()
        self._style = style
        self.setPen(QPen(Qt.PenStyle.NoPen))
        self.setZValue(1.0)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.selected = False
        self.types: tuple[TensorType, ...] | None = None
        self.problem: Problem | None = None
        self.show_box(box)

    def show_box(self, box: Box) -> None:
        """Show something else."""
        self.box = box
        width, height = box.body.width + 2 * MARGIN, box.body.height + 2 * MARGIN
        self._corner = QPointF(-width / 2, -height / 2)
        self.setRect(QRectF(-width / 2, -height / 2, width, height))
        self.restyle()

    def restyle(self) -> None:
        """Take up the style's colours."""
        self._texts: list[_Prepared] | None = None
        self._far_text: list[_Prepared] | None = None
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Show whether the node is selected."""
        if selected != self.selected:
            self.selected = selected
            self.setZValue(2.0 if selected else 1.0)
            self.update()

    def card(self) -> QRectF:
        """The node's rectangle in the scene, without ports and badge."""
        body, at = self.box.body, self.pos()
        return QRectF(at.x() - body.width / 2, at.y() - body.height / 2, body.width, body.height)

    def port_at(self, port: str, output: bool) -> QPointF:
        """Where a port is in the scene."""
        x, y = self.box.port_at(port, output)
        at = self.pos()
        return QPointF(at.x() + x, at.y() + y)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style = self._style
        painter.drawPixmap(self._corner, style.pixmap(self.box.body, self.selected))
        for text_font, pen, at, text in self._near() if style.zoom >= NEAR else self._far():
            painter.setFont(text_font)
            painter.setPen(pen)
            painter.drawStaticText(at, text)

    def _near(self) -> list[_Prepared]:
        if self._texts is None:
            self._texts = [self._prepared(text.text, text.role, text.x, text.y) for text in self.box.texts]
        return self._texts

    def _far(self) -> list[_Prepared]:
        """The name alone, large enough to be read where the other texts are not."""
        if self._far_text is None:
            name = elided(self.box.name, "far", min(MAX_WIDTH, self.box.body.width - 16))
            at = -text_width(name, "far") / 2, -metrics("far").height() / 2 + 8
            self._far_text = [self._prepared(name, "far", *at)]
        return self._far_text

    def _prepared(self, text: str, role: Role, x: float, y: float) -> _Prepared:
        return font(role), QPen(text_color(self._style.theme, role)), QPointF(x, y), prepared(text, role)
