"""From fields of the data to the tensors of a drawing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from compiler.to_python.source import compile_source
from graph.document import Document
from tests.support.training_drawings import classifier, write_mnist
from tests.support.typed import as_a
from training.data.feed import Feed
from training.data.held import Deferred
from training.data.samples import Samples, load_samples
from training.errors import DataError


def load(document: Document, data: Any, notices: list[str] | None = None) -> Samples:
    return load_samples(document, compile_source(document), str(data), (notices if notices is not None else []).append)


def refusal(document: Document, data: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        load(document, data)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


@pytest.fixture
def npz(tmp_path: Path) -> Callable[..., Path]:
    def save(**arrays: Any) -> Any:
        np.savez(tmp_path / "data.npz", **arrays)
        return tmp_path / "data.npz"

    return save


def test_matching_data_is_taken_as_it_is() -> None:
    notices: list[str] = []
    samples = load(classifier(), "digits", notices)
    assert [tuple(tensor.shape) for tensor in samples.training] == [(1438, 1, 8, 8), (1438,)]
    assert [as_a(Tensor, tensor).dtype for tensor in samples.test] == [torch.float32, torch.int64]
    assert notices == []


def test_bytes_become_fractions(tmp_path: Path) -> None:
    samples = load(classifier(), write_mnist(tmp_path))
    assert as_a(Tensor, samples.training[0]).dtype == torch.float32
    assert float(as_a(Tensor, samples.training[0]).max()) == 1.0


@pytest.mark.parametrize(("size", "antialias"), [(32, False), (5, True)])
def test_images_are_resized_with_a_notice(tmp_path: Path, size: int, antialias: bool) -> None:
    folder = write_mnist(tmp_path)
    notices: list[str] = []
    plain = load(classifier(), folder).training[0]
    resized = load(classifier((1, size, size)), folder, notices).training[0]
    expected = F.interpolate(as_a(Tensor, plain), [size, size], mode="bilinear", antialias=antialias)
    assert torch.equal(as_a(Tensor, resized), expected)
    assert notices == [
        "'image': the field 'image' holds 0 to 255 and is divided by 255; the setting scaling changes that.",
        f"'image': images are resized from 8 x 8 to {size} x {size}, bilinearly, to fit the Input.",
    ]


def test_large_images_are_resized_batch_by_batch(npz: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    data = npz(image=random.integers(0, 256, (40, 3, 8, 8), dtype=np.uint8), label=np.arange(40) % 10)
    document = classifier((3, 32, 32))
    at_once = load(document, data).training
    monkeypatch.setattr("training.data.held._HOLD_BYTES", 1)
    held = load(document, data).training
    assert isinstance(held[0], Deferred)
    assert held[0].shape == at_once[0].shape
    order = torch.randperm(40)
    for one, other in zip(Feed(held, 16).batches(order), Feed(at_once, 16).batches(order), strict=True):
        assert all(map(torch.equal, one, other))


@pytest.mark.parametrize("shape", [(64,), (8, 8)])
def test_images_are_reshaped_with_a_notice_where_the_count_agrees(shape: tuple[int, ...]) -> None:
    notices: list[str] = []
    samples = load(classifier(shape), "digits", notices)
    assert tuple(samples.training[0].shape) == (1438, *shape)
    assert "is reshaped from (1, 8, 8)" in notices[0]


def test_named_sizes_take_what_the_data_has(npz: Callable[..., Path]) -> None:
    document = Document("Sequence")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": ("T", 3)}, name="x")
        model.add("Target", {"shape": ("T", 2), "dtype": "float32"}, name="y")
        model.add("Linear", {"out_features": 2}, name="fc")
        model.add("MSE", name="mse")
        model.connect("x", "fc")
        model.connect("fc", "mse", "prediction")
        model.connect("y", "mse", "target")
    samples = load(document, npz(x=np.zeros((6, 7, 3)), y=np.zeros((6, 7, 2))))
    assert [tuple(tensor.shape) for tensor in samples.training] == [(6, 7, 3), (6, 7, 2)]


def test_a_field_named_in_the_node_wins(npz: Callable[..., Path]) -> None:
    document = classifier((2,))
    with document.edit("Bind"):
        document.model.set("image", field="pixels")
    path = npz(pixels=np.ones((4, 2)), image=np.zeros((4, 2)), label=np.arange(4))
    assert float(as_a(Tensor, load(document, path).training[0]).min()) == 1.0


def test_the_only_input_and_target_take_image_and_label_whatever_their_names() -> None:
    document = classifier()
    notices: list[str] = []
    with document.edit("Rename"):
        document.model.rename("image", "input1")
        document.model.rename("label", "target1")
    samples = load(document, "digits", notices)
    assert len(samples.training[0]) == 1438
    assert [notice.partition(" of the data")[0] for notice in notices] == [
        "'input1' takes the field 'image'",
        "'target1' takes the field 'label'",
    ]


def test_an_unknown_field_lists_those_there_are() -> None:
    document = classifier()
    with document.edit("Bind"):
        document.model.set("image", field="pixels")
    error = refusal(document, "digits")
    assert error.node == "image"
    assert "takes the field 'pixels', which digits does not have; it has 'image' 1 x 8 x 8 float32" in str(error)


def test_shapes_that_do_not_fit_name_node_data_and_expectation(npz: Callable[..., Path]) -> None:
    error = refusal(classifier((3, 8, 8)), "digits")
    assert error.node == "image"
    assert "'image' expects samples of (3, 8, 8) float32, the field 'image' has (1, 8, 8) float32" in str(error)
    path = npz(image=np.zeros((4, 2)), label=np.zeros((4, 3), np.int64))
    assert "'label' expects samples of () int64, the field 'label' has (3,) int64" in str(
        refusal(classifier((2,)), path)
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_numbers_that_are_none(npz: Callable[..., Path], bad: float) -> None:
    error = refusal(classifier((2,)), npz(image=np.full((4, 2), bad), label=np.arange(4)))
    assert "'image': the field 'image' holds NaN, infinite or too large values" in str(error)


def test_labels_beyond_64_bits_are_told_as_they_are(npz: Callable[..., Path]) -> None:
    labels = np.array([0, 1, 2, 2**63], np.uint64)
    error = refusal(classifier((2,)), npz(image=np.zeros((4, 2)), label=labels))
    assert error.node == "label"
    assert "the field 'label' holds 9223372036854775808, but an int64 ends at 9223372036854775807" in str(error)


@pytest.mark.parametrize("part", ["label", "label_test"])
def test_labels_out_of_range_name_the_node_and_the_part(npz: Callable[..., Path], part: str) -> None:
    arrays = {
        "image": np.zeros((4, 2)),
        "image_test": np.zeros((4, 2)),
        "label": np.arange(4),
        "label_test": np.arange(4),
    }
    error = refusal(classifier((2,), classes=10), npz(**{**arrays, part: np.array([0, 1, 2, 10])}))
    assert error.node == "label"
    assert str(error).startswith("In the test samples, 'label'") == (part == "label_test")
    assert "has the label 10 in sample 3, but 'entropy' gets scores of 10 classes (0 to 9)" in str(error)
    error = refusal(classifier((2,)), npz(**{**arrays, part: np.array([0, 1, 2, -1])}))
    assert "has the label -1 in sample 3, but class indices count from 0; set ignore_index=-1" in str(error)
