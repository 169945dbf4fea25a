"""Nodes that go into a block or come out of it keep their tied weights, and learn as they did."""

from __future__ import annotations

import zlib

import pytest
import torch
from torch import nn

from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from compiler.to_python.state import own_state
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits.grouping import group, unpack
from graph.edits.passing import move_in, move_out
from graph.edits.setting.sweeping import check_sweep, vary
from graph.errors import DocumentError
from graph.problems import fixes
from graph.problems.checks import errors
from graph.recipe.turns import Turn
from graph.storage.loom import dumps
from tests.compiler.test_tied_weights import words


def rounds() -> Document:
    """Two blocks in each other and a scorer, with one matrix for a table, a layer in the inner block and the scores."""
    d = Drawing("Rounds")
    with d.block("Inner") as b:
        b.output(b.linear(b.input("T", 4, name="x"), 4, name="fc"), name="y")
    with d.block("Outer") as b:
        x = b.use("Inner", b.input("T", 4, name="x"), name="inner").relu().linear(4, name="mid")
        b.output(x.linear(4, name="again", ties={"weight": "mid.weight"}), name="y")
    x = d.input("T", dtype="int64", name="text").embedding(9, 4, name="table").linear(4, name="first")
    x = d.use("Outer", x, name="outer", ties={"inner.fc.weight": "first.weight"})
    x = x.linear(4, name="behind")
    d.output(x.linear(9, name="head", ties={"weight": "table.weight"}), name="scores")
    return d.finish()


def computed(document: Document) -> tuple[torch.Tensor, int]:
    """What the model gives with weights that follow from their layers' names, and their number."""
    assert not errors(document)
    module = build(compile_source(document))
    with torch.no_grad():
        for name, weight in module.named_parameters():
            phase = zlib.crc32(".".join(name.split(".")[-2:]).encode()) % 100
            weight.copy_((torch.arange(weight.numel()) + phase).sin().reshape(weight.shape))
    assert isinstance(module, nn.Module)
    return module(torch.arange(6).reshape(2, 3) % 9), sum(value.numel() for value in own_state(module).values())


@pytest.mark.parametrize(
    ("names", "ties", "inside"),
    [
        (["first"], {}, {"inner": {"fc.weight": "first.weight"}}),
        (["behind"], {"inner.fc.weight": "first.weight"}, {}),
        (["head", "behind"], {"inner.fc.weight": "first.weight", "head.weight": "table.weight"}, {}),
        (["table", "first"], {}, {"inner": {"fc.weight": "first.weight"}}),
        (
            ["table", "first", "head", "behind"],
            {},
            {"inner": {"fc.weight": "first.weight"}, "head": {"weight": "table.weight"}},
        ),
    ],
)
def test_nodes_go_into_a_block_with_their_ties(
    names: list[str], ties: dict[str, str], inside: dict[str, dict[str, str]]
) -> None:
    document = rounds()
    before, text = computed(document), dumps(document)
    move_in(document, "", names, "outer")
    assert document.model.node("outer").ties == ties
    found = {name: node.ties for name, node in document.graphs["Outer"].nodes.items() if node.ties}
    assert found == {"again": {"weight": "mid.weight"}, **inside}
    assert torch.equal(computed(document)[0], before[0])
    assert computed(document)[1] == before[1]
    move_out(document, "Outer", names)
    assert torch.equal(computed(document)[0], before[0])
    assert document.model.node("outer").ties == {"inner.fc.weight": "first.weight"}
    assert document.model.node("head").ties == {"weight": "table.weight"}
    document.undo()
    document.undo()
    assert dumps(document) == text


@pytest.mark.parametrize("names", [["inner"], ["mid", "again"], ["inner", "relu1", "mid", "again"]])
def test_nodes_come_out_of_a_block_with_their_ties(names: list[str]) -> None:
    document = rounds()
    before, text = computed(document), dumps(document)
    move_out(document, "Outer", names)
    assert torch.equal(computed(document)[0], before[0])
    assert computed(document)[1] == before[1]
    document.undo()
    assert dumps(document) == text


def test_a_block_does_not_come_to_give_a_weight_and_take_another() -> None:
    document = rounds()
    text = dumps(document)
    with pytest.raises(DocumentError, match="'outer' would use a weight of 'first' and give one to 'again'; untie one"):
        move_out(document, "Outer", ["again"])
    assert dumps(document) == text


def test_a_drawing_around_both_follows() -> None:
    document = words()
    inner = group(document, "", ["middle", "tanh1"], "Inner")
    outer = group(document, "", ["table", inner], "Outer")
    before = computed(document)
    assert document.model.node("head").ties == {"weight": f"{outer}.table.weight"}
    move_in(document, "Outer", ["table"], inner)
    assert document.model.node("head").ties == {"weight": f"{outer}.{inner}.table.weight"}
    assert torch.equal(computed(document)[0], before[0])
    move_out(document, "Inner", ["table"])
    assert document.model.node("head").ties == {"weight": f"{outer}.table.weight"}
    assert torch.equal(computed(document)[0], before[0])


def test_nodes_learn_in_a_block_as_they_did_or_stay_out() -> None:
    document = words()
    node = group(document, "", ["middle", "tanh1"], "Half")
    for change, message in (
        ({"frozen": True}, f"'{node}' is frozen, and 'table' would be, too; unfreeze it, or freeze both."),
        ({"l2": 0.1}, f"'{node}' has an l2 of its own, which 'table' would take; give 'table' one, too."),
    ):
        with document.edit("Change"):
            document.model.alter(node, **change)
        with pytest.raises(DocumentError, match=message):
            move_in(document, "", ["table"], node)
        move_out(document, "Half", ["middle"])
        middle = document.model.node("middle")
        assert {key: getattr(middle, key) for key in change} == change
        document.undo()
        document.undo()


def test_turns_and_sweeps_follow() -> None:
    document = words()
    with document.edit("Settings"):
        document.set_training(turns=[Turn(name="one", nodes=("table", "head")), Turn(name="two", nodes=("middle",))])
    vary(document, "middle.out_features", "4")
    vary(document, "head.out_features", "9")

    def told() -> tuple[list[str], list[tuple[str, ...]]]:
        check_sweep(document)
        return [axis.name for axis in document.sweep.over], [turn.nodes for turn in document.training.turns]

    node = group(document, "", ["middle"], "Half")
    assert told() == (["Half/middle.out_features", "head.out_features"], [("table", "head"), (node,)])
    with pytest.raises(DocumentError, match=f"'head' learns in the turn 'one' and '{node}' in 'two'"):
        move_in(document, "", ["head"], node)
    move_in(document, "", ["tanh1"], node)
    move_out(document, "Half", ["middle"])
    assert told() == (["middle.out_features", "head.out_features"], [("table", "head"), (node, "middle")])
    other = group(document, "", ["head"], "Other")
    assert told()[0] == ["middle.out_features", "Other/head.out_features"]
    unpack(document, "", other)
    assert told()[0] == ["middle.out_features", "head.out_features"]


def mixed(repeat: int) -> Document:
    """A block whose matrix is that of a layer outside of it, and whose other one is used by a layer outside of it."""
    d = Drawing("Mixed")
    for name in ("Taking", "Giving"):
        with d.block(name) as b:
            b.output(b.input("T", 4, name="x").linear(4, name="fc"), name="y")
    x = d.input("T", 4, name="x").linear(4, name="first")
    x = d.use("Taking", x, name="taking", ties={"fc.weight": "first.weight"})
    x = d.use("Giving", x, name="giving")
    d.output(x.linear(4, name="last", ties={"weight": "giving.fc.weight"}), name="y")
    document = d.finish()
    with document.edit("Repeat"):
        document.model.set("taking", repeat=repeat)
        document.model.set("giving", repeat=repeat)
    return document


def test_a_repetition_asks_which_of_its_weights_is_tied_and_takes_back_the_one_that_is_left() -> None:
    document, once = mixed(2), dumps(mixed(1))
    found = {problem.node: problem for problem in errors(document)}
    assert found["taking"].message == (
        "'taking': its 'fc.weight' is tied to another weight, but it is there 2 times as the block is repeated now, as "
        "'0.fc.weight' to '1.fc.weight'; name one."
    )
    assert "but in 'giving' it is there 2 times as the block is repeated now" in found["last"].message
    for problem in found.values():
        fixes.apply(document, problem)
    assert document.model.node("taking").ties == {"0.fc.weight": "first.weight"}
    assert document.model.node("last").ties == {"weight": "giving.0.fc.weight"}
    assert "taking.0.fc.weight" not in own_state(build(compile_source(document)))
    with document.edit("Once"):
        document.model.set("taking", repeat=1)
        document.model.set("giving", repeat=1)
    found = {problem.node: problem for problem in errors(document)}
    assert "but as often as the block is repeated now, that is 'fc.weight'." in found["taking"].message
    for problem in found.values():
        fixes.apply(document, problem)
    assert dumps(document) == once


def test_a_repetition_that_is_gone_takes_its_tie_along_only_when_told() -> None:
    document = mixed(1)
    with document.edit("Repeat"):
        document.model.set("taking", repeat=3)
        document.model.alter("taking", ties=dict.fromkeys(("0.fc.weight", "2.fc.weight"), "first.weight"))
    assert not errors(document)
    with document.edit("Repeat"):
        document.model.set("taking", repeat=2)
    (problem,) = errors(document)
    assert "its '2.fc.weight' is tied to another weight" in problem.message
    fixes.apply(document, problem)
    assert document.model.node("taking").ties == {"0.fc.weight": "first.weight"}
    assert not errors(document)


def test_what_is_not_there_gives_no_weights_and_unpacking_says_so() -> None:
    d = Drawing("Gated")
    with d.block("Gated", gated=True) as b:
        x = b.linear(b.input(4, name="x"), 4, name="a", when="gated")
        b.output(x.linear(4, name="c", ties={"weight": "a.weight"}), name="y")
    d.output(d.use("Gated", d.input(4, name="x"), name="use", gated=False), name="out")
    document = d.finish()
    text = dumps(document)
    assert "its weight is tied to 'a.weight', but 'a' has no such weight" in errors(document)[0].message
    with pytest.raises(DocumentError, match="'c' uses weights of 'a', which is not there as 'use' uses the block"):
        unpack(document, "", "use")
    assert dumps(document) == text
