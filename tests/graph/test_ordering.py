"""The order of a drawing's nodes, whatever wires come and go and however rarely it is asked for."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, strategies as st

from graph.document import Document
from graph.modelgraph import ModelGraph

NODES = [f"n{at}" for at in range(8)]
PAIRS = st.tuples(st.integers(0, 7), st.integers(0, 7))


def adds(count: int) -> tuple[Document, ModelGraph]:
    document = Document()
    with document.edit("Draw"):
        for name in NODES[:count]:
            document.model.add("Add", name=name)
    return document, document.model


def connected(model: ModelGraph, source: str, target: str) -> bool:
    """Draw the wire, unless the drawing would get a cycle."""
    known = nx.DiGraph([(wire.source, wire.target) for wire in model.wires()])
    known.add_nodes_from(model.nodes)
    closes = source == target or nx.has_path(known, target, source)
    assert model.would_cycle(source, target) == closes
    if not closes:
        model.connect(source, target)
    return not closes


@given(steps=st.lists(st.tuples(PAIRS, st.booleans(), st.booleans()), max_size=30))
def test_every_node_stands_behind_what_feeds_it(steps: list[tuple[tuple[int, int], bool, bool]]) -> None:
    document, model = adds(8)
    drawn = len(document.history)
    for (source, target), cut, undo in steps:
        with document.edit("Step"):
            if cut and model.inputs(NODES[target]):
                model.disconnect(NODES[target], sorted(model.inputs(NODES[target]))[0])
            else:
                connected(model, NODES[source], NODES[target])
        if undo:
            if len(document.history) > drawn:
                document.undo()
            continue
        place = model.position()
        assert all(place[wire.source] < place[wire.target] for wire in model.wires())
        assert len(set(place.values())) == len(NODES)


def test_the_order_is_right_after_many_wires_at_once() -> None:
    document, model = adds(8)
    with document.edit("Backwards"):
        for before, name in zip(NODES[1:], NODES, strict=False):
            assert connected(model, before, name)
    assert model.order() == NODES[::-1]
    document.undo()
    document.redo()
    assert model.order() == NODES[::-1]


def test_a_wire_that_was_turned_round_again() -> None:
    document, model = adds(2)
    with document.edit("One way"):
        model.connect("n1", "n0")
    with document.edit("The other"):
        model.disconnect("n0", "x0")
        model.connect("n0", "n1")
    assert model.order() == ["n0", "n1"]
    document.undo()
    assert model.order() == ["n1", "n0"]


def test_ways_from_and_to_several_nodes() -> None:
    document, model = adds(6)
    with document.edit("Draw"):
        for source, target in ((0, 1), (1, 2), (3, 4)):
            model.connect(NODES[source], NODES[target])
    assert model.upstream(["n2", "n4"]) == {"n0", "n1", "n2", "n3", "n4"}
    assert model.downstream(["n1", "n3"]) == {"n1", "n2", "n3", "n4"}
    assert model.downstream([]) == set()
