"""Frames around parts of a drawing: made, titled, coloured, sized, and what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from graph.document import Document
from graph.errors import DocumentError
from graph.layout.placement import DEFAULT_SIZE
from graph.modelgraph import ModelGraph
from graph.records import Frame, Tint

HEAD, PAD = 40.0, 24.0
SIZE = (360.0, 240.0)
LEAST = (120.0, 80.0)
TITLE = "Comment"
# Left, top, right and bottom.
Extent = tuple[float, float, float, float]


def frame_of(graph: ModelGraph, key: int) -> Frame:
    """A frame by its key.

    Raises:
        DocumentError: there is none.
    """
    for frame in graph.frames:
        if frame.key == key:
            return frame
    raise DocumentError("That frame is gone.")


def add(document: Document, key: str, around: Extent | None, at: tuple[float, float]) -> int:
    """Add a frame around something, or of a common size in the middle of ``at``; its key."""
    graph = document.graphs[key]
    left, top, right, bottom = _around(around) if around is not None else _at(at)
    number = 1 + max((frame.key for frame in graph.frames), default=0)
    with document.edit("Add a frame", adding(number)):
        graph.set_frames([*graph.frames, Frame(number, TITLE, left, top, right - left, bottom - top)])
    return number


def adding(frame: int) -> str:
    """The ``merge`` key of the step that adds a frame: the title typed at once is part of it."""
    return f"frame {frame}"


def retitle(document: Document, key: str, frame: int, title: str, merge: str | None = None) -> None:
    """Give a frame another title, as part of the last step where that has the ``merge`` key.

    Raises:
        DocumentError: it cannot be the title of a frame.
    """
    label = f"Title {title}" if title else "Clear a title"
    _alter(document, key, [frame], label, merge, title=title)


def tint(document: Document, key: str, frames: Iterable[int], color: Tint) -> None:
    """Colour frames."""
    _alter(document, key, frames, f"Colour {color}", tint=color)


def resize(document: Document, key: str, frame: int, extent: Extent) -> None:
    """Give a frame other edges."""
    left, top, right, bottom = extent
    _alter(document, key, [frame], "Resize a frame", x=left, y=top, width=right - left, height=bottom - top)


def remove(graph: ModelGraph, frames: Collection[int]) -> None:
    """Take frames away and leave what they hold, inside an edit."""
    graph.set_frames(frame for frame in graph.frames if frame.key not in frames)


def holds(frame: Frame, x: float, y: float) -> bool:
    """Whether a point lies in a frame."""
    return frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.y + frame.height


def held(graph: ModelGraph, frames: Iterable[int]) -> tuple[list[str], list[int]]:
    """What frames hold: the nodes whose centres lie in one of them, and with themselves the frames within one."""
    outer = [frame_of(graph, key) for key in frames]
    if not outer:
        return [], []
    names = [node.name for node in graph.nodes.values() if any(holds(frame, node.x, node.y) for frame in outer)]
    inner = [each.key for each in graph.frames if any(_within(each, frame) for frame in outer)]
    return names, inner


def shift(graph: ModelGraph, frames: Collection[int], by: tuple[float, float]) -> None:
    """Move frames alone, inside an edit."""
    graph.set_frames(
        msgspec.structs.replace(frame, x=frame.x + by[0], y=frame.y + by[1]) if frame.key in frames else frame
        for frame in graph.frames
    )


def fit(graph: ModelGraph, held: Mapping[int, Sequence[str]], sizes: Mapping[str, tuple[float, float]]) -> None:
    """Put frames around the nodes they held, inside an edit; ``sizes`` are the widths and heights of nodes."""
    made = []
    for frame in graph.frames:
        if names := held.get(frame.key):
            left, top, right, bottom = _around(extent_of(graph, names, sizes))
            frame = msgspec.structs.replace(frame, x=left, y=top, width=right - left, height=bottom - top)
        made.append(frame)
    graph.set_frames(made)


def extent_of(graph: ModelGraph, names: Iterable[str], sizes: Mapping[str, tuple[float, float]]) -> Extent:
    """The rectangle around nodes, of which there is at least one."""
    nodes = [(graph.node(name), *sizes.get(name, DEFAULT_SIZE)) for name in names]
    return (
        min(node.x - width / 2 for node, width, _ in nodes),
        min(node.y - height / 2 for node, _, height in nodes),
        max(node.x + width / 2 for node, width, _ in nodes),
        max(node.y + height / 2 for node, _, height in nodes),
    )


def _within(inner: Frame, outer: Frame) -> bool:
    corners = (inner.x, inner.y), (inner.x + inner.width, inner.y + inner.height)
    return all(holds(outer, *corner) for corner in corners)


def _around(extent: Extent) -> Extent:
    left, top, right, bottom = extent
    return left - PAD, top - PAD - HEAD, right + PAD, bottom + PAD


def _at(at: tuple[float, float]) -> Extent:
    (x, y), (width, height) = at, SIZE
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _alter(
    document: Document, key: str, frames: Iterable[int], label: str, merge: str | None = None, **values: object
) -> None:
    graph, wanted = document.graphs[key], set(frames)
    with document.edit(label, merge):
        graph.set_frames(
            msgspec.structs.replace(frame, **values) if frame.key in wanted else frame for frame in graph.frames
        )
