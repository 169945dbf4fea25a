"""Noise is there in training and gone in inference."""

from __future__ import annotations

import pytest
import torch

from tests.support.one_layer import module_of, one_layer, problem_of
from tests.support.typed import there


@pytest.mark.parametrize(("kind", "typical"), [
    ("Dropout", "N,200"), ("Dropout2d", "N,200,2,2"), ("AlphaDropout", "N,200"), ("GaussianNoise", "N,200"),
])  # fmt: skip
def test_noise_is_for_training(kind: str, typical: str) -> None:
    module = module_of(one_layer(kind, typical))
    x = torch.ones(3, *map(int, typical.split(",")[1:]))
    assert not torch.equal(module(x), x)
    assert torch.equal(module.eval()(x), x)


def test_channels_drop_as_a_whole() -> None:
    torch.manual_seed(0)
    y = module_of(one_layer("Dropout2d", "N,50,3,3"))(torch.ones(2, 50, 3, 3)).flatten(2)
    assert {tuple(channel) for channel in y.flatten(0, 1).tolist()} == {(0.0,) * 9, (2.0,) * 9}


def test_noise_has_its_standard_deviation() -> None:
    torch.manual_seed(0)
    y = module_of(one_layer("GaussianNoise", "N,1000", std=0.3))(torch.zeros(50, 1000))
    assert y.std() == pytest.approx(0.3, rel=0.02)
    assert y.mean() == pytest.approx(0.0, abs=0.01)


def test_a_sample_has_the_mean_and_variance_it_is_given() -> None:
    torch.manual_seed(0)
    module = module_of(one_layer("GaussianSample", "N,1000", "N,1000"))
    mu, logvar = torch.full((50, 1000), 2.0), torch.full((50, 1000), -1.0)
    z = module(mu, logvar)
    assert z.mean() == pytest.approx(2.0, abs=0.01)
    assert z.var() == pytest.approx(torch.tensor(-1.0).exp().item(), rel=0.02)
    assert torch.equal(module.eval()(mu, logvar), mu)


def test_a_sample_passes_gradients_to_both_inputs() -> None:
    module = module_of(one_layer("GaussianSample", "N,4", "N,4"))
    mu, logvar = torch.zeros(2, 4, requires_grad=True), torch.zeros(2, 4, requires_grad=True)
    module(mu, logvar).sum().backward()
    assert torch.equal(there(mu.grad), torch.ones(2, 4))
    assert torch.count_nonzero(there(logvar.grad)) > 0


def test_mean_and_variance_have_one_shape() -> None:
    assert "of one shape, got (N, 4) and (N, 5)" in problem_of("GaussianSample", "N,4", "N,5").message
