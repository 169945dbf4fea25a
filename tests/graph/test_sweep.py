"""A sweep is data of the drawing: kept in its file, undone like any edit, and refused in a sentence."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import layerloom
from graph.document import Document
from graph.edits.setting.proposing import begin_varying, names_to_vary
from graph.edits.setting.sweeping import check_sweep, field_of, set_list, trial_of, value_now, vary
from graph.errors import FileError, ParameterError
from graph.fields import parameters_of
from graph.modelgraph import ModelGraph
from graph.recipe.augmentations import Noise, Rotate
from graph.recipe.sweep.axis import Axis, axis_of, read_axis
from graph.recipe.sweep.search import TPE, Grid, Random
from graph.recipe.sweep.sweep import Sweep, override_sweep
from graph.storage.loom import dumps, loads


def drawn(**settings: Any) -> Document:
    d = layerloom.Drawing("Small", **settings)
    image = d.input(64, name="image")
    scores = image.linear(16, name="hidden").relu().linear(10, name="scores")
    d.output(scores, name="logits")
    d.crossentropy(scores, d.target(name="label"), name="entropy")
    return d.finish()


def written(graph: ModelGraph, node: str) -> dict[str, Any]:
    """What a file would hold of a node's parameters."""
    return parameters_of(graph.node(node).layer)


@pytest.mark.parametrize(
    "text",
    [
        "hidden.out_features=8,16,32",
        "learning_rate=0.0001..0.1",
        "x=1..5:linear",
        "k=[[3, 1], [1, 3]]",
        "optimizer=SGD,Adam",
    ],
)
def test_what_is_varied_is_written_as_it_is_read(text: str) -> None:
    assert read_axis(text).text() == text


def test_ranges_over_decades_are_logarithmic_and_others_linear() -> None:
    assert axis_of("a", "1e-4..1e-1").log
    assert axis_of("a", "1..10").log
    assert not axis_of("a", "1..9").log
    assert not axis_of("a", "0..100").log
    assert not axis_of("a", "1..1000:linear").log
    assert axis_of("a", "2..3:log").log


def test_a_logarithmic_range_gives_every_decade_the_same_share() -> None:
    axis = axis_of("a", "1e-4..1e-1")
    values = [axis.at(share / 3000, whole=False) for share in range(3000)]
    shares = [sum(low <= value < 10 * low for value in values) for low in (1e-4, 1e-3, 1e-2)]
    assert all(abs(share - 1000) <= 2 for share in shares)
    assert axis.points(4, whole=False) == [0.0001, 0.001, 0.01, 0.1]


def test_whole_numbers_of_a_range_are_alike_likely_the_ends_among_them() -> None:
    axis = axis_of("a", "1..4")
    values = [axis.at(share / 4000, whole=True) for share in range(4000)]
    assert [values.count(number) for number in (1, 2, 3, 4)] == [1000, 1000, 1000, 1000]
    assert axis.points(10, whole=True) == [1, 2, 3, 4]


def test_a_sweep_is_kept_in_the_file_and_undone_like_any_edit() -> None:
    document = drawn()
    before = dumps(document)
    vary(document, "hidden.out_features", "8,16")
    vary(document, "learning_rate", "1e-4..1e-1")
    with document.edit("Search"):
        document.set_setting("sweep", override_sweep(document.sweep, {"search": "TPE", "trials": 7}))
    again = loads(dumps(document))
    assert again.sweep == document.sweep
    assert again.sweep.search == TPE(trials=7)
    assert dumps(again) == dumps(document)
    for _ in range(3):
        document.undo()
    assert dumps(document) == before
    assert '"sweep"' not in before


def test_another_search_keeps_what_both_have() -> None:
    sweep = override_sweep(Sweep(), {"search": "TPE", "trials": 7, "pruning": "none"})
    assert override_sweep(sweep, {"search": "Random"}).search == Random(trials=7)
    assert override_sweep(sweep, {"search": "Grid"}).search == Grid()
    with pytest.raises(ParameterError, match="Grid has no trials"):
        override_sweep(Sweep(), {"search": "Grid", "trials": 3})


def test_what_is_varied_follows_its_node() -> None:
    document = drawn()
    vary(document, "hidden.out_features", "8,16")
    with document.edit("Rename"):
        document.model.rename("hidden", "first")
    assert [axis.name for axis in document.sweep.over] == ["first.out_features"]
    document.undo()
    assert [axis.name for axis in document.sweep.over] == ["hidden.out_features"]


def test_a_trial_is_the_drawing_with_its_values_and_without_a_sweep() -> None:
    document = drawn()
    vary(document, "learning_rate", "1e-4..1e-1")
    made = trial_of(document, {"hidden.out_features": 24, "optimizer": "SGD", "momentum": 0.5, "learning_rate": 0.02})
    assert written(made.model, "hidden")["out_features"] == 24
    optimizer: Any = made.training.optimizer
    assert (type(optimizer).__name__, optimizer.momentum, optimizer.learning_rate) == ("SGD", 0.5, 0.02)
    assert made.sweep == Sweep()
    assert document.training.optimizer.learning_rate == 0.001


def test_arguments_and_nodes_of_blocks_are_varied_too() -> None:
    d = layerloom.Drawing("Blocks")
    with d.block("Part", width=8) as b:
        b.output(b.input(64).linear("width", name="inner").relu())
    scores = d.use("Part", d.input(64, name="image"), name="part").linear(10)
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    document = d.finish()
    assert field_of(document, "part.width").kind == "int"
    assert value_now(document, "part.width") == 8
    made = trial_of(document, {"part.width": 12, "Part/inner.bias": False})
    assert made.types()["part"][0].shape[-1] == 12
    assert written(made.graphs["Part"], "inner")["bias"] is False


def test_settings_of_a_turn_are_varied_by_its_name() -> None:
    document = drawn(turns="one:nodes=hidden+scores:objectives=entropy")
    made = trial_of(document, {"turns.one.learning_rate": 0.5})
    assert made.training.turns[0].optimizer.learning_rate == 0.5
    with pytest.raises(ParameterError, match=r"learning_rate has no effect.*turns\.one\.learning_rate"):
        vary(document, "learning_rate", "1e-4..1e-1")


@pytest.mark.parametrize(
    ("name", "span", "sentence"),
    [
        ("hidden.out_features", "0,8", "out_features must be an integer >= 1, got 0"),
        ("hidden.out_features", "1.5..8", "takes whole numbers"),
        ("hidden.width", "1,2", "'hidden' has no parameter 'width'; it has out_features"),
        ("other.out_features", "1,2", "there is no node 'other'"),
        ("Block/x.p", "1,2", "there is no block 'Block'"),
        ("momentum", "0.1..0.9", "there is no setting 'momentum' as the drawing is set"),
        ("optimizer", "1..2", "is not a number and has no range"),
        ("optimizer", "SGD,Adagard", "optimizer must be one of"),
        ("learning_rate", "0.1..0.01", "must rise"),
        ("learning_rate", "0..1:log", "no logarithm"),
        ("learning_rate", "0.1,0.1", "a value twice"),
        ("learning_rate", "a..b", "must have numbers at its ends"),
        ("learning_rate", "1..2:cubic", "must be log or linear"),
        ("learning_rate", "[1, 2", "not a list in JSON"),
        ("entropy.loss_weight", "1,x", "loss_weight must be"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_a_sentence(name: str, span: str, sentence: str) -> None:
    document = drawn()
    before = dumps(document)
    with pytest.raises(ParameterError, match=sentence.replace("(", r"\(")):
        vary(document, name, span)
    assert dumps(document) == before
    assert document.history == []


def test_a_sweep_over_nothing_or_by_no_figure_is_refused() -> None:
    document = drawn()
    with pytest.raises(ParameterError, match="nothing is varied yet"):
        check_sweep(document)
    vary(document, "seed", "0,1")
    with document.edit("Monitor"):
        document.set_training(monitor="epoch")
    with pytest.raises(ParameterError, match="does not tell a good trial from a bad one"):
        check_sweep(document)


@pytest.mark.parametrize(
    "entry",
    [
        '{"over": 3}',
        '{"over": [3]}',
        '{"over": [{"name": "seed"}]}',
        '{"over": [{"name": "seed", "values": [1, 1]}]}',
        '{"over": [{"name": "seed", "low": 2, "high": 1}]}',
        '{"over": [{"name": "seed", "values": [1]}, {"name": "seed", "values": [2]}]}',
        '{"search": "Best"}',
        '{"search": {"type": "TPE", "trials": 0}}',
        '{"walk": 1}',
        '{"parallel": 0}',
    ],
)
def test_a_file_with_a_wrong_sweep_is_refused(entry: str) -> None:
    with pytest.raises(FileError):
        loads(f'{{"layerloom": 2, "sweep": {entry}, "nodes": []}}')


def test_an_axis_has_values_or_a_range() -> None:
    with pytest.raises(ValueError, match="has values, and so no range"):
        Axis(name="a", values=(1,), low=0)


def test_a_field_of_an_augmentation_is_varied_by_its_kind_and_place_among_its_like() -> None:
    document = drawn(augmentation="rotate, noise, rotate")
    before = document.training.augmentation
    assert {"augmentation.Rotate.degrees", "augmentation.Rotate2.degrees"} <= set(names_to_vary(document))
    assert value_now(document, "augmentation.Rotate2.degrees") == 15.0
    made = trial_of(document, {"augmentation.Rotate2.degrees": 40, "augmentation.Noise.deviation": 0.5})
    assert made.training.augmentation == (before[0], Noise(deviation=0.5), Rotate(degrees=40.0))
    assert document.training.augmentation == before
    begin_varying(document, "augmentation.Rotate2.degrees")
    assert loads(dumps(document)).sweep.over[0].name == "augmentation.Rotate2.degrees"
    check_sweep(document)
    with pytest.raises(ParameterError, match="degrees must be a number from 0 to 180, got 400"):
        vary(document, "augmentation.Rotate.degrees", "10,400")
    with pytest.raises(ParameterError, match="there is no augmentation 'Rotate3'; there are Rotate, Noise, Rotate2"):
        vary(document, "augmentation.Rotate3.degrees", "10,20")
    with pytest.raises(ParameterError, match="Noise has no 'degrees' to vary; it has deviation"):
        vary(document, "augmentation.Noise.degrees", "10,20")


def test_what_is_varied_follows_entries_of_lists() -> None:
    document = drawn(augmentation="noise, rotate, noise", turns="one:nodes=hidden+scores:objectives=entropy")
    assert value_now(document, "turns.one.fresh") is False
    assert value_now(document, "turns.one.steps") == 1
    for name, span in (
        ("augmentation.Noise.deviation", "0.1,0.2"),
        ("augmentation.Noise2.deviation", "0.3,0.4"),
        ("augmentation.Rotate.degrees", "5,10"),
        ("turns.one.steps", "1,2"),
    ):
        vary(document, name, span)
    noise, rotate, other = document.training.augmentation
    with document.edit("Take the first away and add one"):
        set_list(document, "augmentation", [other, rotate, noise], [2, 1, None])
        turn = msgspec.structs.replace(document.training.turns[0], name="all")
        set_list(document, "turns", [turn], [0])
    over = {axis.name: axis.values for axis in document.sweep.over}
    assert over == {
        "augmentation.Noise.deviation": (0.3, 0.4),
        "augmentation.Rotate.degrees": (5, 10),
        "turns.all.steps": (1, 2),
    }
    check_sweep(document)


def test_a_node_that_is_bypassed_has_nothing_to_vary() -> None:
    document = drawn()
    with document.edit("Draw"):
        document.model.add("Dropout", {"p": 0.5}, name="drop")
        document.model.connect("hidden", "drop")
    vary(document, "drop.p", "0.1,0.5")
    with document.edit("Bypass"):
        document.model.bypass("drop")
    with pytest.raises(ParameterError, match=r"'drop' is bypassed, so drop\.p would change nothing"):
        check_sweep(document)
    with pytest.raises(ParameterError, match="bypassed"):
        vary(document, "drop.p", "0.2")
