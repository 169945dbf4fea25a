"""Tidy drawings: straight chains, wires clear of nodes, rows like lines of text, ports in their order."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graph.document import Document
from graph.layout.placement import DEFAULT_SIZE, lay_out


def chain(document: Document, count: int) -> list[str]:
    """An Input and ``count`` activations behind it, all in one place."""
    names = ["start", *(f"relu{number}" for number in range(count))]
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4]}, name="start")
        for before, name in pairwise(names):
            document.model.add("ReLU", name=name)
            document.model.connect(before, name)
    return names


def overlaps(places: dict[str, tuple[float, float]]) -> list[tuple[str, str]]:
    width, height = DEFAULT_SIZE
    names = list(places)
    return [
        (a, b)
        for at, a in enumerate(names)
        for b in names[at + 1 :]
        if abs(places[a][0] - places[b][0]) < width and abs(places[a][1] - places[b][1]) < height
    ]


def test_a_short_chain_is_a_straight_line():
    document = Document()
    names = chain(document, 3)
    places = lay_out(document.model)
    assert len({places[name][1] for name in names}) == 1
    assert [places[name][0] for name in names] == sorted(places[name][0] for name in names)


def test_a_long_chain_goes_on_in_the_next_row():
    document = Document()
    names = chain(document, 14)
    places = lay_out(document.model)
    rows = sorted({y for _, y in places.values()})
    assert len(rows) > 1
    assert [places[name][1] for name in names] == sorted(places[name][1] for name in names)
    assert not overlaps(places)


@pytest.mark.parametrize("length", [2, 5])
def test_a_skip_connection_leaves_at_a_height_that_is_clear_of_what_it_skips(length):
    document = Document()
    names = chain(document, length)
    with document.edit("Skip"):
        document.model.add("Add", name="sum")
        document.model.connect(names[-1], "sum")
        document.model.connect("start", "sum")
    places = lay_out(document.model)
    skipped = {places[name][1] for name in names[1:]}
    assert len(skipped) == 1
    assert abs(places["start"][1] - skipped.pop()) > DEFAULT_SIZE[1] / 2
    assert not overlaps(places)


def test_the_wires_of_one_node_run_together_and_off_the_chain():
    document = Document()
    names = chain(document, 5)
    with document.edit("Skip"):
        for number, source in enumerate((names[-1], names[-2])):
            document.model.add("Add", name=f"sum{number}")
            document.model.connect(source, f"sum{number}")
            document.model.connect("start", f"sum{number}")
    places = lay_out(document.model)
    assert all(abs(places["start"][1] - places[name][1]) > DEFAULT_SIZE[1] / 2 for name in names[1:])


def test_the_ports_of_a_block_keep_their_order():
    document = Document()
    with document.edit("Draw"):
        cell = document.add_block("Cell")
        for place, name in enumerate(("first", "second")):
            cell.add("Input", {"shape": [4]}, name=name, at=(0, place))
            cell.add("Output", name=f"{name}_out", at=(0, 10 - place))
        cell.add("Concat", name="joined")
        cell.connect("second", "joined")
        cell.connect("first", "joined")
        cell.connect("joined", "first_out")
        cell.connect("second", "second_out")
    places = lay_out(cell)
    assert places["first"][1] < places["second"][1]
    assert places["second_out"][1] < places["first_out"][1]


def test_a_selection_keeps_its_middle_and_an_empty_drawing_stays_empty():
    document = Document()
    names = chain(document, 4)
    with document.edit("Spread"):
        document.model.move({name: (1000.0 + 10 * place, 500.0) for place, name in enumerate(names)})
    places = lay_out(document.model, names=names[1:4])
    assert set(places) == set(names[1:4])
    assert sum(x for x, _ in places.values()) / 3 == pytest.approx(1020, abs=1)
    assert {y for _, y in places.values()} == {500}
    assert lay_out(Document().model) == {}


def test_a_drawing_all_of_whose_nodes_feed_the_last_is_laid_out() -> None:
    document = Document()
    names = chain(document, 150)
    with document.edit("Join"):
        document.model.add("Add", name="sum")
        for name in names:
            document.model.connect(name, "sum")
    places = lay_out(document.model)
    assert len(places) == len(names) + 1
    assert not overlaps(places)
