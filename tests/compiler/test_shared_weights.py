"""A node may use the weights of another: one module called twice, counted and stored once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from graph.edits.grouping import group
from graph.errors import DocumentError
from graph.problems import fixes
from graph.problems.checks import errors
from graph.storage.loom import dumps, loads
from tests.support.typed import known, there


def siamese() -> Document:
    """Two inputs through one linear layer, and the difference of the results."""
    document = Document("Siamese")
    model = document.model
    with document.edit("Draw"):
        for at, side in enumerate(("left", "right")):
            model.add("Input", {"shape": [6]}, name=side, at=(0, 100 * at))
            model.add("Linear", {"out_features": 4}, name=f"{side}_fc", at=(200, 100 * at))
            model.connect(side, f"{side}_fc")
        model.share("right_fc", "left_fc")
        model.add("Subtract", name="difference", at=(400, 0))
        model.connect("left_fc", "difference", model.open_ports("difference")[0])
        model.connect("right_fc", "difference", model.open_ports("difference")[1])
        model.add("Output", name="result", at=(600, 0))
        model.connect("difference", "result")
    return document


def only_problem(document: Document, graph: str = "") -> Any:
    (problem,) = errors(document, graph)
    assert problem.message.count(". ") == 0
    assert problem.message.endswith(".")
    return problem


def test_one_module_called_twice() -> None:
    source = compile_source(siamese())
    assert source.text.count("nn.Linear(") == 1
    assert source.text.count("self.left_fc(") == 2
    module = build(source)
    assert set(module.state_dict()) == {"left_fc.weight", "left_fc.bias"}
    x = torch.rand(3, 6)
    assert torch.equal(module(x, x), torch.zeros(3, 4))


def test_weights_are_counted_once_and_work_twice() -> None:
    document = siamese()
    rows = {row.name: row for row in summarize(document).layers}
    assert (rows["left_fc"].parameters, rows["right_fc"].parameters) == (28, 0)
    assert summarize(document).parameters == 28
    assert summarize(document).macs == 48


def test_one_initializer_in_onnx(tmp_path: Path) -> None:
    report = export(siamese(), None, tmp_path / "siamese.onnx")
    stored = [tensor.name for tensor in onnx.load(tmp_path / "siamese.onnx").graph.initializer]
    assert sorted(stored) == ["left_fc.bias", "left_fc.weight"]
    assert report.max_abs_diff < 1e-5


def test_files_keep_it() -> None:
    document = siamese()
    again = loads(dumps(document))
    assert again.model.node("right_fc").shares == "left_fc"
    assert dumps(again) == dumps(document)
    assert not errors(again)


@pytest.mark.parametrize("name", ["left_fc", "right_fc"])
def test_freezing_either_freezes_both(name: str) -> None:
    document = siamese()
    with document.edit("Freeze"):
        document.model.alter(name, frozen=True)
    module = build(compile_source(document))
    assert not any(weight.requires_grad for weight in module.parameters())


def test_an_owner_nothing_needs_still_gives_its_weights() -> None:
    document = siamese()
    with document.edit("Cut"):
        document.model.set("left_fc", weight_init="constant", weight_scale=0.5)
        document.model.set("right_fc", weight_init="constant", weight_scale=0.5)
        document.model.remove(["difference"])
        document.model.connect("right_fc", "result")
    module = build(compile_source(document))
    assert set(module.state_dict()) == {"left_fc.weight", "left_fc.bias"}
    assert torch.equal(known(module.left_fc).weight, torch.full((4, 6), 0.5))


def test_renaming_the_owner() -> None:
    document = siamese()
    with document.edit("Rename"):
        document.model.rename("left_fc", "embed")
    assert document.model.node("right_fc").shares == "embed"
    assert not errors(document)


def test_the_next_node_owns_the_weights_of_one_that_goes() -> None:
    document = siamese()
    with document.edit("Third"):
        document.model.add("Linear", {"out_features": 4}, name="third")
        document.model.connect("left", "third")
        document.model.share("third", "right_fc")
    assert document.model.node("third").shares == "left_fc"
    before = dumps(document)
    with document.edit("Freeze and delete"):
        document.model.alter("left_fc", frozen=True)
        document.model.remove(["left_fc"])
    assert document.model.node("right_fc").shares == ""
    assert document.model.node("right_fc").frozen
    assert document.model.node("third").shares == "right_fc"
    document.undo()
    assert dumps(document) == before
    document.redo()
    assert document.model.node("third").shares == "right_fc"
    document.undo()
    with document.edit("Delete both"):
        document.model.remove(["left_fc", "right_fc"])
    assert document.model.node("third").shares == ""
    document.undo()
    assert dumps(document) == before


def test_followers_come_along_when_their_owner_shares() -> None:
    document = siamese()
    with document.edit("Third"):
        document.model.add("Linear", {"out_features": 4}, name="third")
        document.model.connect("left", "third")
        document.model.share("left_fc", "third")
    nodes = document.model.nodes
    assert (nodes["left_fc"].shares, nodes["right_fc"].shares, nodes["third"].shares) == ("third", "third", "")
    assert not errors(document)
    with document.edit("Own"):
        document.model.share("right_fc", "")
    assert summarize(document).parameters == 56


def test_what_cannot_be_shared() -> None:
    document = siamese()
    with document.edit("Draw"):
        document.model.add("Linear", {"out_features": 5}, name="wide")
        document.model.add("ReLU", name="relu")
    before = dumps(document)
    for name, owner, message in (
        ("wide", "left_fc", "'wide' and 'left_fc' differ in out_features"),
        ("relu", "left_fc", "'relu' is a ReLU and 'left_fc' a Linear"),
        ("left_fc", "left_fc", "cannot share its own"),
        ("left_fc", "right_fc", "cannot share its own"),
        ("wide", "ghost", "There is no node 'ghost'"),
        ("left", "right", "has no weights to share"),
    ):
        with pytest.raises(DocumentError, match=message), document.edit("Share"):
            document.model.share(name, owner)
        assert dumps(document) == before


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ("ghost", "'right_fc': it shares the weights of 'ghost', but there is no such node."),
        ("x" * 5000, "but there is no such node."),
        ("import os; os.system('x')", "but there is no such node."),
        ("difference", "it is a Linear and shares the weights of 'difference', a Subtract"),
        ("right_fc", "it shares its own weights"),
        ("plain", "differs from it in bias"),
        ("copy", "'copy', which itself shares those of 'left_fc'; name the node that owns them."),
    ],
)
def test_a_wrong_owner_is_one_problem_at_the_node(shares: str, message: str) -> None:
    document = siamese()
    with document.edit("Draw"):
        document.model.add("Linear", {"out_features": 4, "bias": False}, name="plain")
        document.model.add("Linear", {"out_features": 4}, name="copy")
        for name in ("plain", "copy"):
            document.model.connect("left", name)
        document.model.share("copy", "left_fc")
        document.model.alter("right_fc", shares=shares)
    problem = only_problem(document)
    assert problem.node == "right_fc"
    assert message in problem.message
    assert len(problem.message) < 250
    with pytest.raises(DocumentError) as refused:
        compile_source(document)
    assert str(refused.value) == problem.message
    assert only_problem(loads(dumps(document))) == problem
    summarize(document)
    fixes.apply(document, problem)
    assert not errors(document)
    build(compile_source(document))


def test_unequal_shapes_are_a_problem() -> None:
    document = siamese()
    with document.edit("Resize"):
        document.model.set("right", shape=[7])
    problem = only_problem(document)
    assert problem.message == (
        "'right_fc': it shares the weights of 'left_fc', but its weight is (4, 7) and that of 'left_fc' (4, 6); "
        "give both inputs of the same sizes."
    )


def test_an_owner_with_a_problem_of_its_own_is_the_only_problem() -> None:
    document = siamese()
    with document.edit("Disconnect"):
        document.model.disconnect("left_fc", "x")
    assert only_problem(document).node == "left_fc"


def in_a_block(**right: Any) -> Document:
    document = siamese()
    names = ["left_fc", "right_fc", "difference"]
    node = group(document, "", names, "Twins")
    if right:
        with document.edit("Change"):
            document.graphs["Twins"].set("right_fc", **right)
    assert node == "twins1"
    return document


def test_sharing_within_a_block(tmp_path: Path) -> None:
    document = in_a_block()
    assert not errors(document)
    assert summarize(document).parameters == 28
    module = build(compile_source(document))
    assert set(module.state_dict()) == {"twins1.left_fc.weight", "twins1.left_fc.bias"}
    assert export(document, None, tmp_path / "twins.onnx").max_abs_diff < 1e-5


def test_a_wrong_owner_within_a_block() -> None:
    document = in_a_block(bias=False)
    inner, outer = only_problem(document, "Twins"), only_problem(document)
    assert (inner.graph, inner.node) == ("Twins", "right_fc")
    assert outer.node == "twins1"
    assert outer.message.startswith("'twins1': in block 'Twins', 'right_fc': it shares the weights of 'left_fc'")
    fixes.apply(document, inner)
    assert not errors(document)


def test_freezing_within_a_block_and_of_a_block() -> None:
    document = in_a_block()
    with document.edit("Freeze"):
        document.graphs["Twins"].alter("right_fc", frozen=True)
    assert not any(weight.requires_grad for weight in build(compile_source(document)).parameters())
    document.undo()
    with document.edit("Freeze"):
        document.model.alter("twins1", frozen=True)
    assert not any(weight.requires_grad for weight in build(compile_source(document)).parameters())


def test_two_blocks_share_all_their_weights(tmp_path: Path) -> None:
    document = Document("Stack")
    model = document.model
    with document.edit("Draw"):
        block = document.add_block("Layer", {"size": 6})
        block.add("Input", {"shape": [6]}, name="x")
        block.add("Linear", {"out_features": "size"}, name="fc", at=(100, 0))
        block.add("Tanh", name="tanh", at=(200, 0))
        block.add("Output", name="y", at=(300, 0))
        for source, target in [("x", "fc"), ("fc", "tanh"), ("tanh", "y")]:
            block.connect(source, target)
        model.add("Input", {"shape": [6]}, name="image")
        model.add("Output", name="result")
        source = "image"
        for name in ("first", "second", "third"):
            model.add("Block", {"definition": "Layer"}, name=name)
            model.connect(source, name)
            source = name
        model.connect(source, "result")
        model.share("second", "first")
        model.share("third", "second")
    assert not errors(document)
    assert summarize(document).parameters == 42
    module = build(compile_source(document))
    assert set(module.state_dict()) == {"first.fc.weight", "first.fc.bias"}
    x = torch.rand(2, 6)
    fc = known(module.first).fc
    assert torch.equal(module(x), fc(fc(fc(x).tanh()).tanh()).tanh())
    assert export(document, None, tmp_path / "stack.onnx").max_abs_diff < 1e-5
    with document.edit("Wider"):
        model.set("third", arguments={"size": 5})
    assert "differs from it in arguments" in only_problem(document).message
    document.undo()
    with document.edit("Wider"):
        for name in ("first", "second", "third"):
            model.set(name, arguments={"size": 5})
    assert "its fc.weight is (5, 5) and that of 'first' (5, 6)" in errors(document)[0].message


def test_gradients_of_both_uses_add_up() -> None:
    module = build(compile_source(siamese()))
    left, right = torch.rand(2, 6), torch.rand(2, 6)
    module(left, right).sum().backward()
    assert torch.allclose(there(known(module.left_fc).weight.grad), (left - right).sum(0).expand(4, 6), atol=1e-6)
    assert np.isclose(float(there(known(module.left_fc).bias.grad).abs().sum()), 0.0)
