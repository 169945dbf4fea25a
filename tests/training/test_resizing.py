"""What is resized: images, and the masks that belong to them; nothing else."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.training_drawings import classifier
from tests.support.typed import as_a, known
from training.data.resized import nearest
from training.data.samples import Samples, load_samples
from training.errors import DataError
from training.runs.data_record import Rule


def segmenter(size: int, target: dict[Any, Any], objective: str) -> Document:
    """A 1 x 1 convolution from images (1, size, size) to a mask."""
    document = Document("Segmenter")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": [1, size, size]}, name="image")
        model.add("Conv2d", {"out_channels": 1 if objective == "BCEWithLogits" else 3, "kernel_size": 1}, name="conv")
        model.add("Target", target, name="mask")
        model.add(objective, name="objective")
        model.connect("image", "conv")
        model.connect("conv", "objective", "prediction")
        model.connect("mask", "objective", "target")
    return document


def taken(document: Document, path: Path, notices: list[str] | None = None, **arrays: np.ndarray) -> Samples:
    np.savez(path, **known(arrays))
    tell = (notices if notices is not None else []).append
    return load_samples(document, compile_source(document), str(path), tell)


def refusal(document: Document, path: Path, **arrays: np.ndarray) -> str:
    with pytest.raises(DataError) as caught:
        taken(document, path, **known(arrays))
    return str(caught.value)


def centres(old: int, new: int) -> list[int]:
    """The old pixel that holds each new pixel's centre, in exact arithmetic."""
    return [floor(Fraction(2 * place + 1, 2) * old / new) for place in range(new)]


def test_masks_take_the_pixel_at_every_new_pixels_centre() -> None:
    for old in range(1, 40):
        for new in (1, 2, 3, 7, 14, 26, 28, 41, 64, 100):
            column = torch.arange(old).reshape(1, old, 1)
            assert nearest(column, (new, 1)).flatten().tolist() == centres(old, new)


@pytest.mark.parametrize(("old", "new"), [(8, 16), (28, 14), (9, 27), (64, 32)])
def test_masks_are_resized_as_pytorch_does_it_exactly(old: int, new: int) -> None:
    masks = torch.arange(3 * old * old, dtype=torch.float32).reshape(3, old, old)
    expected = F.interpolate(masks[:, None], size=(new, new), mode="nearest-exact")[:, 0]
    assert torch.equal(nearest(masks, (new, new)), expected)


@pytest.mark.parametrize("dtype", ["u1", "i4", "i8", "f4", "?"])
@pytest.mark.parametrize("kind", ["indices", "one channel"])
def test_masks_follow_their_image_whatever_their_dtype(tmp_path: Path, dtype: str, kind: str) -> None:
    generator = np.random.default_rng(0)
    notices: list[str] = []
    images, masks = generator.random((6, 1, 12, 12), np.float32), generator.integers(0, 2, (6, 12, 12))
    if kind == "indices":
        document = segmenter(8, {"shape": [8, 8]}, "CrossEntropy")
    else:
        document = segmenter(8, {"shape": [1, 8, 8], "dtype": "float32"}, "BCEWithLogits")
        masks = masks[:, None]
    samples = taken(document, tmp_path / "d.npz", notices, image=images, mask=masks.astype(dtype))
    rows = centres(12, 8)
    assert np.array_equal(as_a(Tensor, samples.training[1]).numpy(), masks[..., rows, :][..., rows])
    assert as_a(Tensor, samples.training[1]).dtype == (torch.int64 if kind == "indices" else torch.float32)
    assert notices == [
        "'image': images are resized from 12 x 12 to 8 x 8, bilinearly, to fit the Input.",
        "'mask': masks are resized from 12 x 12 to 8 x 8, each pixel taken from the nearest, to fit the Target.",
    ]


def test_a_mask_of_another_size_than_its_image_is_refused(tmp_path: Path) -> None:
    document = segmenter(8, {"shape": [8, 8]}, "CrossEntropy")
    sentence = refusal(
        document, tmp_path / "d.npz", image=np.zeros((6, 1, 12, 12)), mask=np.zeros((6, 10, 10), np.int64)
    )
    assert sentence.startswith("'mask' expects samples of (8, 8) int64, the field 'mask' has (10, 10) int64")


def test_an_image_that_is_also_the_target_is_resized_as_the_image_is(tmp_path: Path) -> None:
    document = segmenter(8, {"shape": [1, 8, 8], "dtype": "float32", "field": "image"}, "MSE")
    with document.edit("One channel"):
        document.model.set("conv", out_channels=1)
    samples = taken(document, tmp_path / "d.npz", image=np.random.default_rng(0).random((6, 1, 12, 12)))
    assert torch.equal(as_a(Tensor, samples.training[0]), as_a(Tensor, samples.training[1]))


@pytest.mark.parametrize(
    ("shape", "got", "advice"),
    [
        ((100, 6), (50, 6), "change the node's shape or the data"),
        ((100, 6), (100, 8), "change the node's shape or the data"),
        ((100, 6), (6, 100), "the last two axes are swapped: np.swapaxes(array, -1, -2) puts them right"),
        ((24, 12), (12, 24), "the last two axes are swapped"),
        ((24, 24), (12, 24), "change the node's shape or the data"),
        ((1, 100), (2, 100), "change the node's shape or the data"),
        ((6,), (8,), "change the node's shape or the data"),
        ((16, 8, 8), (16, 4, 4), "change the node's shape or the data"),
        ((1, 64, 100), (1, 100, 64), "the last two axes are swapped"),
        ((3, 32, 32), (32, 32, 3), "the last axis of the data belongs in front: np.moveaxis(array, -1, 1)"),
    ],
)
def test_what_is_no_image_or_lies_otherwise_is_refused(
    tmp_path: Path, shape: tuple[int, ...], got: tuple[int, ...], advice: str
) -> None:
    values = np.random.default_rng(0).standard_normal((10, *got)).astype(np.float32)
    sentence = refusal(classifier(shape), tmp_path / "d.npz", image=values, label=np.arange(10))
    assert sentence.startswith("'image' expects samples of (")
    assert advice in sentence


def test_targets_of_two_axes_are_refused(tmp_path: Path) -> None:
    document = Document("Table")
    with document.edit("Draw"):
        document.model.add("Input", {"shape": [4]}, name="x")
        document.model.add("Linear", {"out_features": 12}, name="fc")
        document.model.add("Unflatten", {"unflattened_size": [3, 4]}, name="table")
        document.model.add("Target", {"shape": [3, 4], "dtype": "float32"}, name="y")
        document.model.add("MSE", name="mse")
        for source, target, port in (("x", "fc", "x"), ("fc", "table", "x"), ("table", "mse", "prediction")):
            document.model.connect(source, target, port)
        document.model.connect("y", "mse", "target")
    sentence = refusal(document, tmp_path / "d.npz", x=np.zeros((8, 4)), y=np.zeros((8, 6, 4)))
    assert "'y' expects samples of (3, 4) float32, the field 'y' has (6, 4) float64" in sentence


def test_grey_pixels_without_a_channel_are_resized_where_their_values_tell_what_they_are(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (10, 32, 32), dtype=np.uint8)
    samples = taken(classifier((28, 28)), tmp_path / "d.npz", image=pixels, label=np.arange(10))
    expected = F.interpolate(torch.from_numpy(pixels)[:, None].float() / 255, (28, 28), mode="bilinear", antialias=True)
    assert torch.equal(as_a(Tensor, samples.training[0]), expected[:, 0])


def test_a_run_without_a_record_resizes_what_it_did(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((10, 50, 6)).astype(np.float32)
    np.savez(tmp_path / "d.npz", image=values, label=np.arange(10))
    document = classifier((100, 6))
    old = Rule(by_dtype=True)
    samples = load_samples(document, compile_source(document), str(tmp_path / "d.npz"), lambda _: None, rule=old)
    expected = F.interpolate(torch.from_numpy(values)[:, None], (100, 6), mode="bilinear")
    assert torch.equal(as_a(Tensor, samples.training[0]), expected[:, 0])
