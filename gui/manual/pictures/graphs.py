"""Graphs of functions, and bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp, isfinite, log

from PySide6.QtCore import QPointF, QRectF, Qt

from graph.manual.curves import CURVES, Curve
from gui.manual.pictures.board import Board, number

SIZE = 460, 250
STEPS = 400
MARGINS = 44.0, 14.0, 16.0, 44.0
SCORES = (2.0, 1.0, 0.1, -1.0, 0.5)


def draw_curve(board: Board, name: str) -> None:
    """The graph of a function, with its slope as a dashed line."""
    curve = CURVES[name]
    xs = [curve.low + (curve.high - curve.low) * step / STEPS for step in range(STEPS + 1)]
    ys = [curve.function(x) for x in xs]
    slopes = [curve.slope(x) for x in xs[1:-1]]
    shown = [*ys, *(slope for slope in slopes if isfinite(slope) and abs(slope) <= max(4.0, max(map(abs, ys))))]
    low, high = min(0.0, *shown), max(0.0, *shown)
    high = max(high, low + 1.0)
    pad = (high - low) * 0.06
    left, top, right, bottom = MARGINS
    field = QRectF(left, top, SIZE[0] - left - right - 78, SIZE[1] - top - bottom)
    low, high = low - pad, high + pad

    def at(x: float, y: float) -> QPointF:
        across = (x - curve.low) / (curve.high - curve.low)
        return QPointF(
            field.left() + across * field.width(), field.bottom() - (y - low) / (high - low) * field.height()
        )

    _axes(board, curve, field, at, low, high)
    board.painter.setClipRect(field.adjusted(-1, -1, 1, 1))
    _run(board, [at(x, y) for x, y in zip(xs[1:-1], slopes, strict=True)], dashed=True)
    _run(board, [at(x, y) for x, y in zip(xs, ys, strict=True)], dashed=False)
    board.painter.setClipping(False)
    _legend(board, curve, field)


def _run(board: Board, points: Sequence[QPointF], *, dashed: bool) -> None:
    """A line through points, broken where the function jumps."""
    part = [points[0]]
    for before, after in pairwise(points):
        if abs(after.y() - before.y()) > 24:
            _stretch(board, part, dashed=dashed)
            part = []
        part.append(after)
    _stretch(board, part, dashed=dashed)


def _stretch(board: Board, points: Sequence[QPointF], *, dashed: bool) -> None:
    if len(points) > 1:
        color = board.theme.muted if dashed else board.color
        board.line(*points, color=color, dashed=dashed, wide=1.3 if dashed else 2.4)


def _axes(
    board: Board, curve: Curve, field: QRectF, at: Callable[[float, float], QPointF], low: float, high: float
) -> None:
    theme = board.theme
    for y in _ticks(low, high):
        place = at(curve.low, y)
        strong = y == 0
        board.line(place, QPointF(field.right(), place.y()), color=theme.outline if strong else theme.border, wide=1.0)
        where = QRectF(0, place.y() - 8, field.left() - 7, 16)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        board.words(where, _written(y), color=theme.muted, size="small", align=align)
    for x in _ticks(curve.low, curve.high):
        place = at(x, low)
        strong = x == 0
        board.line(QPointF(place.x(), field.top()), place, color=theme.outline if strong else theme.border, wide=1.0)
        board.words(QRectF(place.x() - 24, field.bottom() + 3, 48, 16), _written(x), color=theme.muted, size="small")
    board.words(QRectF(field.left(), field.bottom() + 20, field.width(), 18), curve.across, color=theme.muted)


def _legend(board: Board, curve: Curve, field: QRectF) -> None:
    for row, (text, dashed) in enumerate(((curve.up, False), ("slope", True))):
        y, x = field.top() + 10 + 20 * row, field.right() + 14
        _stretch(board, [QPointF(x, y), QPointF(x + 22, y)], dashed=dashed)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        board.words(QRectF(x + 28, y - 9, 44, 18), text, color=board.theme.muted, align=align)


def _ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers between two."""
    step = next(step for step in (0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0) if (high - low) / step <= 8)
    first = round(low / step)
    return [step * n for n in range(first, first + 12) if low - 1e-9 <= step * n <= high + 1e-9]


def _written(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def draw_bars(board: Board, name: str) -> None:
    """Scores, and what a softmax makes of them."""
    sign = -1.0 if name == "softmin" else 1.0
    total = sum(exp(sign * score) for score in SCORES)
    shares = [exp(sign * score) / total for score in SCORES]
    made = [log(share) for share in shares] if name == "log_softmax" else shares
    _bars(board, 20, "scores", SCORES, 34.0)
    board.arrow(QPointF(218, 110), QPointF(256, 110))
    title = "log probabilities" if name == "log_softmax" else "probabilities, sum 1"
    _bars(board, 276, title, made, 26.0 if name == "log_softmax" else 150.0)


def _bars(board: Board, left: float, title: str, values: Sequence[float], unit: float) -> None:
    width, gap = 26.0, 8.0
    lowest = min(0.0, *values)
    base = 190 + lowest * unit
    board.words(QRectF(left - 10, 2, 200, 18), title, color=board.theme.muted)
    for index, value in enumerate(values):
        x = left + index * (width + gap)
        height = abs(value) * unit
        board.cell(
            QRectF(x, base - height if value > 0 else base, width, height), fill=board.shade(0.55), edge=board.color
        )
        where = QRectF(x - 8, base - height - 18 if value > 0 else base + height + 2, width + 16, 16)
        board.words(where, number(value, 2), size="small")
    board.line(QPointF(left - 4, base), QPointF(left + 5 * width + 4 * gap + 4, base), color=board.theme.outline)
