"""Windows that slide over a grid: convolutions, poolings and their ways back, with numbers that are computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil, floor, sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from gui.manual.pictures.board import CELL, Board, number

Grid = list[list[float]]
IMAGE: Grid = [[1, 2, 0, 1, 3], [0, 1, 3, 2, 0], [2, 4, 1, 0, 1], [1, 0, 2, 3, 1], [3, 1, 0, 2, 2]]
FILTER: Grid = [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
SMALL: Grid = [[1, 2], [3, 4]]
# Where the four values of a pooling were found.
PLACES = {(0, 0): (1, 0), (0, 1): (0, 3), (1, 0): (2, 1), (1, 1): (3, 2)}
SPREAD: Grid = [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
TOP = 26.0
WIDTH, HEIGHT, ROW = 560, 182, 62
GAP = 46.0


def draw_window(board: Board, what: str) -> None:
    """A window at one place, and what comes of it everywhere."""
    name, _, axes = what.partition(" ")
    flat = axes == "1"
    draw = {
        "convolution": lambda: _convolution(board, flat=flat),
        "transposed": lambda: _transposed(board, flat=flat),
        "unpool": lambda: _unpool(board, flat=flat),
        "patches": lambda: _patches(board),
        "adaptive_mean": lambda: _adaptive(board, _mean, flat=flat),
        "adaptive_max": lambda: _adaptive(board, max, flat=flat),
        "max": lambda: _pool(board, max, flat=flat),
        "mean": lambda: _pool(board, _mean, flat=flat),
        "norm": lambda: _pool(board, lambda values: sqrt(sum(value**2 for value in values)), flat=flat),
    }
    draw[name]()


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _written(grid: Grid) -> list[list[str]]:
    return [[number(value) for value in row] for row in grid]


def _titled(board: Board, left: float, grid: Grid, title: str, fills: dict[tuple[int, int], QColor]) -> float:
    """A grid below its title; where it ends."""
    width = len(grid[0]) * CELL
    align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    board.words(QRectF(left, 0, 200, 20), title, color=board.theme.muted, align=align)
    board.grid(left, TOP, _written(grid), fills)
    return left + width


def _sign(board: Board, left: float, text: str, rows: int) -> None:
    board.words(QRectF(left, TOP, GAP, rows * CELL), text, size="large")


def _convolution(board: Board, *, flat: bool) -> None:
    image, taps = (IMAGE[:1], [[1.0, 0.0, -1.0]]) if flat else (IMAGE, FILTER)
    image = [[*image[0], 2.0, 1.0]] if flat else image
    rows, columns = len(image) - len(taps) + 1, len(image[0]) - len(taps[0]) + 1
    made = [
        [
            sum(taps[m][n] * image[i + m][j + n] for m in range(len(taps)) for n in range(len(taps[0])))
            for j in range(columns)
        ]
        for i in range(rows)
    ]
    seen = {(m, 1 + n): board.shade(0.3) for m in range(len(taps)) for n in range(3)}
    end = _titled(board, 4, image, "input", seen)
    board.outline(QRectF(4 + CELL, TOP, 3 * CELL, len(taps) * CELL))
    _sign(board, end, "∗", len(image))
    end = _titled(board, end + GAP, taps, "filter", {})
    _sign(board, end, "=", len(image))
    _titled(board, end + GAP, made, "output", {(0, 1): board.shade(0.3)})
    board.outline(QRectF(end + GAP + CELL, TOP, CELL, CELL))


def _transposed(board: Board, *, flat: bool) -> None:
    """With a stride of 2: the value 2 brings what lies under the line."""
    given, taps = (SMALL[:1], [[1.0, 2.0, 1.0]]) if flat else (SMALL, SPREAD)
    rows = 1 if flat else 5
    made = [[0.0] * 5 for _ in range(rows)]
    for i, row in enumerate(given):
        for j, value in enumerate(row):
            for m, tap_row in enumerate(taps):
                for n, tap in enumerate(tap_row):
                    made[2 * i + m][2 * j + n] += value * tap
    end = _titled(board, 4, given, "input", {(0, 1): board.shade(0.3)})
    board.outline(QRectF(4 + CELL, TOP, CELL, CELL))
    _sign(board, end, "·", len(given))
    end = _titled(board, end + GAP, taps, "filter", {})
    _leads_to(board, end, len(taps))
    reach = len(taps)
    seen = {(m, 2 + n): board.shade(0.3) for m in range(reach) for n in range(3)}
    _titled(board, end + GAP, made, "output, stride 2", seen)
    board.outline(QRectF(end + GAP + 2 * CELL, TOP, 3 * CELL, reach * CELL))


def _quarters(board: Board) -> list[QColor]:
    """Four colours that four windows are told apart by, beside their lines."""
    return [board.shade(share) for share in (0.12, 0.3, 0.48, 0.66)]


def _pool(board: Board, reduce: Callable[[Sequence[float]], float], *, flat: bool) -> None:
    """Windows of 2 that lie side by side."""
    image = [row[:4] for row in IMAGE[: 1 if flat else 4]]
    high = min(2, len(image))
    rows = len(image) // high
    made = [
        [reduce([image[high * i + m][2 * j + n] for m in range(high) for n in (0, 1)]) for j in (0, 1)]
        for i in range(rows)
    ]
    shades = _quarters(board)
    fills = {(i, j): shades[2 * i + j] for i in range(rows) for j in (0, 1)}
    seen = {(row, column): fills[(row // high, column // 2)] for row in range(len(image)) for column in range(4)}
    end = _titled(board, 4, image, "input", seen)
    for i, j in fills:
        place = QRectF(4 + 2 * j * CELL, TOP + high * i * CELL, 2 * CELL, high * CELL)
        board.outline(place, board.theme.outline)
    _leads_to(board, end, len(image))
    _titled(board, end + GAP, made, "output, window 2, stride 2", fills)


def _leads_to(board: Board, left: float, rows: int) -> None:
    y = TOP + rows * CELL / 2
    board.arrow(QPointF(left + 8, y), QPointF(left + GAP - 8, y))


def _adaptive(board: Board, reduce: Callable[[Sequence[float]], float], *, flat: bool) -> None:
    """Five places become two: windows overlap where they must."""
    image = IMAGE[:1] if flat else IMAGE
    over = [(floor(i * 5 / 2), ceil((i + 1) * 5 / 2)) for i in (0, 1)]
    down = [(0, 1)] if flat else over
    made = [[reduce([image[m][n] for m in range(*tall) for n in range(*wide)]) for wide in over] for tall in down]
    seen = {(m, n): board.shade(0.3) for m in range(*down[0]) for n in range(*over[0])}
    end = _titled(board, 4, image, "input", seen)
    for tall, wide in ((down[-1], over[1]), (down[0], over[0])):
        place = QRectF(4 + wide[0] * CELL, TOP + tall[0] * CELL, (wide[1] - wide[0]) * CELL, (tall[1] - tall[0]) * CELL)
        board.outline(place, board.color if wide is over[0] else board.theme.outline)
    _leads_to(board, end, len(image))
    _titled(board, end + GAP, made, "output of size 2", {(0, 0): board.shade(0.3)})
    board.outline(QRectF(end + GAP, TOP, CELL, CELL))


def _unpool(board: Board, *, flat: bool) -> None:
    places = {(0, 0): (0, 1), (0, 1): (0, 2)} if flat else PLACES
    given = SMALL[:1] if flat else SMALL
    made = [[0.0] * 4 for _ in range(1 if flat else 4)]
    shades = _quarters(board)
    fills, seen = {}, {}
    for index, ((i, j), (row, column)) in enumerate(places.items()):
        made[row][column] = given[i][j]
        fills[(i, j)] = seen[(row, column)] = shades[index]
    end = _titled(board, 4, given, "input", fills)
    _leads_to(board, end, len(given))
    _titled(board, end + GAP, made, "output, each at its index", seen)


def _patches(board: Board) -> None:
    image = [row[:4] for row in IMAGE[:4]]
    shades = _quarters(board)
    seen = {(row, column): shades[2 * (row // 2) + column // 2] for row in range(4) for column in range(4)}
    end = _titled(board, 4, image, "image", seen)
    _leads_to(board, end, len(image))
    columns = [[image[2 * i + m][2 * j + n] for i in (0, 1) for j in (0, 1)] for m in (0, 1) for n in (0, 1)]
    fills = {(row, column): shades[column] for row in range(4) for column in range(4)}
    _titled(board, end + GAP, columns, "a column for each patch", fills)
