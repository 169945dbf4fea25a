"""A weight may be that of another layer, of whatever kind: one tensor, trained, counted and stored once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from compiler.to_python.state import load_state, own_state
from graph.analysis import ties
from graph.analysis.leaves import leaves
from graph.analysis.summary import summarize
from graph.builder.sheet import Drawing
from graph.document import Document
from graph.edits.fragments import copy, paste
from graph.edits.grouping import group, unpack
from graph.errors import DocumentError
from graph.problems import fixes
from graph.problems.checks import errors
from graph.storage.loom import dumps, loads
from tests.support.typed import known
from training.checkpoints.checkpoint import load_weights, save_best
from training.checkpoints.fitted import fitted_weights
from training.loop.optimizers import make_optimizer
from training.runs.choices import Choice
from training.runs.runs import DOCUMENT


def words(**head: Any) -> Document:
    """The vectors of nine words, read and written with one table."""
    d = Drawing("Words")
    x = d.input("T", dtype="int64", name="text").embedding(9, 4, name="table", weight_init="normal", weight_scale=0.1)
    x = x.linear(4, name="middle").tanh()
    d.output(x.linear(9, name="head", ties={"weight": "table.weight"}, **head), name="scores")
    return d.finish()


class Words(nn.Module):
    """The same, written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.middle, self.head = nn.Embedding(9, 4), nn.Linear(4, 4), nn.Linear(4, 9)
        self.head.weight = self.table.weight

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.head(torch.tanh(self.middle(self.table(text))))
        return scores


def only_problem(document: Document, graph: str = "") -> Any:
    (problem,) = errors(document, graph)
    assert problem.message.count(". ") == 0
    assert problem.message.endswith(".")
    return problem


@pytest.mark.slow
def test_one_tensor_trained_by_both_as_written_by_hand() -> None:
    document = words(weight_init="zeros")
    source = compile_source(document)
    assert "self.head.weight = self.table.weight" in source.text
    assert "zeros_" not in source.text
    ours, theirs = build(source), Words()
    assert 0.05 < float(known(ours.table).weight.detach().std()) < 0.2  # the source's initial values
    theirs.load_state_dict(ours.state_dict())
    text = torch.randint(0, 9, (5, 7))
    for module in (ours, theirs):
        optimizer = torch.optim.SGD(module.parameters(), lr=0.5)
        for _ in range(3):
            optimizer.zero_grad()
            module(text).square().sum().backward()
            optimizer.step()
    assert torch.equal(ours(text), theirs(text))
    assert known(ours.head).weight is known(ours.table).weight


def test_it_is_counted_and_optimized_once() -> None:
    document = words()
    rows = {row.name: row.parameters for row in summarize(document).layers}
    assert (rows["table"], rows["head"]) == (36, 9)
    module = build(compile_source(document))
    learned = sum(value.numel() for value in module.parameters())
    assert summarize(document).parameters == learned == 36 + 20 + 9
    groups = make_optimizer(module, document.training).param_groups
    assert sum(len(part["params"]) for part in groups) == 4


def test_it_is_stored_once_and_loaded_into_both(tmp_path: Path) -> None:
    document = words()
    module = build(compile_source(document))
    save_best(tmp_path, own_state(module))
    (path,) = tmp_path.glob("*.safetensors")
    assert set(load_file(path)) == {"table.weight", "middle.weight", "middle.bias", "head.bias"}
    again = build(compile_source(document))
    load_weights(path, again)
    assert known(again.head).weight is known(again.table).weight
    assert torch.equal(known(again.head).weight, known(known(module.table).weight))
    load_state(again, module.state_dict())  # the whole state is as good
    assert own_state(again).keys() == set(load_file(path))


@pytest.mark.parametrize("tied_before", [True, False])
def test_weights_of_a_run_find_their_places_by_name(tied_before: bool, tmp_path: Path) -> None:
    """A run of the tied drawing serves the untied one, and the other way round, where the table's weights count."""
    tied, plain = words(), words()
    with plain.edit("Untie"):
        plain.model.tie("head", "weight", "")
    before, now = (tied, plain) if tied_before else (plain, tied)
    run = tmp_path / "run"
    run.mkdir()
    (run / DOCUMENT).write_text(dumps(before), encoding="utf-8")
    trained = build(compile_source(before))
    save_best(run, own_state(trained))
    source = compile_source(now)
    fitted = fitted_weights(now, source, Choice(run, "best"))
    module = build(source)
    load_state(module, fitted.state)
    assert torch.equal(known(module.table).weight, known(known(trained.table).weight))
    assert torch.equal(known(module.head).weight, known(known(trained.table).weight))
    assert fitted.fit.left_over == ([] if tied_before else ["head.weight"])
    assert not fitted.fit.fresh


def test_one_initializer_in_onnx(tmp_path: Path) -> None:
    document = words()
    module = build(compile_source(document)).eval()
    path = tmp_path / "words.onnx"
    export(document, module.state_dict(), path)
    stored = [tensor.name for tensor in onnx.load(path).graph.initializer]
    assert sorted(name for name in stored if "constant" not in name) == [
        "head.bias", "middle.bias", "middle.weight", "table.weight",
    ]  # fmt: skip
    text = torch.randint(0, 9, (3, 5))
    (result,) = onnxruntime.InferenceSession(path).run(None, {"text": text.numpy()})
    np.testing.assert_allclose(result, module(text).detach().numpy(), atol=1e-6)


def test_the_file_and_every_edit_keep_it() -> None:
    document = words()
    before = dumps(document)
    assert '"ties": {"weight": "table.weight"}' in before
    assert dumps(loads(before)) == before
    assert not errors(loads(before))
    with document.edit("Rename"):
        document.model.rename("table", "vectors")
    assert document.model.node("head").ties == {"weight": "vectors.weight"}
    document.undo()
    assert dumps(document) == before
    node = group(document, "", ["table", "middle", "tanh1", "head"], "Inside")
    assert not errors(document)
    assert set(own_state(build(compile_source(document)))) >= {f"{node}.table.weight", f"{node}.head.bias"}
    assert summarize(document).parameters == 65
    unpack(document, "", node)
    assert document.model.node("head").ties == {"weight": "table.weight"}
    copied = paste(document, "", copy(document, "", ["table", "head"]), (0.0, 500.0))
    assert document.model.node(copied[1]).ties == {"weight": f"{copied[0]}.weight"}


def test_freezing_either_freezes_the_weight_of_both() -> None:
    for name, others in (("table", {"head.bias"}), ("head", set())):
        document = words()
        with document.edit("Freeze"):
            document.model.alter(name, frozen=True)
        module = build(compile_source(document))
        learning = {key for key, value in module.named_parameters() if value.requires_grad}
        assert learning == {"middle.weight", "middle.bias"} | others


def test_the_giver_is_constructed_first_wherever_it_stands() -> None:
    """Its name is the one that counts, also where the drawing comes to the other layer first."""
    document = words()
    with document.edit("Turn round"):
        document.model.tie("head", "weight", "")
        document.model.tie("table", "weight", "head.weight")
    module = build(compile_source(document))
    assert set(own_state(module)) == {"head.weight", "head.bias", "middle.weight", "middle.bias"}
    assert known(module.table).weight is known(module.head).weight


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("ghost.weight", "'head': its weight is tied to 'ghost.weight', but there is no node 'ghost'."),
        ("x" * 5000, "but there is no node"),
        ("table.weight; import os", "but 'table' has no such weight; its weights: weight."),
        ("middle.weight", "but it is (9, 4) and that is (4, 4); give both the same sizes."),
        ("tanh1.weight", "but 'tanh1' has no such weight; its weights: none with a name."),
        ("head.weight", "which is its own; name a weight of another node, or none."),
        ("text", "but the Input 'text' cannot give a weight; name a layer."),
        ("twin.weight", "but 'twin' itself uses a weight of 'table'; tie it to 'table.weight'."),
        ("aside.weight", "'head' uses a weight of 'aside', but nothing that is computed needs 'aside'; connect it."),
    ],
)
def test_a_wrong_tie_is_one_problem_with_a_fix(place: str, message: str) -> None:
    document = words()
    with document.edit("Draw"):
        for name in ("twin", "aside"):
            document.model.add("Embedding", {"num_embeddings": 9, "embedding_dim": 4}, name=name)
            document.model.connect("text", name)
        document.model.tie("twin", "weight", "table.weight")
        document.model.alter("head", ties={"weight": place})
    problem = only_problem(document)
    assert problem.node == "head"
    assert message in problem.message
    assert len(problem.message) < 250
    with pytest.raises(DocumentError):
        compile_source(document)
    assert only_problem(loads(dumps(document))) == problem
    summarize(document)
    fixes.apply(document, problem)
    assert not errors(document)
    build(compile_source(document))


def test_a_chain_of_ties_is_one_tensor_of_the_first() -> None:
    """Tied one after another it is so at once; a file that says it in turns is refused with the first one's name."""
    document = words()
    with document.edit("Draw"):
        for name in ("twin", "other"):
            document.model.add("Embedding", {"num_embeddings": 9, "embedding_dim": 4}, name=name)
            document.model.connect("text", name)
        document.model.tie("twin", "weight", "head.weight")
        document.model.tie("other", "weight", "twin.weight")
    assert {document.model.node(name).ties["weight"] for name in ("head", "twin", "other")} == {"table.weight"}
    with document.edit("As a file may say it"):
        document.model.alter("twin", ties={"weight": "other.weight"})
        document.model.alter("head", ties={"weight": "twin.weight"})
    found = [problem for problem in errors(document) if problem.node == "head"]
    assert "'twin' itself uses a weight of 'table'; tie it to 'table.weight'." in found[0].message
    for problem in errors(document):
        fixes.apply(document, problem)
    assert not errors(document)
    build(compile_source(document))
    with document.edit("In a ring"):
        document.model.alter("twin", ties={"weight": "other.weight"})
        document.model.alter("other", ties={"weight": "twin.weight"})
        document.model.alter("head", ties={"weight": "twin.weight"})
    assert {problem.node for problem in errors(document)} == {"head", "twin", "other"}


def test_deleting_the_giver_is_one_problem_and_undo_brings_it_back() -> None:
    document = words()
    with document.edit("Use another"):
        document.model.add("Embedding", {"num_embeddings": 9, "embedding_dim": 4}, name="other")
        document.model.connect("text", "other")
        document.model.connect("other", "middle")
    before = dumps(document)
    with document.edit("Delete"):
        document.model.remove(["table"])
    assert "there is no node 'table'" in only_problem(document).message
    fixes.apply(document, only_problem(document))
    assert not errors(document)
    document.undo()
    document.undo()
    assert dumps(document) == before


def test_what_cannot_be_tied_changes_nothing() -> None:
    document = words()
    with document.edit("Draw"):
        document.model.add("Embedding", {"num_embeddings": 9, "embedding_dim": 4}, name="other")
        document.model.connect("text", "other")
    before = dumps(document)
    for name, weight, source, message in (
        ("other", "weight", "other.weight", "cannot be tied to a weight of its own"),
        ("table", "weight", "head.weight", "cannot be tied to a weight of its own"),
        ("other", "weight", "ghost.weight", "There is no node 'ghost'"),
        ("text", "weight", "table.weight", r"'text' \(Input\) cannot be tied"),
        ("other", "weight", "head.bias", "'head' itself uses the weight 'table.weight', so it gives none"),
    ):
        with pytest.raises(DocumentError, match=message), document.edit("Tie"):
            document.model.tie(name, weight, source)
        assert dumps(document) == before
    with document.edit("Tie"):
        document.model.tie("table", "weight", "other.weight")
    assert document.model.node("head").ties == {"weight": "other.weight"}  # who is tied follows


def test_weights_of_its_shape_are_offered() -> None:
    document = words()
    with document.edit("Draw"):
        document.model.tie("head", "weight", "")
    assert ties.choices(document, "", "head") == {"weight": ("table.weight",)}
    assert ties.choices(document, "", "table") == {"weight": ("head.weight",)}
    assert ties.choices(document, "", "middle") == {}
    assert ties.choices(document, "", "text") == {}


def in_blocks() -> Document:
    """Two autoencoding blocks of different sizes, one of them used twice in a row, each with a tie inside."""
    d = Drawing("Blocks")
    with d.block("Mix", width=4) as b:
        x = b.input("width", name="x")
        y = b.linear(x, "width", name="there").relu()
        b.output(y.linear("width", name="back", ties={"weight": "there.weight"}), name="y")
    x = d.input(4, name="x")
    y = d.use("Mix", x, repeat=2, name="twice")
    d.output(d.use("Mix", y.linear(6, name="wide"), width=6, name="once"), name="result")
    return d.finish()


def test_ties_within_blocks_that_are_repeated_and_of_several_sizes(tmp_path: Path) -> None:
    document = in_blocks()
    source = compile_source(document)
    assert source.text.count("class Mix") == 1
    module = build(source)
    assert known(known(module.twice)[1]).back.weight is known(known(module.twice)[1]).there.weight
    assert known(known(module.twice)[0]).back.weight is not known(known(module.twice)[1]).back.weight
    stored = {name: tuple(value.shape) for name, value in own_state(module).items()}
    found = {key: w.shape for leaf in leaves(document).values() for key, w in leaf.tensors().items()}
    assert stored == found
    assert summarize(document).parameters == sum(value.numel() for value in module.parameters())
    assert export(document, None, tmp_path / "blocks.onnx").max_abs_diff < 1e-5
    kept = [tensor.name for tensor in onnx.load(tmp_path / "blocks.onnx").graph.initializer]
    assert "twice.1.there.weight" in kept
    assert not [name for name in kept if "back.weight" in name]
    with document.edit("Break"):
        document.graphs["Mix"].rename("there", "first")
        document.graphs["Mix"].alter("back", ties={"weight": "gone.weight"})
    inner = only_problem(document, "Mix")
    assert inner.node == "back"
    assert any("'gone.weight', but there is no node 'gone'" in problem.message for problem in errors(document))
    fixes.apply(document, inner)
    assert not errors(document)


def test_what_a_file_says_of_ties_never_becomes_code() -> None:
    document = words()
    for key, text in (("weight = print()", "table.weight"), ("weight", "table.weight; print()"), ("", "table.weight")):
        with document.edit("Tie"):
            document.model.alter("head", ties={key: text})
        assert only_problem(document).node == "head"
        with pytest.raises(DocumentError):
            compile_source(document)
        document.undo()
