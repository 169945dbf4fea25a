"""Advice about deep stacks of saturating units, along which gradients vanish."""

from __future__ import annotations

from collections.abc import Iterator

from graph.layers.block import Block
from graph.problems.advice.view import View
from graph.records import Problem

LIMIT = 6
_RESTORING = ("Normalization", "Recurrent", "Attention")


def advise_depth(view: View) -> Iterator[Problem]:
    """Advice at the unit that makes a path one of ``LIMIT`` saturating units without a skip or normalization.

    Source: Glorot and Bengio 2010.
    """
    if not any(isinstance(view.layers[name], Block) or view.has(name, "saturates") for name in view.order):
        return
    depth: dict[str, int] = {}
    for name in view.order:
        before = max((depth.get(source, 0) for source in view.sources[name]), default=0)
        depth[name] = _behind(view, name, before)
        if before < LIMIT <= depth[name]:
            yield view.advice(
                name,
                f"'{name}' is where {depth[name]} sigmoid or tanh units stand behind each other without a skip or "
                "normalization, and the gradient shrinks at each; use ReLU, or add a skip or a normalization.",
            )


def _behind(view: View, name: str, before: int) -> int:
    layer = view.layers[name]
    if isinstance(layer, Block) and layer.definition in view.document.graphs:
        for _ in range(min(layer.repeat, LIMIT)):
            before = _through(view.inside(layer.definition), before)
        return before
    if type(layer).category in _RESTORING or view.has(name, "skips"):
        return 0
    return before + view.has(name, "saturates")


def _through(inside: View, before: int) -> int:
    depth: dict[str, int] = {}
    for name in inside.order:
        entering = [depth.get(source, 0) for source in inside.sources[name]]
        depth[name] = _behind(inside, name, max(entering, default=before))
    return max((depth[name] for name in inside.ends), default=0)
