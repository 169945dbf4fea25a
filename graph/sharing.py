"""Weights that several nodes share: what has to hold for a node that uses those of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graph.errors import Fix, ShapeError
from graph.fields import fields_of, shorten
from graph.layer import Weight
from graph.records import Node
from graph.tensor import format_shape

Weights = Callable[[str], Mapping[str, Weight] | None]


def check_sharing(nodes: Mapping[str, Node], name: str, weights: Weights) -> None:
    """See that a node can use the weights of the node it names; ``weights`` are a node's, if they are known.

    Raises:
        ShapeError: it cannot, with the reason.
    """
    node = nodes[name]
    owner = nodes.get(node.shares)
    if owner is None:
        fix = Fix("Give it weights of its own", "share", {"owner": ""})
        raise ShapeError(f"it shares the weights of {shorten(node.shares)}, but there is no such node.", fix=fix)
    if owner.shares:
        _refuse_chain(node, owner, nodes)
    if owner.kind != node.kind:
        raise ShapeError(
            f"it is a {node.kind} and shares the weights of '{owner.name}', a {owner.kind}; both must be of one kind.",
            fix=Fix("Give it weights of its own", "share", {"owner": ""}),
        )
    if different := differences(node, owner):
        fix = Fix(f"Take the parameters of '{owner.name}'", "set_parameters", {"parameters": _parameters(owner)})
        raise ShapeError(
            f"it shares the weights of '{owner.name}', but differs from it in {', '.join(different)}; "
            "give both the same parameters.",
            fix=fix,
        )
    _check_shapes(owner.name, weights(name), weights(owner.name))


def differences(node: Node, owner: Node) -> list[str]:
    """The parameters in which two nodes of one kind differ."""
    ours, theirs = ({**_parameters(each), "when": each.when} for each in (node, owner))
    return [key for key in ours if ours[key] != theirs[key]]


def _parameters(node: Node) -> dict[str, Any]:
    fields = fields_of(type(node.layer)).values()
    values = {field.name: getattr(node.layer, field.name) for field in fields if not field.hidden}
    return {**values, **node.expressions}


def _refuse_chain(node: Node, owner: Node, nodes: Mapping[str, Node]) -> None:
    if owner is node:
        fix = Fix("Give it weights of its own", "share", {"owner": ""})
        raise ShapeError("it shares its own weights; name another node, or none.", fix=fix)
    end = nodes.get(owner.shares)
    direct = end is not None and not end.shares
    raise ShapeError(
        f"it shares the weights of '{owner.name}', which itself shares those of {shorten(owner.shares)}; "
        "name the node that owns them.",
        fix=Fix(f"Share with '{owner.shares}'", "share", {"owner": owner.shares}) if direct else None,
    )


def _check_shapes(owner: str, ours: Mapping[str, Weight] | None, theirs: Mapping[str, Weight] | None) -> None:
    if ours is None or theirs is None or ours is theirs or ours == theirs:
        return
    for name in [*ours, *theirs]:
        mine, other = ours.get(name), theirs.get(name)
        if mine != other:
            raise ShapeError(
                f"it shares the weights of '{owner}', but its {name} is {_shape(mine)} and that of '{owner}' "
                f"{_shape(other)}; give both inputs of the same sizes."
            )


def _shape(weight: Weight | None) -> str:
    return "missing" if weight is None else format_shape(weight.shape)
