"""Tied weights: one tensor that layers of any kinds use, and what has to hold for a weight that another node gives.

A weight of a layer in a block goes by its name in the block's ``state_dict``: ``layer.weight``, in a repetition
``0.layer.weight``; so does one of a block within it, ``inner.layer.weight``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from graph.errors import Fix, ShapeError
from graph.fields import shorten
from graph.layer import Weight
from graph.records import Node
from graph.tensor import format_shape

HOLDING = ("layer", "block")
"""The roles of nodes whose weights can be tied."""
SHOWN = 6
Weights = Callable[[str], Mapping[str, Weight] | None]


class Place(NamedTuple):
    """A weight of a node, or of what is in its block; a layer that is one tensor itself calls it by no name."""

    node: str
    weight: str

    @classmethod
    def read(cls, text: str) -> Place:
        """The place that ``embedding.weight`` names."""
        node, _, weight = text.partition(".")
        return cls(node, weight)

    def __str__(self) -> str:
        return f"{self.node}.{self.weight}".rstrip(".")


def givers(node: Node) -> Iterator[str]:
    """The nodes whose weights a node is tied to."""
    yield from dict.fromkeys(Place.read(text).node for text in node.ties.values())


def renamed(ties: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The ties among copies of nodes, whose ``names`` are given by those of the originals; others are let go."""
    places = {key: Place.read(text) for key, text in ties.items()}
    return {key: str(Place(names[place.node], place.weight)) for key, place in places.items() if place.node in names}


def inside(ties: Mapping[str, str], part: str) -> dict[str, str]:
    """The ties of what goes by ``part`` in a block, of those of the block; its weights as it calls them itself."""
    found = {key.partition("."): text for key, text in ties.items()}
    return {rest: text for (first, _, rest), text in found.items() if first == part}


def own_weights(node: Node, weights: Mapping[str, Weight]) -> dict[str, Weight]:
    """Those of a layer's weights that no other node gives it."""
    return {key: weight for key, weight in weights.items() if key not in node.ties}


def root_of(nodes: Mapping[str, Node], place: Place) -> Place:
    """The place that a weight is at in the end, from tie to tie and from a shared layer to its own.

    It is the last one on the way where that leads round, or to a node that is not there.
    """
    seen = {place}
    while (node := nodes.get(place.node)) is not None:
        after = place._replace(node=node.shares) if node.shares else place
        if not node.shares and place.weight in node.ties:
            after = Place.read(node.ties[place.weight])
        if after in seen:
            break
        seen.add(after)
        place = after
    return place


def check_tying(nodes: Mapping[str, Node], name: str, weights: Weights, block: str = "") -> None:
    """See that a node of a ``block``, or of the model, can use the weights it is tied to.

    ``weights`` are a node's, if they are known.

    Raises:
        ShapeError: it cannot, with the reason.
    """
    for key, text in nodes[name].ties.items():
        _check_taker(nodes[name], key, weights(name))
        _check_giver(nodes, Place(name, key), Place.read(text), weights, block)


def _own(key: str) -> Fix:
    return Fix(f"Give it a {key or 'tensor'} of its own", "tie", {"weight": key, "source": ""})


def _check_taker(node: Node, key: str, weights: Mapping[str, Weight] | None) -> None:
    if node.shares:
        raise ShapeError(
            f"it shares the weights of {shorten(node.shares)}, so its {shorten(key)} cannot be tied to another; "
            f"tie that of {shorten(node.shares)}.",
            fix=_own(key),
        )
    if node.layer.role not in HOLDING or not key:
        raise ShapeError(f"this {node.kind} cannot be tied to a weight; tie the other layer to it.", fix=_own(key))
    if weights is not None and not _learned(weights, key):
        what = f"its {shorten(key)} is tied to another weight"
        if turns := _in_turn(key, weights):
            fix = Fix(f"Tie its {turns[0]}", "retie", {"weight": key, "again": turns[0]})
            lost = turns[0] in node.ties or (len(turns) > 1 and _bare(key) != key)
            raise ShapeError(f"{what}, but {_which(turns)}.", fix=_own(key) if lost else fix)
        raise ShapeError(f"{what}, but {_has(weights)}.", fix=_own(key))


def _check_giver(nodes: Mapping[str, Node], taker: Place, place: Place, weights: Weights, block: str) -> None:
    key, what = taker.weight, f"its {taker.weight} is tied to {shorten(str(place))}"
    giver = nodes.get(place.node)
    if giver is None and block:
        raise ShapeError(
            f"{what}, but there is no node {shorten(place.node)} in this block; tie it where the block is used, where "
            f"it goes by '{shorten(str(taker))[1:-1]}'.",
            fix=_own(key),
        )
    if giver is None:
        raise ShapeError(f"{what}, but there is no node {shorten(place.node)}.", fix=_own(key))
    if place.node == taker.node:
        raise ShapeError(f"{what}, which is its own; name a weight of another node, or none.", fix=_own(key))
    if giver.shares or giver.ties:
        root = root_of(nodes, place)
        direct = root != place and root.node in nodes and not nodes[root.node].shares and not nodes[root.node].ties
        other = root.node if direct else giver.shares or next(givers(giver))
        fix = Fix(f"Tie it to '{root}'", "tie", {"weight": key, "source": str(root)}) if direct else _own(key)
        end = f"tie it to {shorten(str(root))}" if direct else "name a node that has its own"
        raise ShapeError(f"{what}, but '{place.node}' itself uses a weight of {shorten(other)}; {end}.", fix=fix)
    if giver.layer.role not in HOLDING:
        raise ShapeError(
            f"{what}, but the {giver.kind} '{place.node}' cannot give a weight; name a layer.", fix=_own(key)
        )
    given, taken = weights(place.node), weights(taker.node)
    if given is None:
        return
    if turns := _in_turn(place.weight, given):
        root = Place(place.node, turns[0])
        fix = Fix(f"Tie it to '{root}'", "tie", {"weight": key, "source": str(root)})
        raise ShapeError(f"{what}, but in '{place.node}' {_which(turns)}.", fix=fix)
    if not _learned(given, place.weight):
        raise ShapeError(f"{what}, but '{place.node}' {_has(given).removeprefix('it ')}.", fix=_own(key))
    if taken is not None and taken[key].shape != given[place.weight].shape:
        raise ShapeError(
            f"{what}, but it is {format_shape(taken[key].shape)} and that is "
            f"{format_shape(given[place.weight].shape)}; give both the same sizes.",
            fix=_own(key),
        )


def _in_turn(key: str, weights: Mapping[str, Weight]) -> list[str]:
    """What is there by a name but for the places in repetitions, where there is nothing of that very name."""
    learned = [name for name in weights if _learned(weights, name)]
    return [] if key in weights else [name for name in learned if _bare(name) == _bare(key)]


def _bare(name: str) -> str:
    return ".".join(part for part in name.split(".") if not part.isdigit())


def _which(turns: Sequence[str]) -> str:
    if len(turns) == 1:
        return f"as often as the block is repeated now, that is '{turns[0]}'"
    return f"it is there {len(turns)} times as the block is repeated now, as '{turns[0]}' to '{turns[-1]}'; name one"


def _learned(weights: Mapping[str, Weight], key: str) -> bool:
    return key in weights and weights[key].trainable


def _has(weights: Mapping[str, Weight]) -> str:
    known = [key for key, weight in weights.items() if weight.trainable and key]
    names = ", ".join(known if len(known) <= SHOWN else [*known[:SHOWN], "..."])
    return f"it has no such weight; its weights: {names or 'none with a name'}"
