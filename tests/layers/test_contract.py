"""Every layer of the catalogue keeps its contract, against PyTorch and onnxruntime."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, Phase, assume, given, settings, strategies as st
from torch import nn

from compiler.to_onnx.export import export
from compiler.to_python.module import build
from compiler.to_python.source import compile_source
from graph.analysis.summary import summarize
from graph.blocks.expansion import input_types
from graph.catalog import CATEGORIES, catalog
from graph.dims import parse_dim
from graph.document import Document
from graph.fields import convert, fields_of, parameters_of
from graph.layer import Layer
from graph.storage.loom import dumps, loads
from graph.tensor import TensorType
from tests.support.layer_contract import SIZES, UNDECIDED, drawings
from tests.support.typed import known

LAYERS = [cls for cls in catalog().values() if cls.role in ("layer", "objective")]
RUNS = [cls for cls in LAYERS if cls.role == "layer"]
DTYPES = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}
CHECKS = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,
]

# A hint of torch's on speed: with an even kernel it pads in a copy of the input.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")


def examples(count: int) -> settings:
    """So many random drawings. A failing one is told, not made smaller: one layer is small, and that takes minutes."""
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(max_examples=count, suppress_health_check=CHECKS, phases=phases, report_multiple_bugs=False)


def each(layers: list[type[Layer]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("cls", layers, ids=lambda cls: cls.__name__)


def tensors(document: Document, names: tuple[str, ...]) -> list[torch.Tensor]:
    made = []
    for name in names:
        kind = document.types()[name][0]
        shape = kind.sized(SIZES)
        if kind.dtype == "float32":
            made.append(torch.rand(shape))
        else:
            made.append(torch.zeros(shape, dtype=DTYPES[kind.dtype]))
    return made


@each(list(catalog().values()))
def test_a_layer_is_complete(cls: type[Layer]) -> None:
    assert cls.__doc__
    assert cls.__doc__.strip().endswith(".")
    assert cls.category
    assert cls() == convert(cls, {}, cls.__name__)
    assert all(field.description for field in fields_of(cls).values() if not field.hidden)
    assert isinstance(cls().summary(), str)


@pytest.mark.slow
@each(LAYERS)
@examples(25)
@given(data=st.data())
def test_types_and_weights_equal_torch_and_survive_their_file(cls: type[Layer], data: st.DataObject) -> None:
    """What a layer accepts, torch accepts, with the very shape, dtype and ``state_dict``; a file keeps all of it."""
    document = data.draw(drawings(cls))
    survives_its_file(document)
    assume("layer" not in document.problems())
    source = compile_source(document)
    module = build(source)
    weights_equal_the_state_dict(document, module)
    arguments = tensors(document, source.inputs + source.targets)
    if cls.role == "objective":
        results: Any = known(module.loss)(*arguments)[0]
    else:
        results = module(*arguments)
    results = results if isinstance(results, tuple) else (results,)
    for kind, result in zip(document.types()["layer"], results, strict=True):
        assert tuple(result.shape) == kind.sized(SIZES)
        assert result.dtype == DTYPES[kind.dtype]


def weights_equal_the_state_dict(document: Document, module: nn.Module) -> None:
    node = document.model.node("layer")
    declared = node.layer.weights(*input_types(document.model, document.types(), "layer"))
    stored = {key.removeprefix("layer").removeprefix("."): value for key, value in module.state_dict().items()}
    assert {name: weight.shape for name, weight in declared.items()} == {k: tuple(v.shape) for k, v in stored.items()}
    learned = {key.removeprefix("layer").removeprefix("."): value for key, value in module.named_parameters()}
    assert {name for name, weight in declared.items() if weight.trainable} == set(learned)
    assert summarize(document).parameters == sum(value.numel() for value in learned.values())


def survives_its_file(document: Document) -> None:
    text = dumps(document)
    again = loads(text)
    assert again.model.node("layer").layer == document.model.node("layer").layer
    assert parameters_of(again.model.node("layer").layer) == parameters_of(document.model.node("layer").layer)
    assert dumps(again) == text


@pytest.mark.slow
@each([cls for cls in RUNS if cls.__name__ not in UNDECIDED])
@examples(6)
@given(data=st.data())
def test_onnx_agrees_with_torch(cls: type[Layer], data: st.DataObject, tmp_path: Path) -> None:
    document = data.draw(drawings(cls, perturb=False))
    assume("layer" not in document.problems())
    report = export(document, None, tmp_path / "layer.onnx")
    assert len(report.checked) >= 2


@each(LAYERS)
def test_typical_inputs_are_accepted(cls: type[Layer]) -> None:
    """The defaults of a layer run on what its class calls typical."""
    kinds = []
    for text in cls.typical:
        dims, _, dtype = text.partition(" ")
        shape = tuple(parse_dim(int(dim) if dim.isdigit() else dim) for dim in dims.split(","))
        kinds.append(TensorType(shape, dtype or "float32"))  # type: ignore[arg-type]
    assert cls().infer(*kinds)


def test_categories_are_told_apart_by_their_hues() -> None:
    hues = [hue for name, hue in CATEGORIES.items() if name != "Block"]  # slate, as it holds layers of all colours
    gaps = [min((a - b) % 360, (b - a) % 360) for a, b in combinations(hues, 2)]
    assert min(gaps) >= 15
