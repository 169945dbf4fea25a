"""Whether the turns in which parts of a drawing learn are those of this drawing: every weight in one of them."""

from __future__ import annotations

from collections.abc import Iterator

from graph.analysis.leaves import leaves
from graph.document import Document
from graph.errors import LayerloomError
from graph.recipe.turns import Turn
from graph.records import Problem


def owners(document: Document, turn: Turn) -> set[str]:
    """The nodes that the weights of a turn go by: one that shares those of another stands for this."""
    nodes = document.model.nodes
    return {nodes[name].shares or name for name in turn.nodes if name in nodes}


def learning(document: Document) -> list[str]:
    """The nodes with weights that an objective depends on and that are not frozen, in the order of the data flow."""
    try:
        found = leaves(document, ("objective",))
    except LayerloomError:  # a drawing with errors, which are told elsewhere
        return []
    nodes = document.model.nodes
    frozen = {node.shares or name for name, node in nodes.items() if node.frozen}
    named = (
        name.partition(".")[0] for leaf in found.values() for name, weight in leaf.tensors().items() if weight.trainable
    )
    return [name for name in dict.fromkeys(named) if name not in frozen]


def turn_problems(document: Document) -> Iterator[Problem]:
    """What keeps parts of a drawing from learning in the turns that its settings say."""
    turns = document.training.turns
    if not turns:
        return
    for turn in turns:
        yield from _names(document, turn)
    yield from _weights(document)
    minimized = {name for turn in turns for name in turn.objectives}
    for name, node in document.model.nodes.items():
        if node.layer.role == "objective" and name not in minimized:
            yield Problem(f"'{name}' is an objective that no turn makes smaller; add it to one, or remove it.", name)


def _names(document: Document, turn: Turn) -> Iterator[Problem]:
    nodes = document.model.nodes
    if f"loss_{turn.name}" in nodes:
        yield Problem(
            f"The turn '{turn.name}' has the method loss_{turn.name}, and so is a node called; rename one.",
            f"loss_{turn.name}",
        )
    for what, names in (("node", turn.nodes), ("objective", turn.objectives)):
        if not names:
            yield Problem(f"The turn '{turn.name}' has no {what}s; name some, or remove the turn.")
        for name in names:
            if name not in nodes:
                yield Problem(f"The turn '{turn.name}' names the {what} '{name}', which is not in the drawing.")
            elif (nodes[name].layer.role == "objective") != (what == "objective"):
                is_one = "is an objective" if what == "node" else "is not an objective"
                yield Problem(f"The turn '{turn.name}' names '{name}' among its {what}s, but it {is_one}.", name)


def _weights(document: Document) -> Iterator[Problem]:
    found: dict[str, str] = {}
    for turn in document.training.turns:
        for name in sorted(owners(document, turn)):
            first = found.setdefault(name, turn.name)
            if first != turn.name:
                yield Problem(f"'{name}' is in two turns, '{first}' and '{turn.name}'; leave it in one of them.", name)
    for name in learning(document):
        if name not in found:
            yield Problem(f"'{name}' has weights that are in no turn; add it to one, or freeze it.", name)
