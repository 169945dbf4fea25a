"""A bypassed layer passes its input on: in shapes, figures, code and ONNX; and it comes back as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.document import Document
from graph.edits import blocks, fragments, nodes
from graph.errors import DocumentError
from graph.storage.journal import entry, head
from graph.storage.loom import dumps, loads
from graph.storage.replay import read_journal
from tests.support.typed import known


@pytest.fixture
def document() -> Document:
    document = Document("Small")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (3, 8, 8)}, name="image")
        model.add("Conv2d", {"out_channels": 3, "padding": 1}, name="first")
        model.add("Conv2d", {"out_channels": 3, "padding": 1}, name="conv")
        model.add("Flatten", name="flatten")
        model.add("Linear", {"out_features": 5}, name="linear")
        model.add("Output", name="scores")
        for source, target in zip(("image", "first", "conv", "flatten", "linear"), list(model.nodes)[1:], strict=True):
            model.connect(source, target)
    document.forget_history()
    return document


def without(document: Document, name: str) -> Document:
    """The same drawing, the node taken out and its neighbours joined."""
    other = loads(dumps(document))
    nodes.delete(other, "", [name], heal=True)
    return other


def test_it_computes_what_the_drawing_without_it_computes(document: Document, tmp_path: Path) -> None:
    plain = without(document, "conv")
    blocks.toggle_bypassed(document, "", ["conv"])
    module, wanted = build(compile_source(document)), build(compile_source(plain))
    assert set(module.state_dict()) == set(wanted.state_dict())
    module.load_state_dict(wanted.state_dict())
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(module.eval()(x), wanted.eval()(x))
    export(document, module.state_dict(), tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    assert np.allclose(found, wanted(x).detach().numpy(), atol=1e-5)


def test_its_weights_do_not_count_while_it_is_bypassed(document: Document) -> None:
    before = summarize(document).parameters
    blocks.toggle_bypassed(document, "", ["conv"])
    assert summarize(document).parameters == before - (3 * 3 * 9 + 3)


def test_it_comes_back_as_it_was_by_the_same_command_and_by_undo(document: Document) -> None:
    drawn = dumps(document)
    blocks.toggle_bypassed(document, "", ["conv"])
    assert document.history == ["Bypass conv"]
    bypassed = dumps(document)
    assert bypassed != drawn
    blocks.toggle_bypassed(document, "", ["conv"])
    assert dumps(document) == drawn
    assert document.history[-1] == "Use conv again"
    document.undo()
    assert dumps(document) == bypassed
    document.undo()
    assert dumps(document) == drawn


def test_files_journals_and_copies_keep_it(document: Document, tmp_path: Path) -> None:
    lines = [head(dumps(document))]
    document.subscribe(lambda changes: lines.append(entry(document, changes)))
    blocks.toggle_bypassed(document, "", ["conv"])
    text = dumps(document)
    assert '"layer": "Conv2d"' in text
    assert '"bypassed": true' in text
    assert dumps(loads(text)) == text
    (tmp_path / "kept.journal").write_bytes(b"".join(lines))
    assert dumps(read_journal(tmp_path / "kept.journal").document()) == text
    other = Document("Other")
    (name,) = fragments.paste(other, "", fragments.copy(document, "", ["conv"]))
    assert other.model.node(name).bypassed == document.model.node("conv").bypassed
    assert known(other.model.node(name).bypassed).padding == 1


def test_grouping_and_unpacking_keep_it(document: Document) -> None:
    blocks.toggle_bypassed(document, "", ["conv"])
    drawn = document.model.node("conv").bypassed
    use = blocks.group(document, "", ["first", "conv"], "Stem")
    assert document.graphs["Stem"].node("conv").bypassed == drawn
    blocks.unpack(document, "", [use])
    assert document.model.node("conv").bypassed == drawn
    assert "'conv'" not in str(document.problems())


def test_several_are_bypassed_at_once_and_used_again_once_all_of_them_are(document: Document) -> None:
    blocks.toggle_bypassed(document, "", ["conv"])
    blocks.toggle_bypassed(document, "", ["first", "conv"])
    assert document.model.node("first").bypassed is not None
    blocks.toggle_bypassed(document, "", ["first", "conv"])
    assert [document.model.node(name).bypassed for name in ("first", "conv")] == [None, None]


def test_what_has_no_input_to_pass_on_is_refused_in_words_and_nothing_changes(document: Document) -> None:
    model = document.model
    with document.edit("Add"):
        model.add("Add", name="sum")
        model.connect("image", "sum")
        model.connect("first", "sum")
    text = dumps(document)
    for name, why in (
        ("image", "Input does not have one input and one output"),
        ("sum", "there is a wire at its port x0, and only the one at x is passed on"),
    ):
        with pytest.raises(DocumentError, match=f"'{name}' cannot be bypassed: {why}."):
            blocks.toggle_bypassed(document, "", ["conv", name])
    assert dumps(document) == text


def test_shared_weights_and_parameters_of_a_block_keep_a_layer_in_use(document: Document) -> None:
    model = document.model
    with document.edit("Share"):
        model.add("Conv2d", {"out_channels": 3, "padding": 1}, name="twin")
        model.share("twin", "conv")
        document.add_block("Unit", {"channels": 3}).add("Conv2d", {"out_channels": "channels"}, name="inner")
    for graph, name, why in (
        ("", "conv", "it shares its weights with another node"),
        ("Unit", "inner", "it stands in a block with parameters"),
    ):
        with pytest.raises(DocumentError, match=why):
            blocks.toggle_bypassed(document, graph, [name])


def test_another_layer_in_its_place_is_in_use(document: Document) -> None:
    blocks.toggle_bypassed(document, "", ["conv"])
    with document.edit("Replace"):
        document.model.replace("conv", document.model.node("first").layer)
    assert document.model.node("conv").bypassed is None
    assert document.types()["conv"][0].shape[1] == 3
