"""One sample as it is painted: a picture with its mask, lines, words with their tags, or numbers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from gui.theme.colors import Theme
from training.protocol import Picture, Values, View, Wave, Words

_OVER = 130
_GAP, _ROW = 6.0, 4.0
_HUES = 47


def paint_view(painter: QPainter, view: View, area: QRectF, theme: Theme) -> None:
    """Paint what a field holds into an area."""
    match view:
        case Picture():
            paint_picture(painter, view, area)
        case Wave():
            paint_wave(painter, view, area, theme)
        case Words():
            lay_words(view, area, painter, theme)
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


def lay_words(view: Words, area: QRectF, painter: QPainter | None, theme: Theme) -> float:
    """The height that words take within a width; with a painter they are painted there."""
    metrics = QFontMetricsF(painter.font()) if painter is not None else None
    if metrics is None or painter is None:
        return 0.0
    high = metrics.height() * (2 if view.tags else 1) + _ROW
    x, y = area.left(), area.top()
    for place, token in enumerate(view.tokens):
        tag = view.tags[place] if place < len(view.tags) else ""
        width = max(metrics.horizontalAdvance(token), metrics.horizontalAdvance(tag))
        if x + width > area.right() and x > area.left():
            x, y = area.left(), y + high
        if y + high > area.bottom() + 1:
            painter.setPen(theme.muted)
            painter.drawText(QPointF(area.right() - 12, area.bottom() - 2), "…")
            break
        painter.setPen(theme.text)
        painter.drawText(QRectF(x, y, width + 2, metrics.height()), Qt.TextFlag.TextSingleLine, token)
        if tag:
            painter.setPen(kind_color(sum(map(ord, tag)), theme))
            under = QRectF(x, y + metrics.height() - 2, width + 2, metrics.height())
            painter.drawText(under, Qt.TextFlag.TextSingleLine, tag)
        x += width + _GAP
    return y + high - area.top()


def kind_color(kind: int, theme: Theme) -> QColor:
    """A colour for a class, told apart from those beside it."""
    return QColor.fromHsl((_HUES * (3 * kind + 1)) % 360, 150, 110 if theme.name == "light" else 165)


def _paint_values(painter: QPainter, view: Values, area: QRectF, theme: Theme) -> None:
    painter.setPen(theme.text)
    text = ", ".join(view.values) + (f" and {view.more:,} more" if view.more else "")
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)


def _mask(view: Picture) -> QImage:
    image = QImage(view.mask, view.width, view.height, view.width, QImage.Format.Format_Indexed8)
    colors = [0] * 256
    for kind in range(1, 256):
        color = QColor.fromHsl((_HUES * (3 * kind + 1)) % 360, 220, 130)
        color.setAlpha(_OVER)
        colors[kind] = color.rgba()
    image.setColorTable(colors)
    return image
