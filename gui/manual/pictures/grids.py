"""Pictures of tensors as grids: what is normalized together, what is dropped, what a mask hides, what is looked up."""

from __future__ import annotations

from math import cos, sin

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

from gui.manual.pictures.board import CELL, Board
from gui.theme.contrast import mixed

UNIT = 21.0
SLANT = QPointF(12.0, -8.5)
# Samples, channels and places of the tensor that is normalized.
SAMPLES, CHANNELS, PLACES = 3, 6, 5
AXES = {"layer": ("features", "sequence", "batch"), "place": ("channels", "places", "batch")}
# One cell of each row of what is dropped, so that the picture is the same each time.
DROPPED = ((0, 3), (2, 5), (1, 4), (0, 2))
TABLE = ((0.2, -0.7, 0.1), (1.1, 0.3, -0.4), (-0.5, 0.8, 0.9), (0.6, -0.1, 0.3), (-0.9, 0.4, 0.7))
INDICES = (3, 1, 3)


def draw_norm(board: Board, name: str) -> None:
    """A batch as a block of values; coloured is what one mean and one variance are of."""
    across, up, deep = AXES.get(name, ("channels", "places", "batch"))
    left, base = 96.0, 40.0 + PLACES * UNIT
    for sample in reversed(range(SAMPLES)):
        for place in range(PLACES):
            for channel in range(CHANNELS):
                fill = board.shade(0.75) if _together(name, sample, channel, place) else board.theme.field
                _cube(
                    board,
                    QPointF(left + channel * UNIT, base - place * UNIT) + SLANT * sample,
                    fill,
                    (sample, channel, place),
                )
    ink = board.theme.muted
    board.words(QRectF(left, base + 4, CHANNELS * UNIT, 18), across, color=ink)
    board.words(QRectF(left - 92, base - PLACES * UNIT, 82, PLACES * UNIT), up, color=ink)
    end = left + CHANNELS * UNIT
    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    board.words(QRectF(end + SLANT.x() * 2 + 6, base - 26, 80, 18), deep, color=ink, align=align)


def _together(name: str, sample: int, channel: int, place: int) -> bool:
    """Whether a value is of those that the first mean is of; the front of the block is sample 0."""
    top = PLACES - 1
    return {
        "batch": channel == CHANNELS - 1,
        "layer": sample == 0 and place == top,
        "place": sample == 0 and place == top,
        "instance": sample == 0 and channel == CHANNELS - 1,
        "group": sample == 0 and channel >= CHANNELS // 2,
    }[name]


def _cube(board: Board, corner: QPointF, fill: QColor, at: tuple[int, int, int]) -> None:
    """The front of a value, and its top and right side where they are on the outside of the block."""
    sample, channel, place = at
    up, right = QPointF(0, -UNIT), QPointF(UNIT, 0)
    dark = mixed(fill, board.theme.muted, 0.86)
    board.painter.setPen(QPen(board.theme.outline, 0.8))
    if place == PLACES - 1:
        board.painter.setBrush(dark)
        board.painter.drawPolygon(
            QPolygonF([corner + up, corner + up + SLANT, corner + up + right + SLANT, corner + up + right])
        )
    if channel == CHANNELS - 1:
        board.painter.setBrush(dark)
        side = [corner + right, corner + right + up, corner + right + up + SLANT, corner + right + SLANT]
        board.painter.drawPolygon(QPolygonF(side))
    if sample == 0:
        board.painter.setBrush(fill)
        board.painter.drawPolygon(QPolygonF([corner, corner + up, corner + up + right, corner + right]))


def draw_drop(board: Board, name: str) -> None:
    """Three samples of four channels, four values each; crossed out is what is zero this time."""
    size, gap = 18.0, 10.0
    for sample in range(3):
        top = 8 + sample * (2 * size + 14)
        board.words(QRectF(0, top, 70, 2 * size), f"sample {sample + 1}", color=board.theme.muted)
        for channel in range(4):
            left = 84 + channel * (2 * size + gap)
            for value in range(4):
                place = QRectF(left + value % 2 * size, top + value // 2 * size, size, size)
                gone = _is_dropped(name, sample, channel, value)
                board.cell(place, fill=board.theme.field if gone else board.shade(0.5))
                if gone:
                    board.segment(QLineF(place.topLeft(), place.bottomRight()), board.theme.muted, 1.2)
                    board.segment(QLineF(place.bottomLeft(), place.topRight()), board.theme.muted, 1.2)
    board.words(
        QRectF(64, 158, 4 * (2 * size + gap) + 40, 18), "four channels, each of 2 × 2 values", color=board.theme.muted
    )


def _is_dropped(name: str, sample: int, channel: int, value: int) -> bool:
    if name == "samples":
        return sample == 1
    if name == "channels":
        return channel in DROPPED[sample][:1] or (sample == 2 and channel == 3)
    return (sample * 5 + channel * 3 + value * 2) % 4 == 1 or (sample + channel + value) % 5 == 3


def draw_mask(board: Board, name: str) -> None:
    """A matrix, row by row; filled is what is seen or kept."""
    count = 6
    kept = {(row, column) for row in range(count) for column in range(count) if _is_kept(name, row, column)}
    fills = {place: board.shade(0.6) for place in kept}
    board.grid(96, 26, [[""] * count for _ in range(count)], fills, 24)
    words = ("keys", "queries") if name == "causal" else ("columns", "rows")
    board.words(QRectF(96, 2, count * 24, 20), words[0], color=board.theme.muted)
    board.words(QRectF(0, 26, 90, count * 24), words[1], color=board.theme.muted)
    left, align = 96 + count * 24 + 24, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    told = ("seen", "hidden") if name == "causal" else ("kept", "zero")
    for index, (text, fill) in enumerate(zip(told, (board.shade(0.6), board.theme.field), strict=True)):
        board.cell(QRectF(left, 34 + 28 * index, 18, 18), fill=fill)
        board.words(QRectF(left + 26, 34 + 28 * index, 80, 18), text, align=align)


def _is_kept(name: str, row: int, column: int) -> bool:
    return column >= row if name == "upper" else column <= row


def draw_lookup(board: Board, _: str) -> None:
    """Indices, the table, and the rows that they pick."""
    board.words(QRectF(0, 0, 70, 20), "indices", color=board.theme.muted)
    board.grid(20, 26, [[str(index)] for index in INDICES])
    board.arrow(QPointF(58, 26 + 1.5 * CELL), QPointF(118, 26 + 1.5 * CELL))
    board.words(QRectF(130, 0, 3 * 44, 20), "weights", color=board.theme.muted)
    for row, values in enumerate(TABLE):
        board.words(QRectF(122, 26 + row * CELL, 20, CELL), str(row), color=board.theme.muted, size="small")
        _vector(board, 144, 26 + row * CELL, values, picked=row in INDICES)
    board.arrow(QPointF(286, 26 + 1.5 * CELL), QPointF(332, 26 + 1.5 * CELL))
    board.words(QRectF(344, 0, 3 * 44, 20), "vectors", color=board.theme.muted)
    for row, index in enumerate(INDICES):
        _vector(board, 344, 26 + row * CELL, TABLE[index], picked=True)


def _vector(board: Board, left: float, top: float, values: tuple[float, ...], *, picked: bool) -> None:
    for column, value in enumerate(values):
        fill = board.shade(0.35) if picked else None
        text = f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
        board.cell(QRectF(left + column * 44, top, 44, CELL), text, fill)


def draw_dense(board: Board, _: str) -> None:
    """Every input leads to every output."""
    before = [QPointF(60, 24 + 40 * index) for index in range(5)]
    after = [QPointF(260, 64 + 40 * index) for index in range(3)]
    for end in after:
        for begin in before:
            board.segment(QLineF(begin, end), board.shade(0.55) if end is after[1] else board.theme.border, 1.6)
    for points, picked in ((before, None), (after, after[1])):
        for point in points:
            board.painter.setPen(QPen(board.color, 1.4))
            board.painter.setBrush(board.shade(0.55) if point is picked else board.theme.field)
            board.painter.drawEllipse(point, 11, 11)
    board.words(QRectF(0, 206, 120, 18), "in_features", color=board.theme.muted)
    board.words(QRectF(200, 206, 120, 18), "out_features", color=board.theme.muted)


def draw_positions(board: Board, _: str) -> None:
    """What is added at each of 32 places to each of 24 values: from minus one, pale, to one."""
    places, values, wide, high = 32, 24, 9.0, 7.0
    for place in range(places):
        for value in range(values):
            angle = place / 10000 ** ((value - value % 2) / values)
            wave = sin(angle) if value % 2 == 0 else cos(angle)
            where = QRectF(70 + place * wide, 6 + value * high, wide, high)
            board.painter.fillRect(where, board.shade(0.05 + 0.42 * (wave + 1)))
    board.words(QRectF(70, 8 + values * high, places * wide, 20), "place", color=board.theme.muted)
    board.words(QRectF(0, 6, 66, values * high), "value", color=board.theme.muted)
