"""Frozen nodes keep their weights and their statistics, while the rest trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.blocks.expansion import input_types
from graph.catalog import catalog
from graph.document import Document
from graph.layer import Layer
from tests.support.block_drawings import chain, model

LAYERS = [cls for cls in catalog().values() if cls.role == "layer"]
NORMS = {"BatchNorm1d": (5,), "BatchNorm2d": (5, 4, 4), "InstanceNorm1d": (5, 6), "InstanceNorm2d": (5, 4, 4)}


def drawing(kind: str, shape: tuple[int, ...], **parameters: Any) -> Document:
    """The layer twice behind each other, of which the first is frozen."""
    document = Document("Frozen")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": shape}, name="x")
        graph.add(kind, parameters, name="kept")
        graph.add(kind, parameters, name="moving")
        graph.add("Output", name="out")
        for source, target in (("x", "kept"), ("kept", "moving"), ("moving", "out")):
            graph.connect(source, target)
        graph.alter("kept", frozen=True)
    return document


def blocks(**use: Any) -> Document:
    """A block of Linear, BatchNorm and Dropout in another block, of which the outer one is used, frozen."""
    document = Document("Nested")
    with document.edit("Draw"):
        parts: Any = (("fc", "Linear", {"out_features": 6}), ("norm", "BatchNorm1d", {}), ("drop", "Dropout", {}))
        chain(document.add_block("Inner"), *parts, shape=(6,))
        chain(document.add_block("Outer"), ("inner", "Block", {"definition": "Inner"}), shape=(6,))
        model(
            document,
            ("trunk", "Block", {"definition": "Outer", **use}),
            ("head", "BatchNorm1d", {}),
            shape=(6,),
        )
        document.model.alter("trunk", frozen=True)
    return document


def after_a_pass(document: Document, shape: tuple[int, ...]) -> tuple[nn.Module, dict[str, Tensor], dict[str, Tensor]]:
    """The module in training mode, and its state before and after a pass over data far from mean 0."""
    module = build(compile_source(document)).train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    module(torch.randn(8, *shape) + 5)
    return module, before, dict(module.state_dict())


@pytest.mark.parametrize("kind", NORMS)
def test_a_frozen_norm_keeps_its_statistics_and_uses_them(kind: str) -> None:
    shape = NORMS[kind]
    module, before, after = after_a_pass(drawing(kind, shape, track_running_stats=True), shape)
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("kept."))
    assert int(after["kept.num_batches_tracked"]) == 0
    assert not torch.equal(before["moving.running_mean"], after["moving.running_mean"])
    x = torch.randn(8, *shape) + 5
    kept = module.get_submodule("kept")
    assert torch.allclose(kept(x), x / (1 + 1e-5) ** 0.5, atol=1e-5)


def test_a_frozen_norm_stays_so_in_every_mode_and_in_a_new_module() -> None:
    module = build(compile_source(drawing("BatchNorm1d", (5,))))
    kept, moving = module.get_submodule("kept"), module.get_submodule("moving")
    assert (kept.training, moving.training) == (False, True)
    for mode in (False, True):
        module.train(mode)
        assert (kept.training, moving.training) == (False, mode)


@pytest.mark.parametrize("use", [{}, {"repeat": 3}])
def test_all_inside_a_frozen_block_keeps_its_statistics_while_dropout_acts(use: dict[str, Any]) -> None:
    document = blocks(**use)
    module, before, after = after_a_pass(document, (6,))
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("trunk."))
    assert int(after["head.num_batches_tracked"]) == 1
    assert not any(parameter.requires_grad for parameter in module.get_submodule("trunk").parameters())
    assert (module.get_submodule("trunk")(torch.randn(64, 6)) == 0).any()
    assert "_keep_statistics(self.trunk)" in compile_source(document).text


def test_a_frozen_layer_in_a_block_keeps_its_statistics() -> None:
    document = blocks()
    with document.edit("Freeze the norm alone"):
        document.model.alter("trunk", frozen=False)
        document.graphs["Inner"].alter("norm", frozen=True)
    module, before, after = after_a_pass(document, (6,))
    norms = [name for name in before if name.startswith("trunk.inner.norm.")]
    assert len(norms) == 5
    assert all(torch.equal(before[name], after[name]) for name in norms)
    assert module.get_parameter("trunk.inner.fc.weight").requires_grad


def test_weights_shared_with_a_frozen_node_are_kept() -> None:
    document = drawing("BatchNorm1d", (5,))
    with document.edit("Share"):
        document.model.share("moving", "kept")
    _, before, after = after_a_pass(document, (5,))
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_what_has_no_statistics_is_frozen_in_one_line() -> None:
    text = compile_source(drawing("Linear", (5,), out_features=5)).text
    assert "self.kept.requires_grad_(False)" in text
    assert "def train" not in text
    assert "eval()" not in text


@pytest.mark.parametrize(
    "cls", [cls for cls in catalog().values() if cls.role == "layer"], ids=lambda cls: cls.__name__
)
def test_every_layer_with_state_keeps_it_when_frozen(cls: type[Layer]) -> None:
    parameters = {"track_running_stats": True} if hasattr(cls(), "track_running_stats") else {}
    document = Document("Every")
    graph = document.model
    with document.edit("Draw"):
        graph.add(cls.__name__, parameters, name="layer")
        for place, (text, port) in enumerate(zip(cls.typical, graph.node("layer").layer.ports(), strict=False)):
            dims, _, dtype = text.partition(" ")
            shape = [int(dim) if dim.isdigit() else dim for dim in dims.split(",")[1:]]
            graph.add("Input", {"shape": shape, "dtype": dtype or "float32"}, name=f"in{place}")
            graph.connect(f"in{place}", "layer", f"{port.name}0" if port.variadic else port.name)
        for place, port_name in enumerate(graph.node("layer").layer.output_names()):
            graph.add("Output", name=f"out{place}")
            graph.connect("layer", f"out{place}", source_port=port_name)
        graph.alter("layer", frozen=True)
    layer = graph.node("layer").layer
    state = layer.weights(*input_types(graph, document.types(), "layer")) if "layer" in document.types() else {}
    if all(weight.trainable for weight in state.values()):
        return
    module, before, after = after_a_pass(document, tuple(document.types()["in0"][0].sized({"N": 8})[1:]))
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_onnx_of_frozen_layers_is_as_it_was(tmp_path: Path) -> None:
    assert export(blocks(), None, tmp_path / "frozen.onnx").max_abs_diff < 1e-5
