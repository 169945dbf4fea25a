"""The ways of wires around the nodes of a drawing, found once for each arrangement of what is near."""

from __future__ import annotations

from collections.abc import Iterable

from graph.records import Wire
from gui.canvas.look.curve import Curve
from gui.canvas.look.ways.detour import Card, Point
from gui.canvas.look.ways.way import reach, way_around

# In a drawing of more nodes wires take no notice of them: looking for ways would be felt.
MOST = 400
# As many ways as these are kept, of wires that are gone, too.
KEPT = 4_000


class Ways:
    """Leads wires around the cards of nodes that ``see`` was told of."""

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}
        self._known: dict[Wire, tuple[Point, Point, list[Card], Curve]] = {}

    def leads(self, count: int) -> bool:
        """Whether wires are led around nodes in a drawing of so many."""
        return count <= MOST

    def see(self, cards: Iterable[tuple[str, Card]]) -> bool:
        """Take note of where all nodes are; whether that is elsewhere. Ways through what has not changed are kept."""
        before, self._cards = self._cards, dict(cards)
        if len(self._known) > KEPT:
            self._known.clear()
        return before != self._cards

    def around(self, wire: Wire, curve: Curve) -> Curve:
        """A curve as it is where it meets no other node, else one that is led around those."""
        left, top, right, bottom = reach(curve.start, curve.end)
        near = {
            name: card
            for name, card in self._cards.items()
            if card[0] < right and left < card[2] and card[1] < bottom and top < card[3]
        }
        cards = list(near.values())
        known = self._known.get(wire)
        if known is not None and known[:3] == (curve.start, curve.end, cards):
            return known[3]
        made = curve
        if curve.runs_over([card for name, card in near.items() if name not in (wire.source, wire.target)]):
            made = Curve(curve.start, curve.end, way=way_around(curve.start, curve.end, sorted(cards)))
        self._known[wire] = (curve.start, curve.end, cards, made)
        return made
