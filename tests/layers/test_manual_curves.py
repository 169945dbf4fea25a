"""The graphs that the manual shows are those of the functions that PyTorch computes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from graph.catalog import catalog
from graph.manual.curves import CURVES
from graph.manual.entries import entries
from tests.support.one_layer import module_of, one_layer

ZERO, YES = torch.zeros((), dtype=torch.float64), torch.ones((), dtype=torch.float64)
SCORED: dict[str, Callable[[Tensor], Tensor]] = {
    "mse": lambda x: F.mse_loss(x, ZERO),
    "l1": lambda x: F.l1_loss(x, ZERO),
    "huber": lambda x: F.huber_loss(x, ZERO),
    "smooth_l1": lambda x: F.smooth_l1_loss(x, ZERO),
    "bce_with_logits": lambda x: F.binary_cross_entropy_with_logits(x, YES),
    "soft_margin": lambda x: F.soft_margin_loss(x[None], YES[None]),
    "cross_entropy": lambda p: F.cross_entropy(torch.stack([p.log(), (1 - p).log()])[None], torch.tensor([0])),
    "focal": lambda p: (1 - p) ** 2 * F.cross_entropy(torch.stack([p.log(), (1 - p).log()])[None], torch.tensor([0])),
}
DRAWN = {
    entry.picture.removeprefix("curve "): kind
    for kind, entry in entries().items()
    if entry.picture.startswith("curve ")
}


def test_every_graph_is_of_a_layer() -> None:
    assert set(DRAWN) == set(CURVES)


@pytest.mark.parametrize("name", CURVES)
def test_a_graph_is_what_pytorch_computes(name: str) -> None:
    curve = CURVES[name]
    x = torch.linspace(curve.low, curve.high, 101, dtype=torch.float64)
    if catalog()[DRAWN[name]].role == "objective":
        found = torch.stack([SCORED[name](value) for value in x])
    else:
        module = module_of(one_layer(DRAWN[name], "N,101"))
        found = module.double().eval()(x[None])[0].detach()
    expected = torch.tensor([curve.function(float(value)) for value in x], dtype=torch.float64)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_a_slope_is_the_gradient() -> None:
    x = torch.linspace(-3.0, 3.0, 61, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(F.mish(x).sum(), x)
    slopes = torch.tensor([CURVES["mish"].slope(value) for value in x.tolist()], dtype=torch.float64)
    torch.testing.assert_close(gradient, slopes, rtol=1e-5, atol=1e-6)
