"""Makes room for nodes that were put among others, inside the edit that puts them there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec

from graph.edits.sketching import frames
from graph.layout.room import Card, around, row_of, shifts
from graph.layout.sizes import size_of
from graph.modelgraph import ModelGraph
from graph.records import Frame, Point

# How wide and how high a node is drawn.
Size = Callable[[str], Point]


def card_of(graph: ModelGraph, name: str, size: Size | None = None) -> Card:
    """The rectangle a node is drawn in; about that, where nobody tells its size."""
    node, (width, height) = graph.node(name), size(name) if size else size_of(graph, name)
    return Card(node.x - width / 2, node.y - height / 2, node.x + width / 2, node.y + height / 2)


def cards_around(graph: ModelGraph, names: Collection[str], size: Size | None = None) -> Card:
    """The rectangle around nodes, of which there is at least one."""
    return around(card_of(graph, name, size) for name in sorted(names))


def make_room(graph: ModelGraph, names: Collection[str], before: Collection[Card], size: Size | None = None) -> Point:
    """Move whatever nodes have landed on out of their way, and them where they have to go; how far they went.

    ``before`` are the cards of what was in their place. Frames around what moves go along or grow; the order of
    arguments stays.
    """
    inner = set(names)
    if not inner:
        return 0.0, 0.0
    cards = {name: card_of(graph, name, size) for name in graph.nodes}
    others = {name: card for name, card in cards.items() if name not in inner}
    by = shifts(others, before, [cards[name] for name in sorted(inner)])
    own = by.pop("", (0.0, 0.0))
    moved = {**by, **dict.fromkeys(sorted(inner), own)} if any(own) else by
    if moved:
        _move(graph, moved)
    return own


def shift_row(graph: ModelGraph, first: str, by: float, except_for: Collection[str] = ()) -> None:
    """Move a node, and what stands right of it in its row, to the right, inside an edit; frames go along or grow."""
    cards = {name: card_of(graph, name) for name in graph.nodes if name not in except_for}
    top, bottom = row_of(cards, cards[first])
    start = graph.node(first).x
    names = [name for name, card in cards.items() if top < card.bottom and card.top < bottom]
    _move(graph, {name: (by, 0.0) for name in names if graph.node(name).x >= start})


def _move(graph: ModelGraph, moved: Mapping[str, Point]) -> None:
    """Move nodes by so much, and the frames around them."""
    held = {frame.key: frames.held(graph, [frame.key])[0] for frame in graph.frames}
    graph.move({name: (graph.node(name).x + x, graph.node(name).y + y) for name, (x, y) in moved.items()})
    graph.set_frames([_follow(frame, held[frame.key], moved) for frame in graph.frames])


def _follow(frame: Frame, held: Collection[str], moved: Mapping[str, Point]) -> Frame:
    """A frame where what it holds is now: moved with all of it, or larger."""
    ways = [moved.get(name, (0.0, 0.0)) for name in held]
    if not any(x or y for x, y in ways):
        return frame
    left, top = (min(axis) for axis in zip(*ways, strict=True))
    right, bottom = (max(axis) for axis in zip(*ways, strict=True))
    return msgspec.structs.replace(
        frame,
        x=frame.x + left,
        y=frame.y + top,
        width=frame.width + right - left,
        height=frame.height + bottom - top,
    )
