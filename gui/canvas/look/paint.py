"""How a node and a wire look: the one painting code of the screen, of pictures and of vector drawings."""

from __future__ import annotations

from math import acos, degrees, sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from gui.canvas.look.box import HEADER, PAD, PORT_RADIUS, STRIP, Body, Text
from gui.canvas.look.fonts import Role, font, metrics
from gui.canvas.look.heading import GAP, MARK
from gui.canvas.look.marks import paint_mark
from gui.theme.colors import PRINT, Theme

RADIUS = 8.0
MARGIN = 14
BADGE = 8.5
WIRE_WIDTH = 2.0
# How far the colour of a bypassed node goes towards that of the card.
DIMMED = 0.7
RING, SHEET = 4.0, 5.0


def mix(color: QColor, other: QColor, share: float) -> QColor:
    """``color`` with a share of ``other`` in it."""
    return QColor.fromRgbF(
        color.redF() + (other.redF() - color.redF()) * share,
        color.greenF() + (other.greenF() - color.greenF()) * share,
        color.blueF() + (other.blueF() - color.blueF()) * share,
    )


def text_color(theme: Theme, role: Role) -> QColor:
    """The colour of a kind of text."""
    return theme.node_text if role in ("title", "summary", "far", "count") else theme.node_muted


def wire_pen(color: QColor, width: float = WIRE_WIDTH) -> QPen:
    """The pen of a wire; square caps keep the raster engine on its fast way and close the joints of a curve."""
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)


def paint_body(painter: QPainter, body: Body, theme: Theme, selected: bool) -> None:
    """Paint all of a node but its texts, around the origin."""
    card = QRectF(-body.width / 2, -body.height / 2, body.width, body.height)
    hue = theme.category_color(body.category)
    if body.look == "bypassed":
        hue = mix(hue, theme.node, DIMMED)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_around(painter, card, body, hue, theme)
    _paint_shadow(painter, card, theme)
    _paint_card(painter, card, hue, theme)
    _paint_tail(painter, card, body, hue, theme)
    _paint_outline(painter, card, body, theme, selected)
    _paint_ports(painter, card, body, theme)
    if body.severity:
        _paint_badge(painter, card.topRight() + QPointF(-3, 3), theme, body.severity)


def paint_texts(painter: QPainter, texts: tuple[Text, ...], theme: Theme) -> None:
    """Paint the texts of a node as text, around the origin."""
    for text in texts:
        painter.setFont(font(text.role))
        painter.setPen(text_color(theme, text.role))
        painter.drawText(QPointF(text.x, text.y + metrics(text.role).ascent()), text.text)


def _paint_around(painter: QPainter, card: QRectF, body: Body, hue: QColor, theme: Theme) -> None:
    """What shows a drawing inside: a second border; for a block in sequence, more cards below."""
    painter.setPen(QPen(mix(theme.node_border, hue, 0.55), 1.2))
    painter.setBrush(theme.node)
    if body.look == "block":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card.adjusted(-RING, -RING, RING, RING), RADIUS + RING, RADIUS + RING)
    for depth in (2, 1) if body.look == "stack" else ():
        painter.setBrush(mix(theme.node, hue, 0.06 + 0.07 * depth))
        painter.drawRoundedRect(card.adjusted(7 * depth, 20, -7 * depth, SHEET * depth), RADIUS, RADIUS)


def _paint_tail(painter: QPainter, card: QRectF, body: Body, hue: QColor, theme: Theme) -> None:
    """The signs at the right of the header, and the pill the count stands on."""
    x, y = card.right() - PAD, card.top() + (HEADER + STRIP) / 2
    if body.pill:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.node, hue, 0.42))
        painter.drawRoundedRect(QRectF(x - body.pill, y - 8.5, body.pill, 17), 8.5, 8.5)
        x -= body.pill + GAP
    for mark in reversed(body.marks):
        paint_mark(painter, mark, QPointF(x - MARK / 2 + 1, y), mix(theme.node_muted, hue, 0.3))
        x -= MARK


def _paint_shadow(painter: QPainter, card: QRectF, theme: Theme) -> None:
    if theme.name == PRINT:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 9 if theme.name == "light" else 28))
    for spread in (3.0, 2.0, 1.0):
        painter.drawRoundedRect(
            card.adjusted(-spread, 2 - spread, spread, 2 + spread), RADIUS + spread, RADIUS + spread
        )


def _paint_card(painter: QPainter, card: QRectF, hue: QColor, theme: Theme) -> None:
    painter.setBrush(theme.node)
    painter.drawRoundedRect(card, RADIUS, RADIUS)
    if card.height() > HEADER:
        painter.fillPath(_cap(card, HEADER), mix(theme.node, hue, 0.17))
    else:  # a collapsed node is round below as well
        painter.setBrush(mix(theme.node, hue, 0.17))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
    painter.fillPath(_cap(card, STRIP), hue)


def _cap(card: QRectF, height: float) -> QPainterPath:
    """The uppermost part of a card, which its round corners cut."""
    drop = min(height, RADIUS)
    # How far in from the edge the corner's circle is at the cap's lower end.
    inset = RADIUS - sqrt(RADIUS**2 - (RADIUS - drop) ** 2)
    angle = degrees(acos((RADIUS - drop) / RADIUS))
    corner = QRectF(card.left(), card.top(), 2 * RADIUS, 2 * RADIUS)
    path = QPainterPath(QPointF(card.left() + inset, card.top() + height))
    path.arcTo(corner, 90 + angle, -angle)
    path.arcTo(corner.translated(card.width() - 2 * RADIUS, 0), 90, -angle)
    path.lineTo(card.right() - inset, card.top() + height)
    path.closeSubpath()
    return path


def _paint_outline(painter: QPainter, card: QRectF, body: Body, theme: Theme, selected: bool) -> None:
    color = {"error": theme.error, "advice": theme.advice}.get(body.severity, theme.node_border)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # Dimmed alone might be taken for a colour.
    line = Qt.PenStyle.DashLine if body.look == "bypassed" else Qt.PenStyle.SolidLine
    thick = body.severity in ("error", "advice") or body.look == "bypassed"
    painter.setPen(QPen(color, 1.5 if thick else 1.0, line))
    painter.drawRoundedRect(card, RADIUS, RADIUS)
    if selected:
        painter.setPen(QPen(theme.selection, 2.2))
        out = RING + 2 if body.look == "block" else 2
        painter.drawRoundedRect(card.adjusted(-out, -out, out, out), RADIUS + out, RADIUS + out)


def _paint_ports(painter: QPainter, card: QRectF, body: Body, theme: Theme) -> None:
    painter.setPen(QPen(theme.node, 1.5))
    painter.setBrush(QBrush(theme.port))
    for x, places in ((card.left(), body.inputs), (card.right(), body.outputs)):
        for y in places:
            painter.drawEllipse(QPointF(x, y), PORT_RADIUS, PORT_RADIUS)


def _paint_badge(painter: QPainter, at: QPointF, theme: Theme, severity: str) -> None:
    painter.setPen(QPen(theme.node, 1.5))
    if severity == "pending":
        painter.setBrush(mix(theme.node, theme.node_muted, 0.75))
        painter.drawEllipse(at, BADGE - 1.5, BADGE - 1.5)
        painter.setPen(QPen(theme.node, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for across in (-3.2, 0.0, 3.2):
            painter.drawPoint(at + QPointF(across, 0.0))
        return
    painter.setBrush(theme.error if severity == "error" else theme.advice)
    painter.drawEllipse(at, BADGE, BADGE)
    mark = QPen(theme.node, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(mark)
    painter.drawLine(at + QPointF(0, -4), at + QPointF(0, 0.6))
    painter.drawPoint(at + QPointF(0, 4))
