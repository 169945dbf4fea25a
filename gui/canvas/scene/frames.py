"""The frames of a drawing: the larger ones below, found by their titles and edges."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from graph.records import Frame
from gui.canvas.look.frame import paint_frame, rect_of, title_of
from gui.canvas.look.spot import Place
from gui.canvas.look.styles import Style

# Left, top, right and bottom: -1, 0 or 1 across and down. The title is (0, 0).
Side = tuple[int, int]
TITLE: Side = (0, 0)
PAD = 4.0


class FrameHit(NamedTuple):
    """A frame by its key, and which of its edges or corners; its title counts as neither."""

    key: int
    side: Side = TITLE


class Frames:
    """The frames as they are shown; ``selected`` holds the keys of those selected."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._shown: list[Frame] = []
        self._kept: tuple[Frame, ...] = ()
        self.selected: dict[int, None] = {}

    def __iter__(self) -> Iterator[Frame]:
        return iter(self._shown)

    def __contains__(self, key: int) -> bool:
        return any(frame.key == key for frame in self._shown)

    def show(self, frames: Iterable[Frame]) -> list[Place]:
        """Show these frames; the places to paint anew."""
        before = self._shown
        self._shown = sorted(frames, key=_rank)
        self.selected = {key: None for key in self.selected if key in self}
        changed = [frame for frame in before if frame not in self._shown]
        changed += [frame for frame in self._shown if frame not in before]
        return [_place(frame) for frame in changed]

    def preview(self, frames: Mapping[int, Frame]) -> list[Place]:
        """Show some of the frames otherwise than the document has them."""
        return self.show(frames.get(frame.key, frame) for frame in list(self._shown))

    def select(self, keys: Collection[int]) -> list[Place]:
        """Select these frames and no others; the places to paint anew."""
        wanted = {key: None for key in keys if key in self}
        changed = self.selected.keys() ^ wanted.keys()
        self.selected = wanted
        return [_place(frame) for frame in self._shown if frame.key in changed]

    def rect(self, key: int) -> QRectF:
        """The rectangle of a frame; an empty one where it is gone."""
        return next((rect_of(frame) for frame in self._shown if frame.key == key), QRectF())

    def frame(self, key: int) -> Frame | None:
        """A frame as it is shown."""
        return next((frame for frame in self._shown if frame.key == key), None)

    def bounds(self) -> QRectF:
        """The rectangle around all frames."""
        whole = QRectF()
        for frame in self._shown:
            whole = whole.united(rect_of(frame))
        return whole

    def hit(self, at: QPointF, reach: float) -> FrameHit | None:
        """The frame whose edge or title is at a point; the smallest one first."""
        for frame in reversed(self._shown):
            rect = rect_of(frame)
            if not rect.adjusted(-reach, -reach, reach, reach).contains(at):
                continue
            side = _side(at.x(), rect.left(), rect.right(), reach), _side(at.y(), rect.top(), rect.bottom(), reach)
            if side != TITLE or title_of(frame).contains(at):
                return FrameHit(frame.key, side)
        return None

    def within(self, rect: QRectF) -> list[int]:
        """The frames that lie within a rectangle."""
        return [frame.key for frame in self._shown if rect.contains(rect_of(frame))]

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the frames in a rectangle, in scene units."""
        for frame in self._shown:
            if rect_of(frame).adjusted(-PAD, -PAD, PAD, PAD).intersects(area):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_frame(painter, frame, self._style.theme, frame.key in self.selected)


def stretched(frame: Frame, side: Side, by: QPointF, least: tuple[float, float]) -> Frame:
    """A frame with an edge or corner moved; it is never smaller than ``least``."""
    x, width = _stretch(frame.x, frame.width, side[0], by.x(), least[0])
    y, height = _stretch(frame.y, frame.height, side[1], by.y(), least[1])
    return msgspec.structs.replace(frame, x=x, y=y, width=width, height=height)


def _stretch(start: float, size: float, side: int, by: float, least: float) -> tuple[float, float]:
    if side > 0:
        return start, max(least, size + by)
    if side < 0:
        by = min(by, size - least)
        return start + by, size - by
    return start, size


def _side(at: float, low: float, high: float, reach: float) -> int:
    near, far = abs(at - low), abs(at - high)
    return 0 if min(near, far) > reach else -1 if near < far else 1


def _rank(frame: Frame) -> tuple[float, float, float, str, int]:
    """What lies over what depends on the drawing alone."""
    return -frame.width * frame.height, frame.y, frame.x, frame.title, frame.key


def _place(frame: Frame) -> Place:
    rect = rect_of(frame).adjusted(-PAD, -PAD, PAD, PAD)
    return Place(rect, rect.topLeft())
