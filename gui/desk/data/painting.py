"""One sample as it is painted: a picture with its mask, lines, words with their tags, or numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from gui.desk.data.boxes import paint_boxes
from gui.desk.data.hues import kind_color, mask_color
from gui.desk.data.words import paint_words
from gui.theme.colors import Theme
from training.protocol import Picture, Values, View, Wave, Words

_OVER = 130


def paint_view(painter: QPainter, view: View, area: QRectF, theme: Theme) -> None:
    """Paint what a field holds into an area."""
    match view:
        case Picture():
            paint_picture(painter, view, area)
        case Wave():
            paint_wave(painter, view, area, theme)
        case Words():
            paint_words(view, area, painter, theme)
        case Values():
            _paint_values(painter, view, area, theme)


def paint_picture(painter: QPainter, view: Picture, area: QRectF) -> None:
    """Paint a picture as large as it fits, each pixel as it is, and its mask over it."""
    share = min(area.width() / view.width, area.height() / view.height)
    width, height = share * view.width, share * view.height
    place = QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, share < 1)
    rows = QImage.Format.Format_RGB888
    painter.drawImage(place, QImage(view.pixels, view.width, view.height, 3 * view.width, rows))
    if view.mask:
        painter.drawImage(place, _mask(view))
    paint_boxes(painter, view.boxes, place)


def paint_wave(painter: QPainter, view: Wave, area: QRectF, theme: Theme) -> None:
    """Paint the lines of all channels over one another, on one scale."""
    values = [value for line in (*view.low, *view.high) for value in line if value is not None]
    if not values:
        return
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    painter.fillRect(area, theme.field)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for channel, (lows, highs) in enumerate(zip(view.low, view.high, strict=True)):
        painter.setPen(QPen(theme.accent if channel == 0 else kind_color(channel, theme), 1.2))
        points: list[QPointF] = []
        across = area.width() / max(1, len(lows) - 1)
        for place, (down, up) in enumerate(zip(lows, highs, strict=True)):
            for value in (up, down) if up != down else (down,):
                if value is not None:
                    y = area.bottom() - 3 - (value - low) / span * (area.height() - 6)
                    points.append(QPointF(area.left() + place * across, y))
        painter.drawPolyline(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_values(painter: QPainter, view: Values, area: QRectF, theme: Theme) -> None:
    painter.setPen(theme.text)
    text = ", ".join(view.values) + (f" and {view.more:,} more" if view.more else "")
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)


def _mask(view: Picture) -> QImage:
    image = QImage(view.mask, view.width, view.height, view.width, QImage.Format.Format_Indexed8)
    colors = [0] * 256
    for kind in range(1, 256):
        color = mask_color(kind)
        color.setAlpha(_OVER)
        colors[kind] = color.rgba()
    image.setColorTable(colors)
    return image
