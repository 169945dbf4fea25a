"""NPZ files as they are handed round: which arrays are taken for what."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from compiler.to_python.source import compile_source
from tests.support.training_drawings import classifier, train
from tests.support.typed import as_a, known
from training.data.arrays.names import parts_of
from training.data.samples import Samples, load_samples
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import Failed, Finished, Notice, Started
from training.results.evaluate import evaluate
from training.runs.runs import read_run

X, Y = np.random.default_rng(0).standard_normal((60, 4)).astype(np.float32), np.arange(60) % 3


def taken(path: Path, notices: list[str] | None = None, **arrays: Any) -> Samples:
    np.savez(path, **arrays)
    document = classifier((4,), classes=3)
    return load_samples(document, compile_source(document), str(path), (notices if notices is not None else []).append)


def refusal(path: Path, **arrays: Any) -> str:
    with pytest.raises(DataError) as caught:
        taken(path, **arrays)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("x y", {"x": ("x", "training"), "y": ("y", "training")}),
        (
            "x_train x_val X_test",
            {"x_train": ("x", "training"), "x_val": ("x", "validation"), "X_test": ("X", "test")},
        ),
        ("x x_valid", {"x": ("x", "training"), "x_valid": ("x", "validation")}),
        ("x x_dev", {"x": ("x", "training"), "x_dev": ("x", "validation")}),
        ("val_x x", {"val_x": ("x", "validation"), "x": ("x", "training")}),
        (
            "train_images val_images test_images classes",
            {
                "train_images": ("images", "training"),
                "val_images": ("images", "validation"),
                "test_images": ("images", "test"),
                "classes": ("classes", "training"),
            },
        ),
        ("test_images test_labels", {"test_images": ("images", "test"), "test_labels": ("labels", "test")}),
        ("x test_score", {"x": ("x", "training"), "test_score": ("test_score", "training")}),
        ("x std_dev", {"x": ("x", "training"), "std_dev": ("std_dev", "training")}),
        ("y_test y", {"y_test": ("y", "test"), "y": ("y", "training")}),
        ("y_test z", {"y_test": ("y", "test"), "z": ("z", "training")}),
    ],
)
def test_the_parts_of_names(keys: str, expected: dict[str, Any]) -> None:
    assert {key: tuple(name) for key, name in parts_of(keys.split()).items()} == expected


@pytest.mark.parametrize(
    "other",
    [np.array(["a", "b", "c"]), np.float32(0.5), np.zeros(7), np.array([{}, None]), np.zeros((0, 3))],
    ids=["names", "a scalar", "another length", "objects", "nothing"],
)
def test_arrays_that_are_no_samples_are_left_aside_and_it_is_said(tmp_path: Path, other: Any) -> None:
    notices: list[str] = []
    samples = taken(tmp_path / "d.npz", notices, image=X, label=Y, extra=other)
    assert len(samples.training[0]) == 60
    assert notices == ["Not used, for they hold no samples of their own: 'extra'."]


def test_an_array_that_is_wanted_but_is_no_samples_says_why(tmp_path: Path) -> None:
    assert "takes the field 'label', but 'label' holds <U1; only numbers and booleans" in refusal(
        tmp_path / "d.npz", image=X, label=np.array(list("abc"))
    )
    assert "but 'label_train' is empty" in refusal(tmp_path / "d.npz", image=X, label_train=np.zeros(0))


@pytest.mark.slow
def test_thousands_of_arrays_are_not_all_listed(tmp_path: Path) -> None:
    many = {f"a{place}": np.zeros(3) for place in range(3000)}
    assert len(refusal(tmp_path / "d.npz", image=X, **many)) < 500
    notices: list[str] = []
    taken(tmp_path / "d.npz", notices, image=X, label=Y, **many)
    assert len(notices[0]) < 200
    assert notices[0].endswith("and 2,995 more.")


def test_fields_that_do_not_belong_together(tmp_path: Path) -> None:
    path = tmp_path / "d.npz"
    assert "different numbers of samples: 'image' has 60, 'label' has 59" in refusal(path, image=X, label=Y[1:])
    both = {"image": X, "label": Y}
    assert "has test samples but no 'label' among them" in refusal(path, **both, image_test=X)
    assert "'image' of 3 in its test samples but of 4 to train on" in refusal(
        path, **both, image_test=X[:, :3], label_test=Y
    )
    assert "numbers of validation samples: 'image' has 60, 'label' has 5" in refusal(
        path, **both, image_val=X, label_val=Y[:5]
    )


@pytest.mark.parametrize(
    "names",
    [("image{}", "label{}"), ("x{}", "y{}"), ("X{}", "target{}"), ("images{}", "labels{}")],
)
def test_usual_names_are_found(tmp_path: Path, names: tuple[str, ...]) -> None:
    arrays = {
        name.format(suffix): known(array)[:count]
        for suffix, count in (("_train", 60), ("_val", 9), ("_test", 7))
        for name, array in zip(names, (X, Y), strict=True)
    }
    samples = taken(tmp_path / "d.npz", **arrays)
    assert (len(samples.training[0]), samples.validation, len(samples.test[0])) == (69, 9, 7)


def test_medmnist_is_read_as_it_comes(tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray] = {}
    for part, count in (("train", 60), ("val", 9), ("test", 7)):
        arrays |= {f"{part}_images": X[:count], f"{part}_labels": Y[:count, None]}
    samples = taken(tmp_path / "d.npz", **known(arrays))
    assert samples.validation == 9
    assert torch.equal(as_a(Tensor, samples.test[1]), torch.from_numpy(Y[:7]))


def test_samples_the_data_brings_to_validate_on_validate(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", image=X, label=Y, image_val=X[:9], label_val=Y[:9])
    events = train(classifier((4,), classes=3, data=str(tmp_path / "d.npz"), epochs=1), tmp_path / "run")
    started = next(event for event in events if isinstance(event, Started))
    assert (started.training_samples, started.validation_samples) == (60, 9)
    assert any("brings 9 samples to validate on" in event.message for event in events if isinstance(event, Notice))


def test_validation_on_samples_of_its_own_measures_just_those(tmp_path: Path) -> None:
    far = np.full((9, 4), 50.0, np.float32)
    np.savez(tmp_path / "d.npz", image=X, label=Y, image_val=far, label_val=Y[:9])
    train(classifier((4,), classes=3, data=str(tmp_path / "d.npz"), epochs=1), tmp_path / "run")
    np.savez(tmp_path / "t.npz", image_test=far, label_test=Y[:9])
    (epoch,) = read_run(tmp_path / "run").epochs
    assert epoch.validation["loss"] == pytest.approx(evaluate(tmp_path / "run", str(tmp_path / "t.npz"))["loss"])


def test_a_file_of_test_samples_alone_is_good_to_evaluate_on(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", image=X, label=Y)
    document = classifier((4,), classes=3, data=str(tmp_path / "d.npz"), epochs=1)
    assert isinstance(train(document, tmp_path / "run")[-1], Finished)
    np.savez(tmp_path / "t.npz", x_test=X[:7], y_test=Y[:7])
    assert evaluate(tmp_path / "run", str(tmp_path / "t.npz"))["samples"] == 7
    with document.edit("Data"):
        document.set_training(data=str(tmp_path / "t.npz"))
    failed = train(document, tmp_path / "other")[-1]
    assert isinstance(failed, Failed)
    assert "holds no training samples, only others" in failed.message


def test_an_upper_case_suffix(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", image=X, label=Y)
    shutil.copy(tmp_path / "d.npz", tmp_path / "D.NPZ")
    assert len(load_data(str(tmp_path / "D.NPZ")).training["image"]) == 60


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "u1", "i8"])
def test_labels_are_taken_where_no_value_is_lost(tmp_path: Path, dtype: str) -> None:
    samples = taken(tmp_path / "d.npz", image=X, label=Y.astype(dtype))
    assert torch.equal(as_a(Tensor, samples.training[1]), torch.from_numpy(Y))
    samples = taken(tmp_path / "d.npz", image=X, label=Y > 0)
    assert torch.equal(as_a(Tensor, samples.training[1]), torch.from_numpy((Y > 0).astype(np.int64)))


@pytest.mark.parametrize(("value", "shown"), [(0.5, "0.5"), (np.nan, "nan"), (np.inf, "inf"), (1e300, "1e+300")])
def test_labels_that_would_lose_their_value_are_told_with_dtype_and_value(
    tmp_path: Path, value: float, shown: str
) -> None:
    labels = Y.astype(np.float64)
    labels[3] = value
    assert (
        f"'label' takes whole numbers (int64), but the field 'label' is float64 and holds {shown}; save other numbers"
        in refusal(tmp_path / "d.npz", image=X, label=labels)
    )
