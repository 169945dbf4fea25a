"""Small pictures of the distributions that initial weights are drawn from: how often each value comes, around zero."""

from __future__ import annotations

from math import exp

from PySide6.QtCore import QLineF, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from graph.fields import INITIAL, Field

PICTURE = QSize(30, 14)
_BASE, _TOP = 12.0, 2.0
# How far a distribution reaches to both sides, as a share of the picture: bounds and deviations depend on the layer.
_BELLS = {"normal": 0.2, "xavier_normal": 0.13, "kaiming_normal": 0.26}
_BOXES = {"default": 0.5, "uniform": 0.6, "xavier_uniform": 0.4, "kaiming_uniform": 0.8}
_SPIKES = {"zeros": 0.0, "constant": 0.5}


def is_pictured(field: Field) -> bool:
    """Whether a field chooses a distribution of initial weights."""
    return field.kind == "choice" and field.name in INITIAL


def picture(kind: str, ink: QColor) -> QPixmap:
    """A distribution: a bell, a box, a spike at one value, or two right angles for weights that are orthogonal."""
    pixmap = QPixmap(PICTURE * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(ink)
    faint.setAlpha(110)
    painter.setPen(QPen(faint, 1.0))
    painter.drawLine(QLineF(0, _BASE, PICTURE.width(), _BASE))
    # What torch draws by default differs from layer to layer: a box that is dashed.
    line = Qt.PenStyle.DotLine if kind == "default" else Qt.PenStyle.SolidLine
    painter.setPen(QPen(ink, 1.4, line, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(_shape(kind))
    painter.end()
    return pixmap


def _shape(kind: str) -> QPainterPath:
    middle, path = PICTURE.width() / 2, QPainterPath()
    if kind in _SPIKES:
        x = middle + _SPIKES[kind] * middle
        path.moveTo(x, _BASE)
        path.lineTo(x, _TOP)
    elif kind in _BOXES:
        reach = _BOXES[kind] * middle
        corners = ((-reach, _BASE), (-reach, 5.0), (reach, 5.0), (reach, _BASE))
        path.addPolygon([QPointF(middle + x, y) for x, y in corners])
    elif kind in _BELLS:
        deviation = _BELLS[kind] * PICTURE.width()
        heights = [(x, _BASE - (_BASE - _TOP) * exp(-(((x - middle) / deviation) ** 2) / 2)) for x in range(31)]
        path.addPolygon([QPointF(x, y) for x, y in heights])
    else:
        path.moveTo(middle, _TOP)
        path.lineTo(middle, _BASE)
        path.moveTo(middle - 10, _BASE)
        path.lineTo(middle + 10, _BASE)
        path.moveTo(middle, _BASE - 4)
        path.lineTo(middle + 4, _BASE - 4)
        path.lineTo(middle + 4, _BASE)
    return path
