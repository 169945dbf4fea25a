"""Formulas as they are printed: fractions, roots, sums with their limits, brackets as high as what is in them.

A formula becomes boxes beside and above one another, each with its width and how far it reaches above and below the
line. All lengths are in pixels of a screen at 100 %.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QLineF, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from graph.manual.formulas import Cases, Face, Fence, Fraction, Part, Root, Row, Script, Sign, parse

SIZE = 19.0
SMALLER, LEAST = 0.72, 10.0
FAMILIES = ("STIX Two Text", "Cambria", "Times New Roman", "Liberation Serif", "DejaVu Serif")
MARGIN = 3.0
LARGE = "∑∏"
ROOM = {"binary": 0.22, "relation": 0.3, "comma": 0.18}

Paint = Callable[[QPainter, float, float], None]


class Box(NamedTuple):
    """Something laid out; ``paint`` draws it with its left end at a place on the line."""

    width: float
    ascent: float
    descent: float
    paint: Paint


NOTHING = Box(0.0, 0.0, 0.0, lambda *_: None)


@cache
def _font(size: float, face: Face) -> QFont:
    font = QFont(list(FAMILIES))
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPixelSize(round(size))
    font.setItalic(face == "italic")
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _metrics(size: float, face: Face) -> QFontMetricsF:
    return QFontMetricsF(_font(size, face))


def image_of(source: str, color: QColor, ratio: float) -> QImage:
    """A formula as a picture in one colour on nothing, for a screen with ``ratio`` pixels to a point."""
    box = _part(parse(source), SIZE)
    size = QSize(ceil(box.width + 2 * MARGIN), ceil(box.ascent + box.descent + 2 * MARGIN))
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setPen(QPen(color, 1.0))
    box.paint(painter, MARGIN, MARGIN + box.ascent)
    painter.end()
    return image


def _part(part: Part, size: float) -> Box:
    match part:
        case Sign(text, face, role):
            return _sign(text, face, size, ROOM.get(role, 0.0) * size)
        case Row(items):
            return _row(items, size)
        case Fraction(top, bottom):
            return _fraction(_part(top, size * 0.9), _part(bottom, size * 0.9), size)
        case Root(body):
            return _root(_part(body, size), size)
        case Script():
            return _limits(part, size) if part.limits else _script(part, size)
        case Fence(left, body, right):
            return _fence(left, _part(body, size), right, size)
        case Cases(rows):
            return _cases(rows, size)


def _sign(text: str, face: Face, size: float, room: float) -> Box:
    large = text in LARGE
    before = 0.0 if text in ",;" else room  # a comma stands at what it follows
    drawn = size * 1.5 if large else size
    metrics, font = _metrics(drawn, face), _font(drawn, face)
    bounds = metrics.tightBoundingRect(text)
    width = metrics.horizontalAdvance(text) + (size * 0.06 if face == "italic" and text.isalpha() else 0.0)
    # A sum stands with its middle where that of a minus is.
    drop = bounds.center().y() + size * 0.26 if large else 0.0

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setFont(font)
        painter.drawText(QPointF(x + before, y - drop), text)

    ascent = -bounds.top() + drop if large else max(-bounds.top(), size * 0.5)
    descent = bounds.bottom() - drop if large else max(bounds.bottom(), size * 0.08)
    return Box(before + width + room, ascent, descent, paint)


def _row(items: tuple[Part, ...], size: float) -> Box:
    boxes = [_part(item, size) for item in items]
    gaps = [size * 0.16 if _is_word(before) and not _opens(after) else 0.0 for before, after in pairwise(items)]
    return _beside(boxes, [*gaps, 0.0] if boxes else [])


def _is_word(part: Part) -> bool:
    """Whether what follows needs room: a function's name, a sum, words."""
    if isinstance(part, Script):
        return part.limits or _is_word(part.base)
    return isinstance(part, Sign) and (part.role == "function" or part.text in LARGE)


def _opens(part: Part) -> bool:
    return isinstance(part, Fence) or (isinstance(part, Sign) and part.role in ("open", "binary", "relation"))


def _beside(boxes: list[Box], gaps: list[float]) -> Box:
    if not boxes:
        return NOTHING

    def paint(painter: QPainter, x: float, y: float) -> None:
        for box, gap in zip(boxes, gaps, strict=True):
            box.paint(painter, x, y)
            x += box.width + gap

    width = sum(box.width for box in boxes) + sum(gaps)
    return Box(width, max(box.ascent for box in boxes), max(box.descent for box in boxes), paint)


def _fraction(top: Box, bottom: Box, size: float) -> Box:
    axis, gap, edge = size * 0.26, size * 0.2, size * 0.12
    width = max(top.width, bottom.width) + 2 * edge

    def paint(painter: QPainter, x: float, y: float) -> None:
        top.paint(painter, x + (width - top.width) / 2, y - axis - gap - top.descent)
        bottom.paint(painter, x + (width - bottom.width) / 2, y - axis + gap + bottom.ascent)
        painter.drawLine(QLineF(x + 1, y - axis, x + width - 1, y - axis))

    up = axis + gap + top.descent + top.ascent
    return Box(width, up, gap + bottom.ascent + bottom.descent - axis, paint)


def _root(body: Box, size: float) -> Box:
    hook, gap = size * 0.55, size * 0.16

    def paint(painter: QPainter, x: float, y: float) -> None:
        top, low = y - body.ascent - gap, y + body.descent
        path = QPainterPath(QPointF(x, y - (body.ascent - body.descent) * 0.35))
        path.lineTo(x + hook * 0.25, y - (body.ascent - body.descent) * 0.45)
        path.lineTo(x + hook * 0.55, low)
        path.lineTo(x + hook, top)
        path.lineTo(x + hook + body.width + gap, top)
        painter.drawPath(path)
        body.paint(painter, x + hook + gap / 2, y)

    return Box(hook + body.width + gap, body.ascent + gap + 1, body.descent, paint)


def _script(part: Script, size: float) -> Box:
    base, small = _part(part.base, size), max(LEAST, size * SMALLER)
    below = _part(part.below, small) if part.below else None
    above = _part(part.above, small) if part.above else None
    # Of a letter or a bracket a raised part stands at the shoulder; of something tall, at its top.
    rise = max(size * 0.42, base.ascent - size * 0.32) if above else 0.0
    sink = max(size * 0.2, base.descent) if below else 0.0
    if above and below:
        sink += max(0.0, above.descent + below.ascent + size * 0.08 - rise - sink)

    def paint(painter: QPainter, x: float, y: float) -> None:
        base.paint(painter, x, y)
        if above:
            above.paint(painter, x + base.width + size * 0.04, y - rise)
        if below:
            below.paint(painter, x + base.width, y + sink)

    width = base.width + max(box.width for box in (above, below) if box) + size * 0.06
    ascent = max(base.ascent, rise + above.ascent if above else 0.0)
    return Box(width, ascent, max(base.descent, sink + below.descent if below else 0.0), paint)


def _limits(part: Script, size: float) -> Box:
    base, small, gap = _part(part.base, size), max(LEAST, size * SMALLER), size * 0.14
    below = _part(part.below or Row(()), small)
    above = _part(part.above or Row(()), small)
    width = max(base.width, below.width, above.width)
    up = base.ascent + (gap + above.descent if part.above else 0.0)
    down = base.descent + (gap + below.ascent if part.below else 0.0)

    def paint(painter: QPainter, x: float, y: float) -> None:
        base.paint(painter, x + (width - base.width) / 2, y)
        above.paint(painter, x + (width - above.width) / 2, y - up)
        below.paint(painter, x + (width - below.width) / 2, y + down)

    return Box(width, up + above.ascent, down + below.descent, paint)


def _fence(left: str, body: Box, right: str, size: float) -> Box:
    high = max(body.ascent, size * 0.74), max(body.descent, size * 0.22)
    opening, closing = _bracket(left, *high, size), _bracket(right, *high, size)
    return _beside([opening, body, closing], [size * 0.05, size * 0.05, 0.0])


def _bracket(sign: str, ascent: float, descent: float, size: float) -> Box:
    if not sign:
        return NOTHING
    width = size * 0.32

    def paint(painter: QPainter, x: float, y: float) -> None:
        top, low = y - ascent - 1, y + descent + 1
        path = QPainterPath()
        near, far = (x + width * 0.85, x + width * 0.2) if sign in "([⌊⌈{" else (x + width * 0.15, x + width * 0.8)
        middle = (top + low) / 2
        if sign in "()":
            path.moveTo(near, top)
            path.cubicTo(far, top + (low - top) * 0.28, far, low - (low - top) * 0.28, near, low)
        elif sign in "{}":
            centre = (near + far) / 2
            path.moveTo(near, top)
            path.cubicTo(centre, top, centre, top, centre, top + size * 0.3)
            path.lineTo(centre, middle - size * 0.25)
            path.quadTo(centre, middle, far, middle)
            path.quadTo(centre, middle, centre, middle + size * 0.25)
            path.lineTo(centre, low - size * 0.3)
            path.cubicTo(centre, low, centre, low, near, low)
        else:
            path.moveTo(near if sign in "[]⌈⌉" else far, top)
            path.lineTo(far, top)
            path.lineTo(far, low)
            path.lineTo(near if sign in "[]⌊⌋" else far, low)
        painter.drawPath(path)

    return Box(width, ascent + 1, descent + 1, paint)


def _cases(rows: tuple[tuple[Row, ...], ...], size: float) -> Box:
    boxes = [[_part(cell, size) for cell in row] for row in rows]
    gap, apart = size * 0.28, size * 0.9
    first = max(row[0].width for row in boxes)
    lines = [_beside(row, [first - row[0].width + apart, 0.0][: len(row)]) for row in boxes]
    height = sum(line.ascent + line.descent for line in lines) + gap * (len(lines) - 1)
    ascent = height / 2 + size * 0.26

    def paint(painter: QPainter, x: float, y: float) -> None:
        top = y - ascent
        for line in lines:
            line.paint(painter, x, top + line.ascent)
            top += line.ascent + line.descent + gap

    body = Box(max(line.width for line in lines), ascent, height - ascent, paint)
    return _beside([_bracket("{", body.ascent, body.descent, size), body], [size * 0.25, 0.0])


def drawn_size(image: QImage) -> QSizeF:
    """How large a picture is on a screen at 100 %."""
    return image.deviceIndependentSize()
