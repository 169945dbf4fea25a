"""Frames as a file holds them: a line each, in an order that the drawing alone decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from graph.records import Frame, Tint
from graph.storage.numbers import number


class FrameRow(msgspec.Struct, forbid_unknown_fields=True):
    """A frame as a file holds it: its upper left corner and its width and height."""

    title: str = ""
    at: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (1.0, 1.0)
    tint: Tint = "slate"


def frames_of(rows: Iterable[FrameRow], first: int = 1) -> list[Frame]:
    """The frames that rows tell of, with keys from ``first`` on."""
    return [Frame(first + index, row.title, *row.at, *row.size, row.tint) for index, row in enumerate(rows)]


def frame_records(frames: Sequence[Frame]) -> list[dict[str, Any]]:
    """Frames as the lines of a file."""
    return [_record(frame) for frame in sorted(frames, key=_order)]


def _record(frame: Frame) -> dict[str, Any]:
    row: dict[str, Any] = {"title": frame.title} if frame.title else {}
    row["at"] = [number(frame.x), number(frame.y)]
    row["size"] = [number(frame.width), number(frame.height)]
    if frame.tint != "slate":
        row["tint"] = frame.tint
    return row


def _order(frame: Frame) -> tuple[float, float, float, float, str, str]:
    return frame.y, frame.x, frame.height, frame.width, frame.title, frame.tint
