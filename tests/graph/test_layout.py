"""Tidy drawings: straight chains, wires clear of nodes, rows that fill the view, ports in their order, and room."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from benchmarks.large import SHAPES
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits import blocks, grouping, nodes
from graph.layout.arguments import arguments
from graph.layout.placement import DEFAULT_SIZE, lay_out
from graph.layout.sizes import size_of
from graph.modelgraph import ModelGraph
from graph.problems import fixes
from graph.records import Wire
from graph.storage.loom import load, loads

EXAMPLES = Path(__file__).parents[2] / "examples"
# A view so wide that no drawing here is broken into rows.
WIDE = (10_000.0, 600.0)


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


def test_a_short_chain_is_a_straight_line() -> None:
    document = Document()
    names = chain(document, 3)
    places = lay_out(document.model)
    assert len({places[name][1] for name in names}) == 1
    assert [places[name][0] for name in names] == sorted(places[name][0] for name in names)


def test_a_long_chain_goes_on_in_the_next_row() -> None:
    document = Document()
    names = chain(document, 14)
    places = lay_out(document.model)
    rows = sorted({y for _, y in places.values()})
    assert len(rows) > 1
    assert [places[name][1] for name in names] == sorted(places[name][1] for name in names)
    assert not overlaps(places)


@pytest.mark.parametrize("length", [2, 5])
def test_a_skip_connection_leaves_at_a_height_that_is_clear_of_what_it_skips(length: int) -> None:
    document = Document()
    names = chain(document, length)
    with document.edit("Skip"):
        document.model.add("Add", name="sum")
        document.model.connect(names[-1], "sum")
        document.model.connect("start", "sum")
    places = lay_out(document.model, view=WIDE)
    skipped = {places[name][1] for name in names[1:]}
    assert len(skipped) == 1
    assert abs(places["start"][1] - skipped.pop()) > DEFAULT_SIZE[1] / 2
    assert not overlaps(places)


def test_the_wires_of_one_node_run_together_and_off_the_chain() -> None:
    document = Document()
    names = chain(document, 5)
    with document.edit("Skip"):
        for number, source in enumerate((names[-1], names[-2])):
            document.model.add("Add", name=f"sum{number}")
            document.model.connect(source, f"sum{number}")
            document.model.connect("start", f"sum{number}")
    places = lay_out(document.model, view=WIDE)
    assert all(abs(places["start"][1] - places[name][1]) > DEFAULT_SIZE[1] / 2 for name in names[1:])


def test_the_ports_of_a_block_keep_their_order() -> None:
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


def test_a_selection_keeps_its_middle_and_an_empty_drawing_stays_empty() -> None:
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


def sizes_in(graph: ModelGraph) -> dict[str, tuple[float, float]]:
    return {name: size_of(graph, name) for name in graph.nodes}


def covered(graph: ModelGraph, places: Mapping[str, tuple[float, float]]) -> list[tuple[str, str]]:
    """The nodes that lie on one another, in the sizes they have."""
    sizes = sizes_in(graph)
    names = list(places)
    return [
        (a, b)
        for at, a in enumerate(names)
        for b in names[at + 1 :]
        if abs(places[a][0] - places[b][0]) < (sizes[a][0] + sizes[b][0]) / 2
        and abs(places[a][1] - places[b][1]) < (sizes[a][1] + sizes[b][1]) / 2
    ]


def standing(graph: ModelGraph) -> dict[str, tuple[float, float]]:
    return {name: (node.x, node.y) for name, node in graph.nodes.items()}


def zoom(graph: ModelGraph, view: tuple[float, float]) -> float:
    """How large a drawing is shown whole, once it is laid out for a view."""
    sizes, places = sizes_in(graph), lay_out(graph, sizes_in(graph), view=view)
    left, right = (
        edge(x + side * sizes[name][0] / 2 for name, (x, _) in places.items()) for side, edge in ((-1, min), (1, max))
    )
    top, bottom = (
        edge(y + side * sizes[name][1] / 2 for name, (_, y) in places.items()) for side, edge in ((-1, min), (1, max))
    )
    return min(view[0] / (right - left), view[1] / (bottom - top), 1.0)


@pytest.mark.parametrize(("example", "least"), [("googlenet", 0.45), ("unet", 0.65), ("unet_small", 0.8), ("vae", 0.8)])
def test_a_drawing_fills_the_view_it_is_laid_out_for(example: str, least: float) -> None:
    graph = load(EXAMPLES / f"{example}.loom").model
    assert zoom(graph, (850.0, 700.0)) >= least


def test_a_chain_of_thirteen_is_seen_at_full_size() -> None:
    document = Document()
    chain(document, 12)
    assert zoom(document.model, (850.0, 700.0)) == 1.0


def test_rows_begin_at_one_place_and_take_the_shape_of_the_view() -> None:
    document = Document()
    chain(document, 40)
    wide, high = (lay_out(document.model, view=view) for view in ((2000.0, 500.0), (500.0, 2000.0)))
    for places in (wide, high):
        rows: dict[float, list[float]] = {}
        for x, y in places.values():
            rows.setdefault(y, []).append(x)
        assert {min(xs) for xs in rows.values()} == {DEFAULT_SIZE[0] / 2}
        assert all(xs == sorted(xs) for xs in rows.values())
    assert len({y for _, y in wide.values()}) < len({y for _, y in high.values()})


def test_a_node_more_moves_only_what_stands_behind_it_in_its_row() -> None:
    document = Document()
    chain(document, 19)
    with document.edit("Lay out"):
        document.model.move(lay_out(document.model))
    before = standing(document.model)
    with document.edit("Insert"):
        document.model.add("ReLU", name="more")
        document.model.connect("relu6", "more")
        document.model.connect("more", "relu7")
    after = lay_out(document.model)
    moved = {name for name in before if after[name] != before[name]}
    row = {name for name, (_, y) in before.items() if y == before["relu7"][1]}
    assert moved <= row
    assert "relu0" not in moved


@pytest.mark.parametrize("shape", SHAPES)
def test_no_node_lies_on_another(shape: str) -> None:
    document = loads(SHAPES[shape](60))
    for graph in document.graphs.values():
        assert not covered(graph, lay_out(graph, sizes_in(graph)))


@st.composite
def several_ends(draw: st.DrawFn) -> Document:
    """Inputs and Outputs anywhere, joined at random."""
    document = Document()
    some = st.integers(-3, 3).map(lambda at: 40.0 * at)
    with document.edit("Draw"):
        made: list[str] = []
        for number in range(draw(st.integers(2, 4))):
            at = draw(st.tuples(some, some))
            made.append(document.model.add("Input", {"shape": [4]}, name=f"in{number}", at=at))
        inputs = list(made)
        for number in range(draw(st.integers(0, 6))):
            name = document.model.add("Add", name=f"add{number}", at=draw(st.tuples(some, some)))
            for source in draw(st.lists(st.sampled_from(made), min_size=1, max_size=3, unique=True)):
                document.model.connect(source, name)
            made.append(name)
        for number in range(draw(st.integers(2, 3))):
            name = document.model.add("Output", name=f"out{number}", at=draw(st.tuples(some, some)))
            document.model.connect(draw(st.sampled_from(made if number else inputs)), name)
    return document


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(document=several_ends(), data=st.data())
def test_a_layout_never_changes_the_order_of_arguments(document: Document, data: st.DataObject) -> None:
    graph = document.model

    before = arguments(graph)
    names = data.draw(st.lists(st.sampled_from(sorted(graph.nodes)), unique=True))
    blocks.lay_out(document, "", names, sizes_in(graph))
    assert arguments(graph) == before
    if len(names) < 2:
        assert not covered(graph, standing(graph))


def test_a_selection_that_is_laid_out_does_not_land_on_others() -> None:
    document = Document()
    names = chain(document, 8)
    with document.edit("Spread"):
        document.model.move({name: (230.0 * at, 0.0) for at, name in enumerate(names)})
        document.model.move({name: (230.0 * 3 + 20 * at, 0.0) for at, name in enumerate(names[3:6])})
    blocks.lay_out(document, "", names[3:6], sizes_in(document.model))
    assert not covered(document.model, standing(document.model))
    assert [name for name, _ in sorted(standing(document.model).items(), key=lambda each: each[1])] == names
    document.undo()


def test_unpacking_makes_room_and_moves_nothing_where_there_is_room() -> None:
    document = load(EXAMPLES / "resnet18.loom")
    before = standing(document.model)
    uses = [name for name, node in document.model.nodes.items() if node.layer.role == "block"]
    made = grouping.unpack(document, "", uses[0])
    assert made
    assert not covered(document.model, standing(document.model))
    after = standing(document.model)
    assert [n for n in sorted(before, key=lambda n: before[n][::-1]) if n in after] == [
        n for n in sorted(after, key=lambda n: after[n][::-1]) if n in before
    ]


def test_a_fix_that_inserts_a_layer_makes_room_for_it() -> None:
    document = Document()
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [3, 8, 8]}, name="image", at=(0, 0))
        document.model.add("Conv2d", name="conv", at=(200, 0))
        document.model.add("Linear", name="linear", at=(400, 0))
        document.model.connect("image", "conv")
        document.model.connect("conv", "linear")
        document.model.add("CrossEntropy", name="objective", at=(600, 0))
        document.model.add("Target", {"shape": [], "dtype": "int64"}, name="label", at=(400, 150))
        document.model.connect("linear", "objective")
        document.model.connect("label", "objective", "target")
    problem = next(each for each in document.problems().values() if each.fix is not None and "Flatten" in str(each.fix))
    fixes.apply(document, problem)
    assert not covered(document.model, standing(document.model))


def test_a_layer_put_into_a_wire_moves_what_is_behind_it_in_its_row_alone() -> None:
    document = Document()
    chain(document, 11)
    with document.edit("Lay out"):
        document.model.move(lay_out(document.model))
    before, wire = standing(document.model), Wire("relu0", "out", "relu1", "x")
    row = {name for name, (_, y) in before.items() if y == before["relu1"][1]}
    with document.edit("Insert"):
        name = document.model.add("Tanh", at=(before["relu1"][0] - 100, before["relu1"][1]))
        nodes.splice(document, "", name, wire, lambda _: DEFAULT_SIZE[0])
    after = standing(document.model)
    moved = {name for name in before if after[name] != before[name]}
    assert moved == {name for name in row if before[name][0] >= before["relu1"][0]}
    assert len(before) > len(row)
    assert not covered(document.model, after)


def deep(first: bool) -> Document:
    """A chain with heads on the way, each with an Output, Target and objective; the last one's first or last."""
    d = Drawing("Deep")
    x, heads = d.input(4, name="x"), []
    for place in range(9):
        x = x.linear(4, name=f"layer{place}").relu()
        if place % 3 == 2:
            heads.append(x.linear(4, name=f"head{place // 3}"))
    for place, head in enumerate(reversed(heads) if first else heads):
        d.output(head, name=f"out{place}")
        d.mse(head, d.target(4, dtype="float32", name=f"right{place}"), name=f"loss{place}")
    return d.finish()


def swapped(wires: list[Wire], places: Mapping[str, tuple[float, float]]) -> list[tuple[str, str]]:
    """Pairs of wires between two columns that cross."""
    return [
        (str(a), str(b))
        for a, b in combinations(wires, 2)
        if places[a.source][0] == places[b.source][0] and places[a.target][0] == places[b.target][0]
        if (places[a.source][1] - places[b.source][1]) * (places[a.target][1] - places[b.target][1]) < 0
    ]


@pytest.mark.parametrize("view", [(1000.0, 700.0), WIDE])
def test_heads_come_to_stand_in_the_order_of_their_outputs(view: tuple[float, float]) -> None:
    graph = deep(first=False).model
    places = lay_out(graph, view=view)
    assert swapped([wire for wire in graph.wires() if graph.node(wire.target).kind == "Output"], places) == []
    for name in ("out0", "out1", "out2"):
        assert places[name][0] > places[f"head{name[-1]}"][0]
        assert abs(places[name][1] - places[f"head{name[-1]}"][1]) < 250


def test_results_in_another_order_than_the_layers_stand_together_at_the_end() -> None:
    graph = deep(first=True).model
    places = lay_out(graph, view=(1000.0, 700.0))
    outputs = [places[f"out{place}"] for place in range(3)]
    assert len({x for x, _ in outputs}) == 1
    assert outputs == sorted(outputs, key=lambda place: place[1])
    assert outputs[0][0] > places["head2"][0]
    targets = [places[f"right{place}"] for place in range(3)]
    assert len({x for x, _ in targets}) == 1


def test_what_stands_in_order_without_it_is_not_led_by_lanes() -> None:
    """The Input that comes second here feeds the first layer: it stands beside that."""
    graph = load(EXAMPLES / "detector.loom").model
    places = lay_out(graph, view=WIDE)
    assert abs(places["image"][1] - places["stage1"][1]) < 60


def test_parallel_branches_stand_in_the_order_of_the_ports_that_join_them() -> None:
    d = Drawing("Branches")
    x = d.input(8, 16, 16, name="x")
    rates = (6, 18, 12)  # drawn in another order than they are joined in
    made = {rate: x.conv2d(8, 3, padding=rate, dilation=rate, name=f"rate{rate}").relu() for rate in rates}
    y = d.concat(*(made[rate] for rate in sorted(rates)), x.conv2d(8, 1, name="one").relu(), dim=1)
    d.output(y, name="y")
    places = lay_out(d.document.model, view=WIDE)
    names = ["rate6", "rate12", "rate18", "one"]
    assert sorted(names, key=lambda name: places[name][1]) == names
    assert not overlaps(places)


def test_branches_that_nothing_joins_stand_in_the_order_of_the_ports_they_leave() -> None:
    d = Drawing("States")
    outputs = d.input(5, 4, name="x").lstm(hidden_size=8, name="lstm")
    for at in (2, 0, 1):
        outputs[at].relu(name=f"state{at}").tanh()
    places = lay_out(d.document.model, view=WIDE)
    names = ["state0", "state1", "state2"]
    assert sorted(names, key=lambda name: places[name][1]) == names
