"""Room for nodes that were put among others: what is in their way moves right within its row, or down below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from graph.layout.rows import COLUMN_GAP
from graph.records import Point

BELOW = 36.0
# Nodes that are closer than this are in each other's way.
_CLOSE = 12.0


class Card(NamedTuple):
    """The rectangle of a node, or around several."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, by: Point) -> Card:
        """The same elsewhere."""
        return Card(self.left + by[0], self.top + by[1], self.right + by[0], self.bottom + by[1])

    def near(self, other: Card, apart: float) -> bool:
        """Whether two are closer than this."""
        return self.beside(other, apart) and self.left < other.right + apart and other.left < self.right + apart

    def beside(self, other: Card, apart: float = 0.0) -> bool:
        """Whether one is left or right of the other, or on it."""
        return self.top < other.bottom + apart and other.top < self.bottom + apart


def around(cards: Iterable[Card]) -> Card:
    """The rectangle around cards, of which there is at least one."""
    lefts, tops, rights, bottoms = zip(*cards, strict=True)
    return Card(min(lefts), min(tops), max(rights), max(bottoms))


def shifts(others: Mapping[str, Card], before: Collection[Card], new: Collection[Card]) -> dict[str, Point]:
    """How far each of the others has to move so that the new cards have room, and under "" how far those have to.

    ``before`` are the cards of what was in their place. None moves where nothing is in the way that was not so before;
    none changes its place in the order from top to bottom, and from left to right on one height.
    """
    whole, stood = around(new), around(before)
    near = [card for card in others.values() if card.near(whole, _CLOSE)]
    if not any(_close(card, new) and not _close(card, before) for card in near):
        return {}
    row = row_of(others, stood)
    above = [card for card in others.values() if card.bottom <= row[0]]
    below = [name for name, card in others.items() if card.top >= row[1]]
    level = [name for name, card in others.items() if row[0] < card.bottom and card.top < row[1]]
    middle = stood.left + stood.right
    left = [others[name] for name in level if others[name].left + others[name].right < middle]
    right = [name for name in level if others[name].left + others[name].right >= middle]
    own = max([0.0, *(card.right + COLUMN_GAP - whole.left for card in left if card.beside(whole, BELOW))])
    whole = whole.moved((own, 0.0))
    hindered = [others[name].left for name in right if others[name].beside(whole, BELOW)]
    across = max([0.0, *(whole.right + COLUMN_GAP - edge for edge in hindered)])
    down = max([0.0, *(card.bottom + BELOW - whole.top for card in above if _under(card, whole))])
    tops = [others[name].top for name in below if _under(others[name], whole)]
    further = max([0.0, *(whole.bottom + down + BELOW - top for top in tops)])
    found = dict.fromkeys(right, (across, down)) | {name: (0.0, down) for name in level if name not in set(right)}
    found |= {name: (0.0, max(down, further)) for name in below}
    found[""] = (own, down)
    return {name: (round(x, 3), round(y, 3)) for name, (x, y) in found.items() if x or y}


def _close(card: Card, others: Collection[Card]) -> bool:
    return any(card.near(other, _CLOSE) for other in others)


def _under(card: Card, other: Card) -> bool:
    """Whether one stands above or below the other."""
    return card.left < other.right + _CLOSE and other.left < card.right + _CLOSE


def row_of(others: Mapping[str, Card], before: Card) -> tuple[float, float]:
    """The top and the bottom of the row that a card is in: of all that touches it or each other sideways."""
    spans = sorted([(card.top, card.bottom) for card in others.values()] + [(before.top, before.bottom)])
    top, bottom = spans[0]
    for start, end in spans:
        if start >= bottom > top:
            if before.bottom <= bottom:
                break
            top, bottom = start, end
        bottom = max(bottom, end)
    return top, bottom
