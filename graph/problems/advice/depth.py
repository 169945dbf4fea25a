"""Advice about deep stacks of saturating units, along which gradients vanish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import NamedTuple

from graph.layers.block import Block
from graph.problems.advice.view import View
from graph.records import Problem

LIMIT = 6
_RESTORING = ("Normalization", "Recurrent", "Attention")


class _Way(NamedTuple):
    """How many saturating units follow one another after a node, from how many there are before it.

    ``further`` counts those on the way through it that nothing interrupts, ``own`` the most that begin inside.
    """

    further: float
    own: float

    def behind(self, before: _Way) -> _Way:
        return _Way(before.further + self.further, max(before.own + self.further, self.own))


_STRAIGHT = _Way(0, 0)
_UNIT = _Way(1, 0)
_RESTORED = _Way(-inf, 0)


def advise_depth(view: View) -> Iterator[Problem]:
    """Advice at the unit that makes a path one of ``LIMIT`` saturating units without a skip or normalization.

    Source: Glorot and Bengio 2010.
    """
    if not any(isinstance(view.layers[name], Block) or view.has(name, "saturates") for name in view.order):
        return
    depth: dict[str, float] = {}
    for name in view.order:
        before = max((depth.get(source, 0) for source in view.sources[name]), default=0)
        way = _through(view, name)
        depth[name] = max(before + way.further, way.own)
        if before < LIMIT <= depth[name]:
            yield view.advice(
                name,
                f"'{name}' is where {depth[name]} sigmoid or tanh units follow one another without a skip or "
                "normalization, and the gradient shrinks at each; use ReLU, or add a skip or a normalization.",
            )


def _through(view: View, name: str) -> _Way:
    layer = view.layers[name]
    if isinstance(layer, Block) and layer.definition in view.document.graphs:
        inside = view.inside(layer.definition)
        once = inside.once("saturating", lambda: _through_block(inside))
        way = _STRAIGHT
        for _ in range(min(layer.repeat, LIMIT)):
            way = once.behind(way)
        return way
    if type(layer).category in _RESTORING or view.has(name, "skips"):
        return _RESTORED
    return _UNIT if view.has(name, "saturates") else _STRAIGHT


def _through_block(inside: View) -> _Way:
    ways: dict[str, _Way] = {}
    for name in inside.order:
        entering = [ways.get(source, _RESTORED) for source in inside.sources[name]]
        ways[name] = _through(inside, name).behind(_widest(entering) if entering else _STRAIGHT)
    further, own = zip(*([ways[name] for name in inside.ends] or [_RESTORED]), strict=True)
    return _Way(min(further), max(own))  # of several outputs one may be the skip, and which is used is not asked


def _widest(ways: Iterable[_Way]) -> _Way:
    further, own = zip(*ways, strict=True)
    return _Way(max(further), max(own))
