"""Block definitions: ports that follow, parameters, nesting, files, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.catalog import make_layer
from graph.document import Document
from graph.errors import DocumentError, FileError, LayerloomError, ParameterError
from graph.storage.loom import dumps, loads
from tests.support.block_drawings import chain, model, problems, recurrent, wire
from tests.support.typed import known

FC = ("fc", "Linear", {"out_features": "channels"})


def plain(**arguments: Any) -> Document:
    """One block ``unit`` of definition Unit(channels=6) between ``image`` and ``result``."""
    document = Document("Plain")
    with document.edit("Draw"):
        chain(document.add_block("Unit", {"channels": 6}), FC, ("tanh", "Tanh", {}))
        model(document, ("unit", "Block", {"definition": "Unit", "arguments": arguments}))
    return document


def splitter() -> Document:
    """A block with two inputs and two outputs, all wired."""
    document = Document("Split")
    with document.edit("Draw"):
        block = document.add_block("Both")
        for at, name in enumerate(("left", "right")):
            block.add("Input", {"shape": [6]}, name=name, at=(0, 100 * at))
            block.add("Output", name=f"{name}_out", at=(400, 100 * at))
            wire(block, f"{name} > {name}_out")
        graph = document.model
        for name in ("a", "b"):
            graph.add("Input", {"shape": [6]}, name=name)
            graph.add("Output", name=f"{name}_result")
        graph.add("Block", {"definition": "Both"}, name="both")
        wire(graph, "a > both.left", "b > both.right", "both.left_out > a_result", "both.right_out > b_result")
    return document


def wires(document: Document, graph: str = "") -> set[str]:
    return {str(wire) for wire in document.graphs[graph].wires()}


WIRED = {"a.out -> both.left", "b.out -> both.right", "both.left_out -> a_result.x", "both.right_out -> b_result.x"}


# Ports


def test_ports_stand_in_the_order_of_the_drawing() -> None:
    document = splitter()
    assert known(document.model.node("both").layer).inputs == ("left", "right")
    with document.edit("Move"):
        document.graphs["Both"].move({"left": (0, 500)})
    assert known(document.model.node("both").layer).inputs == ("right", "left")
    assert known(document.model.node("both").layer).results == ("left_out", "right_out")
    assert wires(document) == WIRED
    document.undo()
    assert known(document.model.node("both").layer).inputs == ("left", "right")


def test_wires_follow_a_renamed_port() -> None:
    document = splitter()
    with document.edit("Rename"):
        document.graphs["Both"].rename("left", "first")
        document.graphs["Both"].rename("right_out", "second_out")
    assert wires(document) == {
        "a.out -> both.first",
        "b.out -> both.right",
        "both.left_out -> a_result.x",
        "both.second_out -> b_result.x",
    }
    assert problems(document) == []
    document.undo()
    assert wires(document) == WIRED


def test_two_ports_swap_their_names() -> None:
    document = splitter()
    with document.edit("Swap"):
        for old, new in (("left", "spare"), ("right", "left"), ("spare", "right")):
            document.graphs["Both"].rename(old, new)
    layer = document.model.node("both").layer
    assert known(layer).inputs == ("right", "left")
    assert {"a.out -> both.right", "b.out -> both.left"} <= wires(document)
    document.undo()
    assert wires(document) == WIRED


def test_wires_go_with_a_removed_port() -> None:
    document = splitter()
    before = dumps(document)
    with document.edit("Delete"):
        document.graphs["Both"].remove(["right", "right_out"])
    assert wires(document) == {"a.out -> both.left", "both.left_out -> a_result.x"}
    assert dumps(loads(dumps(document))) == dumps(document)
    document.undo()
    assert dumps(document) == before


def test_a_new_port_waits_for_a_wire() -> None:
    document = splitter()
    with document.edit("Add"):
        document.graphs["Both"].add("Input", name="third", at=(0, 900))
    assert wires(document) == WIRED
    assert problems(document) == ["'both' has nothing on its input 'third'; connect a wire to it."]


def test_carried_states_follow_renamed_ports() -> None:
    document = recurrent()
    before = dumps(document)
    with document.edit("Rename"):
        document.graphs["Step"].rename("h", "memory")
        document.graphs["Step"].rename("y", "state")
    assert known(document.model.node("scan").layer).carry == {"memory": "state"}
    assert "scan.last_state -> last.x" in wires(document)
    assert problems(document) == []
    document.undo()
    assert dumps(document) == before


def test_constants_follow_renamed_ports() -> None:
    document = Document("Context")
    with document.edit("Draw"):
        block = document.add_block("Step")
        for at, name in enumerate(("x", "context")):
            block.add("Input", {"shape": [3]}, name=name, at=(0, 100 * at))
        block.add("Add", name="add")
        block.add("Output", name="y")
        wire(block, "x > add.x0", "context > add.x1", "add > y")
        document.model.add("Scan", {"definition": "Step", "constant": ["context"]}, name="scan")
    with document.edit("Rename"):
        block.rename("context", "whole")
    assert known(document.model.node("scan").layer).constant == ("whole",)


def test_wires_go_with_a_state_that_is_no_longer_carried() -> None:
    document = recurrent()
    before = dumps(document)
    with document.edit("Forget"):
        document.model.set("scan", carry={})
    assert "scan.last_y -> last.x" not in wires(document)
    assert dumps(loads(dumps(document))) == dumps(document)
    document.undo()
    assert dumps(document) == before


# Parameters


def test_arguments_reach_the_inside() -> None:
    assert plain().types()["unit"][0].shape[1] == 6
    assert plain(channels=9).types()["unit"][0].shape[1] == 9


def test_other_defaults_reach_the_uses() -> None:
    document = plain()
    before = dumps(document)
    with document.edit("Widen"):
        document.set_block("Unit", {"channels": 8})
    assert document.types()["unit"][0].shape[1] == 8
    assert document.types("Unit")["fc"][0].shape[1] == 8
    document.undo()
    assert dumps(document) == before
    assert document.types()["unit"][0].shape[1] == 6


def test_an_argument_goes_with_its_parameter() -> None:
    document = plain(channels=9)
    with document.edit("Spare"):
        document.set_block("Unit", {"channels": 6, "spare": 1})
        document.model.set("unit", arguments={"channels": 9, "spare": 4})
    before = dumps(document)
    with document.edit("Remove"):
        document.set_block("Unit", {"channels": 6})
    assert known(document.model.node("unit").layer).arguments == {"channels": 9}
    assert dumps(loads(dumps(document))) == dumps(document)
    document.undo()
    assert dumps(document) == before


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("channels", 6),
        ("channels * 4", 24),
        ("channels + 2 * channels - 1", 17),
        ("channels // 4", 1),
        ("channels % 4", 2),
        ("-channels + 8", 2),
        ("(channels + 1) * (channels - 1)", 35),
    ],
)
def test_expressions(text: str, value: int) -> None:
    document = plain()
    with document.edit("Set"):
        document.graphs["Unit"].set("fc", out_features=text)
    assert known(document.graphs["Unit"].node("fc").layer).out_features == value
    assert document.types()["unit"][0].shape[1] == value
    again = loads(dumps(document))
    assert again.graphs["Unit"].node("fc").expressions == {"out_features": text}
    assert dumps(again) == dumps(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("len(channels)", "uses a function call"),
        ("channels.real", "uses an attribute"),
        ("__import__('os').system('x')", "uses a"),
        ("channels[0]", "uses 'Subscript'"),
        ("channels ** 9999", "uses 'Pow'"),
        ("channels / 2", "uses 'Div'"),
        ("lambda: 1", "uses 'Lambda'"),
        ("[x for x in channels]", "uses 'ListComp'"),
        ("1.5", "the value 1.5"),
        ("'a' * 9", "the value 'a'"),
        ("True", "the value True"),
        ("channels +", "is not an expression"),
        ("", "is not an expression"),
        ("channels // (channels - 6)", "divides by 0"),
        ("ghost", "unknown name 'ghost'; known names: channels"),
        ("channels - 6", "must be an integer >= 1, got 0"),
        ("channels * " * 40 + "1", "at most 200"),
        ("9" * 30, "the value 9999"),
    ],
)
def test_expressions_that_are_refused(text: str, message: str) -> None:
    document = plain()
    before = dumps(document)
    with pytest.raises(ParameterError, match="Linear 'fc': ") as refused, document.edit("Set"):
        document.graphs["Unit"].set("fc", out_features=text)
    assert message in str(refused.value).replace("\\", "")
    assert str(refused.value).count(". ") == 0
    assert dumps(document) == before


@pytest.mark.parametrize("argument", ["f(3)", "channels.real", "ghost", "1 //", 0, -1, 10**12])
def test_arguments_that_do_not_work_are_problems_at_the_node(argument: int | str) -> None:
    (message,) = problems(plain(channels=argument))
    assert message.startswith("'unit': ")


@pytest.mark.parametrize("argument", [2.5, True, None, [1], {"a": 1}])
def test_arguments_that_are_no_numbers_are_refused(argument: Any) -> None:
    document = plain()
    with pytest.raises(ParameterError), document.edit("Set"):
        document.model.set("unit", arguments={"channels": argument})


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda d: d.model.set("unit", arguments={"ghost": 1}), "The block 'Unit' has no parameter 'ghost'; it has"),
        (lambda d: d.model.set("unit", inputs=["q"]), "has no parameter 'inputs'"),
        (lambda d: d.model.set("unit", repeat=0), "repeat must be an integer from 1"),
        (lambda d: d.model.add("Block", {"definition": "Ghost"}), "There is no block 'Ghost'"),
        (lambda d: d.model.add("Block", {}), "There is no block ''"),
        (lambda d: d.graphs["Unit"].add("Block", {"definition": "Unit"}), "a block may not contain itself"),
        (lambda d: d.graphs["Unit"].add("Scan", {"definition": "Unit"}), "a block may not contain itself"),
        (lambda d: d.set_block("Unit", {"channels": 1.5}), "out_features must be an integer >= 1, got 1.5"),
        (lambda d: d.set_block("Unit", {"channels": [1]}), "must be an integer, a number, true or false, or a word"),
        (lambda d: d.set_block("Unit", {"two words": 1}), "cannot name a block parameter"),
        (lambda d: d.set_block("Unit", {}), "unknown name 'channels'"),
        (lambda d: d.set_block("Ghost", {}), "There is no block 'Ghost'"),
        (lambda d: d.add_block("Unit"), "There is already a block 'Unit'"),
        (lambda d: d.add_block("class"), "cannot name a block"),
        (lambda d: d.remove_block("Unit"), "is used by 'unit'"),
        (lambda d: d.remove_block("Ghost"), "There is no block 'Ghost'"),
    ],
)
def test_mutations_that_are_refused(write: Callable[[Document], Any], message: str) -> None:
    document = plain()
    before = dumps(document)
    with pytest.raises(LayerloomError) as refused, document.edit("Try"):
        write(document)
    assert message in str(refused.value)
    assert dumps(document) == before


def test_blocks_may_not_contain_each_other() -> None:
    document = plain()
    with document.edit("Outer"):
        document.add_block("Outer").add("Block", {"definition": "Unit"}, name="unit")
    with pytest.raises(DocumentError, match="The block 'Unit' cannot contain 'Outer'"), document.edit("Cycle"):
        document.graphs["Unit"].add("Block", {"definition": "Outer"})


# Problems inside


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.disconnect("tanh", "x"), "'unit': in block 'Unit', 'tanh': nothing is connected to its "),
        (lambda b: b.add("Target", name="t"), "'unit': in block 'Unit', 't': targets and objectives belong into the "),
        (
            lambda b: (b.add("Conv2d", name="conv"), b.connect("fc", "conv")),
            "'unit': in block 'Unit', 'conv': Conv2d expects",
        ),
        (
            lambda b: (b.add("Softmax", {"dim": 5}, name="soft"), b.connect("fc", "soft")),
            "'unit': in block 'Unit', 'soft': Softmax has dim=5, but its input has 2 axes",
        ),
    ],
)
def test_what_is_wrong_inside_is_said_at_the_node(change: Callable[[Any], Any], message: str) -> None:
    document = plain()
    with document.edit("Break"):
        change(document.graphs["Unit"])
    (found,) = problems(document)
    assert found.startswith(message)


def test_an_axis_out_of_range_is_said_at_the_node() -> None:
    document = Document("Axis")
    with document.edit("Draw"):
        model(document, ("soft", "Softmax", {"dim": 3}))
    (message,) = problems(document)
    assert message == "'soft': Softmax has dim=3, but its input has 2 axes: use -2 to 1."


def test_repeating_needs_one_way_in_and_out() -> None:
    document = splitter()
    with document.edit("Repeat"):
        document.model.set("both", repeat=2)
    assert "A block in sequence needs one input and one output" in problems(document)[0]


# Nesting


def nested(depth: int, times: int = 1) -> Document:
    document = Document("Nested")
    with document.edit("Draw"):
        chain(document.add_block("B0"), ("fc", "Linear", {"out_features": 6}))
        for level in range(1, depth):
            inner = {"definition": f"B{level - 1}"}
            chain(document.add_block(f"B{level}"), *((f"b{at}", "Block", inner) for at in range(times)))
        model(document, ("top", "Block", {"definition": f"B{depth - 1}"}))
    return document


def test_blocks_within_blocks() -> None:
    document = nested(5, times=3)
    assert problems(document) == []
    assert summarize(document).parameters == 3**4 * 42
    assert summarize(document).macs == 3**4 * 36
    with document.edit("Change"):
        document.graphs["B0"].set("fc", out_features=5)
    assert document.types()["top"][0].shape[1] == 5


@pytest.mark.parametrize(
    ("depth", "times", "message"),
    [(40, 1, "more than 32 blocks lie within each other"), (25, 2, "holds more than 20,000 layers")],
)
def test_too_much_is_a_problem_not_a_wait(depth: int, times: int, message: str) -> None:
    document = nested(depth, times)
    (found,) = problems(document)
    assert found.startswith("'top': ")
    assert message in found
    summarize(document)


def test_repeating_a_repetition_too_often() -> None:
    document = nested(3)
    with document.edit("Repeat"):
        for name in ("B1", "B2"):
            document.graphs[name].set("b0", repeat=10_000)
    assert "holds more than 20,000 layers" in problems(document)[0]


def test_repetitions_by_expression() -> None:
    document = plain()
    with document.edit("Draw"):
        inner = ("units", "Block", {"definition": "Unit", "arguments": {"channels": "width"}, "repeat": "times"})
        chain(document.add_block("Stage", {"width": 6, "times": 2}), inner)
        document.model.replace("unit", document.model.node("unit").layer)
        document.model.set("unit", definition="Stage", arguments={"width": 6, "times": 5})
    assert problems(document) == []
    assert summarize(document).parameters == 5 * 42
    with document.edit("None"):
        document.model.set("unit", arguments={"width": 6, "times": 0})
    assert "'unit': in block 'Stage', 'units': Block: repeat must be an integer from 1" in problems(document)[0]


# Files


def test_files_round_trip() -> None:
    for document in (plain(channels=9), splitter(), nested(4, 2), recurrent(arguments={"hidden": 5})):
        text = dumps(document)
        again = loads(text)
        assert dumps(again) == text
        assert problems(again) == problems(document)
        assert again.types() == document.types()


def test_blocks_may_stand_in_any_order_in_a_file() -> None:
    content = json.loads(dumps(nested(3)))
    content["blocks"] = dict(reversed(content["blocks"].items()))
    assert dumps(loads(json.dumps(content))) == dumps(nested(3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["blocks"]["B0"]["nodes"][1].update(layer="Block", parameters={"definition": "B2"}), "itself"),
        (lambda c: c["blocks"]["B1"]["nodes"][1]["parameters"].update(definition="Ghost"), "no block 'Ghost'"),
        (lambda c: c["nodes"][1]["parameters"].update(arguments={"ghost": 1}), "no parameter 'ghost'"),
        (lambda c: c["nodes"][1]["parameters"].update(inputs=["q"]), "has no parameter 'inputs'"),
        (lambda c: c["nodes"][1]["inputs"].update(ghost="image"), "has no input 'ghost'"),
        (lambda c: c["blocks"]["B0"].update(parameters={"size": [9]}), "size must be an integer, a number"),
        (lambda c: c["blocks"]["B0"].update(parameters={"import": 1}), "cannot name a block parameter"),
        (lambda c: c["blocks"]["B0"]["nodes"][1]["parameters"].update(out_features="f(1)"), "a function call"),
        (lambda c: c["blocks"].update({"a b": {"nodes": []}}), "cannot name a block"),
    ],
)
def test_files_that_are_refused(change: Callable[[dict[str, Any]], Any], message: str) -> None:
    content = json.loads(dumps(nested(3)))
    change(content)
    with pytest.raises(FileError) as refused:
        loads(json.dumps(content))
    assert message in str(refused.value)
    assert str(refused.value).count(". ") == 0


# What is remembered of a block


def test_a_use_follows_what_changes_deep_inside() -> None:
    document = nested(4)
    assert document.types()["top"][0].shape[1] == 6
    for features in (5, 7):
        with document.edit("Change"):
            document.graphs["B0"].set("fc", out_features=features)
        assert document.types()["top"][0].shape[1] == features
        assert summarize(document).parameters == features * 7
    document.undo()
    assert document.types()["top"][0].shape[1] == 5


def test_every_use_of_a_block_that_refuses_says_so() -> None:
    document = plain()
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [3, 4, 5, 6, 7]}, name="other")
        document.graphs["Unit"].replace("tanh", make_layer("Conv2d", {"out_channels": 3}))
        for name in ("first", "second"):
            document.model.add("Block", {"definition": "Unit"}, name=name)
            document.model.connect("other", name)
    found = [message for message in problems(document) if "first" in message or "second" in message]
    assert len(found) == 2
    assert found[0].replace("first", "") == found[1].replace("second", "")
    assert problems(document) == problems(document)


def test_a_named_size_is_no_parameter_of_the_same_name() -> None:
    """A size that only the data knows, called like a block's parameter, which is known when the model is built."""
    document = Document("Named")
    with document.edit("Draw"):
        chain(document.add_block("Inner"), ("relu", "ReLU", {}))
        outer = document.add_block("Outer", {"T": 6})
        inner, end = ("inner", "Block", {"definition": "Inner"}), ("end", "Linear", {"out_features": 5})
        chain(outer, ("fc", "Linear", {"out_features": "T"}), inner, end)
        model(document, ("outer", "Block", {"definition": "Outer"}))
        chain(document.model, ("same", "Block", {"definition": "Inner"}), shape=("T",), ends=("series", "last"))
    assert problems(document) == []
    assert "self.end = nn.Linear(T, 5)" in compile_source(document).text


def test_blocks_are_found_where_they_are_used() -> None:
    document = nested(4, times=2)
    index = document.block_index
    assert index.within(["B3"]) == {"B0", "B1", "B2", "B3"}
    assert index.around("B1") == {"B1", "B2", "B3", ""}
    assert sorted(index.users("B0")) == [("B1", "b0"), ("B1", "b1")]
    with document.edit("Rename"):
        document.graphs["B1"].rename("b0", "first")
    with document.edit("Delete"):
        document.graphs["B1"].remove(["b1"])
    assert index.users("B0") == [("B1", "first")]
    document.undo()
    document.undo()
    assert sorted(index.users("B0")) == [("B1", "b0"), ("B1", "b1")]
