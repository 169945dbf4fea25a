"""Shapes: what flows, what is wrong, and that following edits comes to the same as starting over."""

from __future__ import annotations

import pytest

from graph.document import Document
from graph.problems.fixes import apply
from graph.records import Problem
from graph.storage.loom import dumps, loads
from tests.support.typed import known


def drawn(*layers: tuple[str, str, dict[str, object]], wires: str = "") -> Document:
    """A document of ``(name, kind, parameters)``; ``wires`` as ``a>b b>c.port``."""
    document = Document("Drawn")
    with document.edit("Draw"):
        for name, kind, parameters in layers:
            document.model.add(kind, parameters, name=name)
        for wire in wires.split():
            source, target = wire.split(">")
            name, _, port = target.partition(".")
            document.model.connect(source, name, port or None)
    return document


def shapes(document: Document) -> dict[str, str]:
    return {name: ", ".join(map(str, types)) for name, types in document.types().items()}


def lenet() -> Document:
    return drawn(
        ("image", "Input", {"shape": [1, 32, 32]}),
        ("c1", "Conv2d", {"out_channels": 6, "kernel_size": 5}),
        ("s2", "AvgPool2d", {}),
        ("flat", "Flatten", {}),
        ("fc", "Linear", {"out_features": 10}),
        ("label", "Target", {}),
        ("xent", "CrossEntropy", {}),
        ("scores", "Output", {}),
        wires="image>c1 c1>s2 s2>flat flat>fc fc>xent.prediction label>xent.target fc>scores",
    )


def test_shapes_flow() -> None:
    document = lenet()
    assert not document.problems()
    assert shapes(document) == {
        "image": "(N, 1, 32, 32)",
        "c1": "(N, 6, 28, 28)",
        "s2": "(N, 6, 14, 14)",
        "flat": "(N, 1176)",
        "fc": "(N, 10)",
        "label": "(N,) int64",
        "xent": "()",
        "scores": "(N, 10)",
    }


def test_named_sizes_flow() -> None:
    document = drawn(
        ("image", "Input", {"shape": [3, "16*h", "W"]}),
        ("conv", "Conv2d", {"out_channels": 8, "stride": 2, "padding": 1}),
        ("pool", "MaxPool2d", {}),
        wires="image>conv conv>pool",
    )
    assert shapes(document)["conv"] == "(N, 8, 8*h, (W + 1)//2)"
    assert shapes(document)["pool"] == "(N, 8, 4*h, (W + 1)//4)"


def test_an_edit_changes_what_is_behind_it_only() -> None:
    document = lenet()
    before = dict(document.types())
    with document.edit("Set"):
        document.model.set("s2", kernel_size=4)
    after = document.types()
    assert {name for name in before if before[name] != after[name]} == {"s2", "flat"}
    assert after["c1"] is before["c1"]


def test_a_problem_stops_at_its_node() -> None:
    document = lenet()
    with document.edit("Set"):
        document.model.set("c1", kernel_size=40)
    assert set(document.problems()) == {"c1"}
    problem = document.problems()["c1"]
    assert (problem.node, problem.port, problem.severity) == ("c1", "x", "error")
    assert problem.message.startswith("'c1': Conv2d has a window of 40x40, larger than its padded input of 32x32")
    assert set(document.types()) == {"image", "label"}
    document.undo()
    assert not document.problems()
    assert shapes(document)["fc"] == "(N, 10)"


def test_an_open_input_is_a_problem() -> None:
    document = lenet()
    with document.edit("Disconnect"):
        document.model.disconnect("xent", "target")
    problem = document.problems()["xent"]
    assert problem.message == "'xent' has nothing on its input 'target'; connect a wire to it."
    assert problem.port == "target"


def test_a_deleted_node_takes_its_problem_along() -> None:
    document = drawn(("relu", "ReLU", {}))
    assert "relu" in document.problems()
    with document.edit("Delete"):
        document.model.remove(["relu"])
    assert not document.problems()
    assert not document.types()


def test_a_renamed_node_takes_its_type_and_problem_along() -> None:
    document = lenet()
    with document.edit("Rename"):
        document.model.rename("fc", "dense")
        document.model.disconnect("flat", "x")
    assert set(document.problems()) == {"flat"}
    with document.edit("Rename"):
        document.model.rename("flat", "vector")
    assert set(document.problems()) == {"vector"}
    assert "'vector'" in document.problems()["vector"].message
    document.undo()
    document.undo()
    assert not document.problems()
    assert "dense" not in document.types()


@pytest.mark.parametrize(
    ("shape", "kind", "parameters", "said"),
    [
        ([10], "Conv2d", {}, "Conv2d expects (N, C, H, W), got (N, 10)."),
        (["C", 8, 8], "Conv2d", {}, "needs the channel axis to be a fixed number, got C"),
        ([3, 8, 8], "Conv2d", {"out_channels": 4, "groups": 2}, "groups=2, which must divide its 3 input channels"),
        ([3, 8, 8], "BatchNorm2d", {}, ""),
        (["T", "F"], "Linear", {}, "needs the last axis to be a fixed number, got F"),
        ([4], "Flatten", {"start_dim": 3}, "dim=3, but its input has 2 axes: use -2 to 1"),
        ([3, 2, 2], "MaxPool2d", {"kernel_size": 3}, "larger than its padded input of 2x2"),
        ([3, 4, 4], "Conv2d", {"padding": 4, "padding_mode": "reflect"}, "pads 4 values, more than an axis of 4"),
    ],
)
def test_refusals_name_what_they_got(shape: list[object], kind: str, parameters: dict[str, object], said: str) -> None:
    document = drawn(("image", "Input", {"shape": shape}), ("node", kind, parameters), wires="image>node")
    problems = document.problems()
    assert ("node" in problems) == bool(said)
    if said:
        assert said in problems["node"].message


def test_joins_name_the_port_at_fault() -> None:
    document = drawn(
        ("a", "Input", {"shape": [3, 8, 8]}),
        ("b", "Input", {"shape": [3, 4, 8]}),
        ("c", "Input", {"shape": [3, 8, 1]}),
        ("add", "Add", {}),
        ("cat", "Concat", {}),
        wires="a>add c>add b>add a>cat c>cat",
    )
    assert document.problems()["add"].port == "x2"
    assert "(N, 3, 8, 8) and (N, 3, 4, 8)" in document.problems()["add"].message
    assert document.problems()["cat"].port == "x1"


def test_a_gap_between_many_inputs_does_not_matter() -> None:
    document = drawn(("a", "Input", {"shape": [4]}), ("add", "Add", {}), wires="a>add.x3 a>add.x11")
    assert shapes(document)["add"] == "(N, 4)"


def test_a_fix_repairs_in_one_step() -> None:
    document = drawn(
        ("image", "Input", {"shape": [10, 4, 4]}),
        ("label", "Target", {}),
        ("xent", "CrossEntropy", {}),
        wires="image>xent.prediction label>xent.target",
    )
    problem = document.problems()["xent"]
    assert problem.fix.label == "Insert Flatten"
    steps = len(document.history)
    apply(document, problem)
    assert not document.problems()
    assert len(document.history) == steps + 1
    assert [node.kind for node in document.model.nodes.values()].count("Flatten") == 1


def test_a_fix_for_a_drawing_that_has_changed_is_refused() -> None:
    document = lenet()
    with pytest.raises(Exception, match="no fix"):
        apply(document, Problem("nothing", "c1"))


def test_following_edits_comes_to_the_same_as_starting_over() -> None:
    document = lenet()
    for step in range(8):
        with document.edit("Edit"):
            document.model.set("c1", kernel_size=step + 1, padding=step // 2)
            if step % 3 == 0:
                document.model.disconnect("flat", "x")
            else:
                document.model.connect("s2" if step % 2 else "c1", "flat")
        fresh = loads(dumps(document))
        assert document.types() == fresh.types()
        assert document.problems() == fresh.problems()


def test_a_thousand_layers_in_a_row() -> None:
    layers = [("image", "Input", {"shape": [4]}), *((f"r{i}", "ReLU", {}) for i in range(1000))]
    document = drawn(*known(layers), wires=" ".join(f"{'image' if i == 0 else f'r{i - 1}'}>r{i}" for i in range(1000)))
    assert shapes(document)["r999"] == "(N, 4)"
    with document.edit("Set"):
        document.model.set("image", shape=[7])
    assert shapes(document)["r999"] == "(N, 7)"
