"""Normalization: statistics are those of the axes it names, in training and in inference."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from compiler.to_onnx.export import export
from tests.support.one_layer import module_of, one_layer, problem_of


@pytest.mark.parametrize(("kind", "typical", "parameters", "axes"), [
    ("BatchNorm1d", "N,6,50", {}, (0, 2)),
    ("BatchNorm3d", "N,6,4,5,3", {}, (0, 2, 3, 4)),
    ("InstanceNorm2d", "N,6,9,8", {}, (2, 3)),
    ("LayerNorm", "N,9,8", {"normalized_dims": 2}, (1, 2)),
    ("GroupNorm", "N,6,9,8", {"num_groups": 1}, (1, 2, 3)),
])  # fmt: skip
def test_mean_and_variance_over_its_own_axes(
    kind: str, typical: str, parameters: dict[str, int], axes: tuple[int, ...]
) -> None:
    y = module_of(one_layer(kind, typical, **parameters))(3 + 2 * torch.randn(7, *map(int, typical.split(",")[1:])))
    assert y.mean(axes).abs().max() < 1e-4
    assert (y.var(axes, correction=0) - 1).abs().max() < 1e-2


def test_the_root_mean_square_becomes_one() -> None:
    y = module_of(one_layer("RMSNorm", "N,T,50"))(3 + 2 * torch.randn(7, 4, 50))
    assert (y.square().mean(-1) - 1).abs().max() < 1e-4


def test_a_batch_without_statistics_of_its_own_is_exported(tmp_path: Path) -> None:
    """PyTorch refuses a batch of one there; the check goes on with two."""
    document = one_layer("BatchNorm1d", "N,6", track_running_stats=False)
    assert all(entry["sizes"]["N"] > 1 for entry in export(document, None, tmp_path / "norm.onnx").checked)


def test_groups_divide_the_channels() -> None:
    problem = problem_of("GroupNorm", "N,6,4,4")
    assert "num_groups=4, which must divide its 6 channels" in problem.message
    assert problem.fix is not None


def test_weights_need_a_fixed_size() -> None:
    assert "needs the axes it normalizes to be a fixed number, got T" in problem_of("LayerNorm", "N,T").message


@pytest.mark.parametrize("size", [2, 5])
def test_neighbouring_channels_are_exported_where_their_number_has_a_name(tmp_path: Path, size: int) -> None:
    report = export(one_layer("LocalResponseNorm", "N,C,9,8", size=size), None, tmp_path / "model.onnx")
    assert report.max_abs_diff < 1e-5
