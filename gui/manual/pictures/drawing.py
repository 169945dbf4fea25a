"""The picture of a layer, by the words that its text in the manual has for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from graph.catalog import catalog
from graph.manual.facts import example_of
from graph.manual.page import Picture
from gui.manual.pictures.board import Board
from gui.manual.pictures.graphs import SIZE, draw_bars, draw_curve
from gui.manual.pictures.grids import draw_dense, draw_drop, draw_lookup, draw_mask, draw_norm, draw_positions
from gui.manual.pictures.ways import (
    DIAGRAMS,
    draw_cell,
    draw_diagram,
    draw_shapes,
    draw_unrolled,
    shapes_size,
    unrolled_size,
)
from gui.manual.pictures.windows import HEIGHT, ROW, WIDTH, draw_window
from gui.theme.colors import Theme

Draw = Callable[[Board, str], None]
# What each sort of picture takes, and what draws it.
SORTS: dict[str, tuple[tuple[float, float], Draw]] = {
    "curve": (SIZE, draw_curve),
    "bars": ((470, 240), draw_bars),
    "window": ((WIDTH, HEIGHT), draw_window),
    "norm": ((400, 176), draw_norm),
    "drop": ((300, 180), draw_drop),
    "mask": ((380, 176), draw_mask),
    "lookup": ((490, 180), draw_lookup),
    "dense": ((330, 228), draw_dense),
    "positions": ((370, 200), draw_positions),
}


def picture_of(picture: Picture, theme: Theme, ratio: float) -> QImage:
    """A picture in a theme's colours, for a screen with ``ratio`` pixels to a point.

    Where there are no words for it, it is the layer between the shapes that it takes and gives.
    """
    sort, _, rest = picture.what.partition(" ")
    cls = catalog()[picture.kind]
    color = theme.category_color(cls.category)
    if not sort:
        example = example_of(cls)
        inputs, outputs = (example.inputs, example.outputs) if example else ((), ())
        board = Board(*shapes_size(inputs, outputs), theme, color, ratio)
        draw_shapes(board, picture.kind, inputs, outputs)
        return board.done()
    if sort == "window" and getattr(cls, "rank", 2) == 1:
        rest = f"{rest.removesuffix(' 1')} 1"
    size, draw = _sort(sort, rest)
    board = Board(*size, theme, color, ratio)
    draw(board, rest or sort)
    return board.done()


def _sort(sort: str, rest: str) -> tuple[tuple[float, float], Draw]:
    if sort in ("flow", "attention"):
        return DIAGRAMS[rest or sort].size, draw_diagram
    if sort == "unrolled":
        return unrolled_size(rest), draw_unrolled
    if sort == "cell":
        return (260, unrolled_size(rest)[1]), draw_cell
    if sort == "window" and rest.endswith(" 1"):
        return (WIDTH, ROW), draw_window
    return SORTS[sort]
