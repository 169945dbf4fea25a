"""A weight of a layer in a block may be that of one outside it, or of one in another block: by its full name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from compiler.to_python.state import own_state
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
from tests.compiler.test_tied_weights import only_problem, words
from tests.support.typed import known

SECOND = {"1.inner.fc.weight": "first.weight"}


def translator() -> Document:
    """A decoder whose scores use the encoder's table, and the second of two mixings that uses an outer matrix."""
    d = Drawing("Translator")
    with d.block("Encoder") as b:
        b.output(b.embedding(b.input("T", dtype="int64", name="x"), 9, 4, name="table"), name="y")
    with d.block("Inner") as b:
        b.output(b.linear(b.input("T", 4, name="x"), 4, name="fc"), name="y")
    with d.block("Mix") as b:
        b.output(b.use("Inner", b.input("T", 4, name="x"), name="inner").tanh(), name="y")
    with d.block("Decoder") as b:
        b.output(b.input("T", 4, name="x").relu().linear(9, name="head", weight_init="zeros"), name="y")
    with d.block("Step") as b:
        x, h = b.input(4, name="x"), b.input(4, name="h")
        b.output((b.linear(x, 4, name="given") + h.linear(4, bias=False, name="kept")).tanh(), name="next")
    x = d.use("Encoder", d.input("T", dtype="int64", name="text"), name="encoder").linear(4, name="first")
    x = d.use("Mix", x, repeat=2, name="mix", ties=SECOND)
    x, _ = d.scan("Step", x, None, carry={"h": "next"}, name="cell")
    with d.document.edit("Tie"):
        d.document.model.tie("cell", "kept.weight", "first.weight")
    d.output(d.use("Decoder", x, name="decoder", ties={"head.weight": "encoder.table.weight"}), name="scores")
    return d.finish()


class Step(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.given, self.kept = nn.Linear(4, 4), nn.Linear(4, 4, bias=False)


class Translator(nn.Module):
    """The same, written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.first, self.mix = nn.Embedding(9, 4), nn.Linear(4, 4), nn.ModuleList()
        self.mix.extend([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.mix[1].weight = self.first.weight
        self.cell, self.head = Step(), nn.Linear(4, 9)
        self.cell.kept.weight = self.first.weight
        self.head.weight = self.table.weight

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        x = self.first(self.table(text))
        for layer in self.mix:
            x = torch.tanh(layer(x))
        h, found = x.new_zeros(len(x), 4), []
        for step in range(x.shape[1]):
            h = torch.tanh(self.cell.given(x[:, step]) + self.cell.kept(h))
            found.append(h)
        scores: torch.Tensor = self.head(torch.relu(torch.stack(found, 1)))
        return scores


def test_one_tensor_in_code_counts_names_and_onnx(tmp_path: Path) -> None:
    document = translator()
    assert not errors(document)
    source = compile_source(document)
    for line in (
        "self.mix[1].inner.fc.weight = self.first.weight",
        "self.decoder.head.weight = self.encoder.table.weight",
    ):
        assert line in source.text
    torch.manual_seed(0)
    module, hand = build(source), Translator()
    assert known(module.decoder).head.weight is known(module.encoder).table.weight
    assert known(module.decoder).head.weight.detach().any()  # the giver's initial values count
    stored = {name: tuple(value.shape) for name, value in own_state(module).items()}
    assert {key: w.shape for leaf in leaves(document).values() for key, w in leaf.tensors().items()} == stored
    learned = sum(value.numel() for value in module.parameters())
    assert summarize(document).parameters == learned == sum(value.numel() for value in hand.parameters())
    for ours, theirs in zip(module.parameters(), hand.parameters(), strict=True):
        theirs.data.copy_(ours.data)
    text = torch.randint(0, 9, (3, 5))
    assert torch.equal(module(text), hand(text))
    module(text).square().sum().backward()
    hand(text).square().sum().backward()
    for ours, theirs in zip(module.parameters(), hand.parameters(), strict=True):
        assert ours.grad is not None
        assert theirs.grad is not None
        torch.testing.assert_close(ours.grad, theirs.grad)
    path = tmp_path / "translator.onnx"
    assert export(document, module.state_dict(), path).max_abs_diff < 1e-6
    kept = {tensor.name for tensor in onnx.load(path).graph.initializer}
    assert kept & stored.keys() == stored.keys()
    assert not kept & {"decoder.head.weight", "mix.1.inner.fc.weight", "cell.kept.weight"}
    (found,) = onnxruntime.InferenceSession(path).run(None, {"text": text.numpy()})
    np.testing.assert_allclose(found, module(text).detach().numpy(), atol=1e-6)


def test_the_file_and_every_edit_keep_it() -> None:
    document = translator()
    before = dumps(document)
    assert dumps(loads(before)) == before
    assert not errors(loads(before))
    for graph, name in (("Encoder", "table"), ("Inner", "fc"), ("Mix", "inner"), ("", "encoder"), ("", "decoder")):
        with document.edit("Rename"):
            document.graphs[graph].rename(name, f"{name}_again")
        assert not errors(document)
    assert document.model.node("mix").ties == {"1.inner_again.fc_again.weight": "first.weight"}
    assert document.model.node("decoder_again").ties == {"head.weight": "encoder_again.table_again.weight"}
    node = group(document, "Encoder", ["table_again"], "Table")
    assert document.model.node("decoder_again").ties == {"head.weight": f"encoder_again.{node}.table_again.weight"}
    unpack(document, "Encoder", node)
    copied = paste(document, "", copy(document, "", ["encoder_again", "decoder_again"]), (0.0, 500.0))
    assert document.model.node(copied[1]).ties == {"head.weight": f"{copied[0]}.table_again.weight"}
    unpack(document, "", "mix")
    unpack(document, "", "decoder_again")
    assert document.model.node("head").ties == {"weight": "encoder_again.table_again.weight"}
    second = next(node for node in document.model.nodes.values() if node.name.startswith("inner") and node.ties)
    assert second.ties == {"fc_again.weight": "first.weight"}
    unpack(document, "", "encoder_again")
    assert document.model.node("head").ties == {"weight": "table_again.weight"}
    assert all(problem.pending for problem in errors(document))  # what was pasted is not wired
    while dumps(document) != before:
        document.undo()
    assert dumps(document) == before


def test_what_stays_outside_of_a_new_block_keeps_the_weight() -> None:
    document = words()
    node = group(document, "", ["middle", "tanh1", "head"], "Half")
    assert document.model.node(node).ties == {"head.weight": "table.weight"}
    other = group(document, "", ["table"], "Table")
    assert document.model.node(node).ties == {"head.weight": f"{other}.table.weight"}
    assert not errors(document)
    assert set(own_state(build(compile_source(document)))) == {
        f"{other}.table.weight", f"{node}.middle.weight", f"{node}.middle.bias", f"{node}.head.bias"
    }  # fmt: skip
    unpack(document, "", node)
    assert document.model.node("head").ties == {"weight": f"{other}.table.weight"}
    document = words()
    with document.edit("Another pair"):
        for name in ("there", "back"):
            document.model.add("Linear", {"out_features": 4}, name=name)
        document.model.tie("back", "weight", "there.weight")
    with pytest.raises(DocumentError, match="'head' uses a weight of 'table'; select both or neither"):
        group(document, "", ["head", "there"], "Both")


@pytest.mark.parametrize(
    ("node", "given", "message"),
    [
        ("mix", {"inner.fc.weight": "first.weight"}, "but it is there 2 times as the block is repeated now, as"),
        ("decoder", {"head.weight": "mix.inner.fc.weight"}, "'mix' itself uses a weight of 'first'"),
        ("decoder", {"head.weight": "encoder.lost.weight"}, "'encoder' has no such weight; its weights: table.weight."),
        ("decoder", {"head.weight": "first.weight"}, "but it is (9, 4) and that is (4, 4); give both the same sizes."),
        ("decoder", {"head.weight; x": "first.weight"}, "it has no such weight; its weights: head.weight, head.bias."),
    ],
)
def test_a_wrong_name_is_one_problem_with_a_fix(node: str, given: dict[str, str], message: str) -> None:
    document = translator()
    with document.edit("Tie"):
        document.model.alter(node, ties=given)
    problem = only_problem(document)
    assert (problem.node, message in problem.message) == (node, True), problem.message
    with pytest.raises(DocumentError):
        compile_source(document)
    fixes.apply(document, problem)
    assert not errors(document)


def test_what_a_block_says_of_its_own_weight_is_not_overruled_in_silence() -> None:
    document = translator()
    with document.edit("Freeze"):
        document.graphs["Decoder"].alter("head", frozen=True)
    assert "but 'head' is frozen in the block 'Decoder'" in only_problem(document).message
    document.undo()
    with document.edit("Give"):
        graph = document.graphs["Decoder"]
        graph.add("Linear", {"out_features": 9}, name="twin")
        graph.connect("relu1", "twin")
        graph.tie("twin", "weight", "head.weight")
    assert "in the block 'Decoder' it is that of 'twin', too; untie it there." in only_problem(document).message
    document.undo()
    with document.edit("From within"):
        document.graphs["Decoder"].alter("head", ties={"weight": "encoder.weight"})
    assert "tie it where the block is used" in only_problem(document, "Decoder").message


def test_weights_in_blocks_are_offered() -> None:
    document = translator()
    with document.edit("Untie"):
        for name in ("decoder", "mix", "cell"):
            document.model.alter(name, ties={})
    assert ties.choices(document, "", "decoder") == {"head.weight": ("encoder.table.weight",)}
    assert "mix.1.inner.fc.weight" in ties.choices(document, "", "first")["weight"]
