"""Initial weights do what their names say, and stand in the generated source."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from compiler.to_python.source import compile_source
from graph.catalog import catalog, make_layer
from graph.document import Document
from graph.errors import ParameterError
from graph.layers.parts.initialize import Weighted
from tests.support.one_layer import module_of, one_layer
from tests.support.typed import known


def weights(kind: str, typical: str, **parameters: Any) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    layer = module_of(one_layer(kind, typical, **parameters)).layer
    return known(layer).weight.detach(), known(layer).bias.detach()


@pytest.mark.parametrize(("kind", "typical", "size"), [
    ("Linear", "N,300", {"out_features": 200}),
    ("Conv2d", "N,30,8,8", {"out_channels": 40}),
    ("ConvTranspose2d", "N,30,8,8", {"out_channels": 40, "kernel_size": 3}),
])  # fmt: skip
def test_spreads_are_those_of_the_formulas(kind: str, typical: str, size: dict[str, int]) -> None:
    def draw(name: str, scale: float = 1.0) -> torch.Tensor:
        return weights(kind, typical, **size, weight_init=name, weight_scale=scale)[0]

    shape = draw("zeros").shape
    field = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * field, shape[0] * field
    xavier = math.sqrt(2 / (fan_in + fan_out))
    assert torch.count_nonzero(draw("zeros")) == 0
    assert torch.equal(draw("constant", 0.3), torch.full(shape, 0.3))
    assert draw("normal", 0.02).std() == pytest.approx(0.02, rel=0.05)
    assert draw("uniform", 0.2).abs().max() == pytest.approx(0.2, rel=0.01)
    assert draw("xavier_normal").std() == pytest.approx(xavier, rel=0.05)
    assert draw("xavier_normal", 2.0).std() == pytest.approx(2 * xavier, rel=0.05)
    assert torch.equal(draw("xavier_uniform", -2.0), draw("xavier_uniform", 2.0))
    assert draw("xavier_uniform").abs().max() == pytest.approx(math.sqrt(3) * xavier, rel=0.01)
    assert draw("kaiming_normal").std() == pytest.approx(math.sqrt(2 / fan_in), rel=0.05)
    assert draw("kaiming_uniform").abs().max() == pytest.approx(math.sqrt(6 / fan_in), rel=0.01)
    rows = draw("orthogonal", 1.5).flatten(1)
    gram = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    torch.testing.assert_close(gram, 2.25 * torch.eye(len(gram)), atol=1e-4, rtol=0)


def test_weight_and_bias_are_chosen_apart() -> None:
    weight, bias = weights("Linear", "N,30", weight_init="zeros", bias_init="constant", bias_scale=0.5)
    assert torch.count_nonzero(weight) == 0
    assert torch.equal(bias, torch.full((10,), 0.5))


def test_a_norm_layer_can_start_at_zero() -> None:
    weight, bias = weights("BatchNorm2d", "N,6,4,4", weight_init="zeros", bias_init="normal", bias_scale=0.1)
    assert torch.count_nonzero(weight) == 0
    assert bias.abs().max() > 0


def test_every_matrix_of_a_deep_network_is_initialized() -> None:
    document = one_layer("LSTM", "N,T,6", num_layers=2, bidirectional=True, weight_init="orthogonal", bias_init="zeros")
    text = compile_source(document).text
    assert text.count("nn.init.orthogonal_") == 8
    assert text.count("nn.init.zeros_") == 8
    for name, value in module_of(document).named_parameters():
        assert torch.count_nonzero(value) == 0 if "bias" in name else torch.count_nonzero(value) > 0


def test_the_padding_vector_of_an_embedding_stays_zero() -> None:
    document = one_layer(
        "Embedding", "N,T int64", num_embeddings=9, padding_idx=2, weight_init="constant", weight_scale=3.0
    )
    weight = known(module_of(document).layer).weight
    assert torch.count_nonzero(weight[2]) == 0
    assert torch.equal(weight[3], torch.full((64,), 3.0))


def test_the_source_says_it_behind_the_construction_and_before_freezing() -> None:
    document = one_layer("Linear", "N,30", weight_init="normal", weight_scale=0.01)
    with document.edit("Freeze"):
        document.model.alter("layer", frozen=True)
    lines = [line.strip() for line in compile_source(document).text.splitlines()]
    at = lines.index("self.layer = nn.Linear(30, 10)")
    assert lines[at + 1 : at + 3] == [
        "nn.init.normal_(self.layer.weight, std=0.01)",
        "self.layer.requires_grad_(False)",
    ]
    assert not any(value.requires_grad for value in module_of(document).parameters())


def test_a_shared_layer_is_initialized_once() -> None:
    document = Document("Shared")
    graph = document.model
    with document.edit("Draw"):
        graph.add("Input", {"shape": [4]}, name="a")
        graph.add("Linear", {"out_features": 4, "weight_init": "orthogonal"}, name="first")
        graph.add("Linear", {"out_features": 4, "weight_init": "orthogonal"}, name="second")
        graph.alter("second", shares="first")
        graph.add("Output", name="out")
        for source, target in (("a", "first"), ("first", "second"), ("second", "out")):
            graph.connect(source, target)
    assert compile_source(document).text.count("nn.init.") == 1


def test_layers_without_initial_weights_have_no_matrix() -> None:
    """Whatever has a matrix of weights has a choice of initial ones."""
    for cls in catalog().values():
        if cls.role == "layer" and "weights" in vars(cls) and cls.__name__ != "PReLU":
            assert issubclass(cls, Weighted)


def test_a_vector_has_no_fans() -> None:
    with pytest.raises(ParameterError, match=r"weight_init='orthogonal' needs at least two axes; use normal"):
        make_layer("Parameter", {"shape": [5], "weight_init": "orthogonal"})
