"""An expression in every numeric field of every layer, and all that a user can do with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import Source, compile_source
from graph.catalog import catalog
from graph.document import Document
from graph.edits.fragments import copy, paste
from graph.edits.renaming import rename_parameter
from graph.edits.unpacking import unpack
from graph.fields import fields_of
from graph.layer import Layer
from graph.layout.placement import lay_out
from graph.layout.sizes import size_of
from graph.problems.checks import errors
from graph.storage.loom import dumps, loads
from gui.export.figure import render
from tests.support.expressed import Expressed, drawing, expressed_fields
from tests.support.layer_contract import SIZES

NUMBERS = ("int", "float", "size", "sizes", "floats")
FIELDS = {cls: expressed_fields(cls) for cls in catalog().values() if cls.role == "layer"}
# Where two uses of a block have no class in common: another number of results, one slope for all, a mask for each head.
COPIES = {"PReLU.num_parameters", "Split.sections", "MultiheadAttention.num_heads"}
each = pytest.mark.parametrize("cls", [cls for cls, found in FIELDS.items() if found], ids=lambda cls: cls.__name__)
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """Pictures need one."""


def results(source: Source, document: Document, weights: dict[str, torch.Tensor] | None = None) -> list[torch.Tensor]:
    """What the module gives for inputs of a seed."""
    module = build(source).eval()
    if weights:
        module.load_state_dict(weights)
    torch.manual_seed(1)
    given = []
    for name in source.forward_inputs:
        kind = document.types()[name][0]
        zeros = torch.zeros(kind.sized(SIZES), dtype=getattr(torch, kind.dtype))
        given.append(torch.rand(zeros.shape) if kind.dtype == "float32" else zeros)
    result = module(*given)
    return list(result) if isinstance(result, tuple) else [result]


def test_every_numeric_field_is_tried() -> None:
    declared = {
        f"{cls.__name__}.{field.name}"
        for cls in FIELDS
        for field in fields_of(cls).values()
        if field.kind in NUMBERS and not field.hidden
    }
    assert declared == {f"{cls.__name__}.{found.field}" for cls, fields in FIELDS.items() for found in fields}


@each
def test_it_is_drawn_saved_renamed_copied_and_undone(cls: type[Layer], tmp_path: Path) -> None:
    document = drawing(cls.__name__, FIELDS[cls])
    assert errors(document) == []
    block = document.graphs["Unit"]
    lay_out(block, {name: size_of(block, name) for name in block.nodes})
    render(document, tmp_path / "block.svg", "Unit")
    assert all(node.summary() is not None for node in block.nodes.values())
    text = dumps(document)
    assert dumps(loads(text)) == text
    first = FIELDS[cls][0]
    rename_parameter(document, "Unit", f"{first.field}_0", "renamed")
    assert "renamed" in str(block.node(f"with_{first.field}").expressions[first.field])
    assert errors(document) == []
    document.undo()
    assert dumps(document) == text
    (pasted,) = paste(document, "", copy(document, "Unit", [f"with_{first.field}"]), (0.0, 900.0))
    assert document.model.node(pasted).layer == block.node(f"with_{first.field}").layer


@pytest.mark.slow
@each
def test_the_module_is_that_of_the_numbers_themselves(cls: type[Layer]) -> None:
    document = drawing(cls.__name__, FIELDS[cls])
    source = compile_source(document)
    torch.manual_seed(0)
    weights = build(source).state_dict()
    found = results(source, document, weights)
    unpack(document, "", "unit")
    plain = {name.removeprefix("unit."): value for name, value in weights.items()}
    wanted = results(compile_source(document), document, plain)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(found, wanted, strict=True))


@each
def test_one_class_serves_other_values(cls: type[Layer]) -> None:
    axes = {field.name for field in fields_of(cls).values() if field.name in ("dim", "dims", "start_dim", "end_dim")}
    kept = [
        each
        for each in FIELDS[cls]
        if each.field not in axes
        and f"{cls.__name__}.{each.field}" not in COPIES
        and len_of(each.value) == len_of(each.other)
    ]
    for each in kept:
        document = drawing(cls.__name__, [each], twice=True)
        source = compile_source(document)
        assert source.text.count("class Unit") == 1, each
        build(source)


def len_of(value: object) -> int:
    return len(value) if isinstance(value, tuple) else 0


@pytest.mark.slow
@each
def test_its_onnx_agrees(cls: type[Layer], tmp_path: Path) -> None:
    report = export(drawing(cls.__name__, FIELDS[cls]), None, tmp_path / "layer.onnx")
    assert report.checked


@pytest.mark.parametrize("found", [Expressed("kernel_size", (3, 1), (5, 1))])
def test_lists_hold_numbers_and_expressions_side_by_side(found: Expressed) -> None:
    document = drawing("Conv2d", [found])
    with document.edit("Set"):
        document.graphs["Unit"].set("with_kernel_size", kernel_size=["kernel_size_0 + 2", 1])
    node = document.graphs["Unit"].node("with_kernel_size")
    assert node.expressions == {"kernel_size": ("kernel_size_0 + 2", 1)}
    assert node.layer.kernel_size == (5, 1)  # type: ignore[attr-defined]
    assert "kernel_size_0 + 2x1" in node.summary()
    assert "nn.Conv2d(6, 32, (kernel_size_0 + 2, 1))" in compile_source(document).text
