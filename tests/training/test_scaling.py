"""How numbers are scaled: one rule for a field, whatever dtype a file has, kept with the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import layerloom
from compiler.to_python.source import compile_source
from graph.document import Document
from graph.storage.loom import save
from tests.support.training_drawings import classifier, train, write_mnist
from tests.support.typed import as_a, known, there
from training.checkpoints.checkpoint import load_run_module
from training.data.samples import Samples, load_samples
from training.errors import DataError
from training.protocol import EpochEnded, Event, Finished, Notice
from training.results.evaluate import evaluate

DTYPES = ["u1", "u2", "i2", "i8", "f4", "f8"]
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 1, 8, 8))
LABELS = np.arange(40) % 10


def taken(document: Document, path: Path, notices: list[str] | None = None, **arrays: np.ndarray) -> Samples:
    """The samples of a drawing from a file with these arrays."""
    np.savez(path, **known(arrays))
    tell = (notices if notices is not None else []).append
    return load_samples(document, compile_source(document), str(path), tell)


def regression(shape: tuple[int, ...], out: int = 1, objective: str = "MSE", **training: Any) -> Document:
    """One linear layer from ``x`` to values ``y``."""
    document = Document("Regression")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": shape}, name="x")
        model.add("Linear", {"out_features": out}, name="fc")
        model.add("Target", {"shape": [out], "dtype": "float32"}, name="y")
        model.add(objective, name="objective")
        model.connect("x", "fc")
        model.connect("fc", "objective", "prediction")
        model.connect("y", "objective", "target")
        document.set_training(**{"epochs": 3, "learning_rate": 0.05, "batch_size": 8, **training})
    return document


def losses(events: list[Event]) -> list[float | None]:
    assert isinstance(events[-1], Finished), events[-1]
    return [event.training["loss"] for event in events if isinstance(event, EpochEnded)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_images_of_8_bits_are_scaled_whatever_their_dtype_and_it_is_said(tmp_path: Path, dtype: str) -> None:
    notices: list[str] = []
    samples = taken(classifier(), tmp_path / "d.npz", notices, image=PIXELS.astype(dtype), label=LABELS)
    assert torch.equal(as_a(Tensor, samples.training[0]), torch.from_numpy(PIXELS).float() / 255)
    assert notices == [
        "'image': the field 'image' holds 0 to 255 and is divided by 255; the setting scaling changes that."
    ]


@pytest.mark.parametrize("dtype", ["u2", "i4", "f8"])
def test_images_of_16_bits_are_scaled(tmp_path: Path, dtype: str) -> None:
    deep = PIXELS.astype(np.int64) * 257
    samples = taken(classifier(), tmp_path / "d.npz", image=deep.astype(dtype), label=LABELS)
    assert torch.equal(as_a(Tensor, samples.training[0]), torch.from_numpy(deep).float() / 65535)


@pytest.mark.parametrize("dtype", [*DTYPES, "?"])
def test_images_of_0_and_1_stay_as_they_are(tmp_path: Path, dtype: str) -> None:
    notices: list[str] = []
    flags = (PIXELS > 127).astype(dtype)
    samples = taken(classifier(), tmp_path / "d.npz", notices, image=flags, label=LABELS)
    assert torch.equal(as_a(Tensor, samples.training[0]), torch.from_numpy(PIXELS > 127).float())
    assert notices == []


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_few_kinds_on_a_board_are_no_pixels(tmp_path: Path, dtype: str) -> None:
    notices: list[str] = []
    board = (PIXELS % 13).astype(dtype)
    samples = taken(classifier(), tmp_path / "d.npz", notices, image=board, label=LABELS)
    assert float(as_a(Tensor, samples.training[0]).max()) == 12
    assert "holds 0 to 12 and is taken as it is; the setting scaling divides it." in notices[0]


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        (classifier((784,)), (1, 28, 28)),
        (classifier((1, 28, 28)), (784,)),
        (classifier((28, 28)), (28, 28)),
        (classifier((28, 28, 3)), (28, 28, 3)),
        (classifier((3, 8, 8)), (3, 8, 8)),
        (classifier((1, 4, 8, 8)), (1, 4, 8, 8)),
    ],
)
def test_images_are_known_by_the_shape_of_the_node_or_of_the_samples(
    tmp_path: Path, document: Document, shape: tuple[int, ...]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, *shape), dtype=np.uint8)
    samples = taken(document, tmp_path / "d.npz", image=pixels, label=np.arange(20) % 10)
    assert float(as_a(Tensor, samples.training[0]).max()) == 1.0


@pytest.mark.parametrize("shape", [(6,), (100, 6), (50, 12), (1, 100)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_tables_and_series_are_never_scaled(tmp_path: Path, shape: tuple[int, ...], dtype: str) -> None:
    values = np.random.default_rng(0).integers(0, 200, (20, *shape)).astype(dtype)
    samples = taken(classifier(shape), tmp_path / "d.npz", image=values, label=np.arange(20) % 10)
    assert torch.equal(as_a(Tensor, samples.training[0]), torch.from_numpy(values.astype(np.float32)))


@pytest.mark.parametrize(
    ("values", "objective", "out"),
    [
        (np.random.default_rng(1).integers(0, 100, (40, 1)), "MSE", 1),
        (np.random.default_rng(1).integers(0, 2, (40, 3)), "BCEWithLogits", 3),
        (np.eye(4)[np.arange(40) % 4].astype(np.int64), "CrossEntropy", 4),
    ],
    ids=["ages", "several labels", "one-hot"],
)
def test_targets_train_alike_in_every_dtype(tmp_path: Path, values: Any, objective: str, out: int) -> None:
    x = np.random.default_rng(0).standard_normal((40, 6)).astype(np.float32)
    seen = []
    for dtype in ("u1", "i2", "f4", "f8"):
        np.savez(tmp_path / "d.npz", x=x, y=values.astype(dtype))
        document = regression((6,), out, objective, data=str(tmp_path / "d.npz"))
        seen.append(losses(train(document, tmp_path / dtype)))
    assert seen[1:] == seen[:1] * 3
    samples = taken(regression((6,), out, objective), tmp_path / "d.npz", x=x, y=values.astype("u1"))
    assert torch.equal(as_a(Tensor, samples.training[1]), torch.from_numpy(values).float())


def test_a_target_that_looks_like_pixels_is_said_to_stay(tmp_path: Path) -> None:
    notices: list[str] = []
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=np.array([[3], [90], [7], [8]], "u1"))
    assert notices == ["'y': the field 'y' holds 3 to 90 and is taken as it is: targets are not scaled."]


def test_whole_numbers_below_zero_in_an_image_are_said_to_stay(tmp_path: Path) -> None:
    notices: list[str] = []
    signed = (PIXELS - 128).astype("i1")
    samples = taken(classifier(validation=0.0), tmp_path / "d.npz", notices, image=signed, label=LABELS)
    assert float(as_a(Tensor, samples.training[0]).min()) == -128
    assert notices == [
        "'image': the field 'image' holds -128 to 127 and is taken as it is; the setting scaling divides it."
    ]


def test_whole_numbers_that_float32_rounds_are_said_to_be(tmp_path: Path) -> None:
    notices: list[str] = []
    y = np.array([[2**24], [5], [6], [2**24 + 1]])
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=y)
    assert notices == [
        "'y': the field 'y' holds whole numbers up to 16,777,217, which float32 rounds: it tells them apart up to "
        "16,777,216 and of 4 different ones it keeps 3."
    ]


def test_whole_numbers_in_double_precision_and_times_that_float32_rounds_are_said_too(tmp_path: Path) -> None:
    notices: list[str] = []
    times = 1.7e9 + np.arange(4)[:, None] / 4
    lost = "which float32 rounds: of 4 different ones it keeps 1."
    y = np.array([[2.0**24], [5], [6], [2**24 + 1]])
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=y)
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=times)
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=np.arange(1, 5)[:, None] * 1e-50)
    taken(regression((6,)), tmp_path / "d.npz", notices, x=np.zeros((4, 6)), y=np.arange(1, 5)[:, None] / 3)
    assert notices == [
        "'y': the field 'y' holds whole numbers up to 16,777,217, which float32 rounds: it tells them apart up to "
        "16,777,216 and of 4 different ones it keeps 3.",
        f"'y': the field 'y' holds numbers up to 1,700,000,000.75, {lost}",
        f"'y': the field 'y' holds numbers up to 4e-50, {lost}",
    ]


def test_a_target_that_takes_the_field_of_the_image_has_its_scale(tmp_path: Path) -> None:
    document = regression((1, 1, 8), 8, data="")
    with document.edit("Autoencoder"):
        document.model.set("x", shape=[1, 4, 8], field="image")
        document.model.set("y", shape=[1, 4, 8], field="image")
    pixels = np.random.default_rng(0).integers(0, 256, (20, 1, 4, 8), dtype=np.uint8)
    samples = taken(document, tmp_path / "d.npz", image=pixels)
    assert torch.equal(as_a(Tensor, samples.training[0]), as_a(Tensor, samples.training[1]))
    assert float(as_a(Tensor, samples.training[0]).max()) == 1.0


@pytest.mark.parametrize(("setting", "divisor"), [("none", 1), ("8-bit", 255), ("16-bit", 65535), ("auto", 255)])
def test_the_setting_scaling_decides(tmp_path: Path, setting: str, divisor: int) -> None:
    document = classifier(scaling=setting)
    samples = taken(document, tmp_path / "d.npz", image=PIXELS.astype("u1"), label=LABELS)
    assert torch.equal(as_a(Tensor, samples.training[0]), torch.from_numpy(PIXELS).float() / divisor)


def test_the_command_line_sets_scaling(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.loom"
    save(classifier(data=str(write_mnist(tmp_path / "data")), epochs=1), path)
    assert layerloom.main(["train", str(path), "--set", "scaling=none", "--run-dir", str(tmp_path / "run")]) == 0
    assert json.loads((tmp_path / "run" / "data.json").read_text())["rule"]["scales"]["image"]["divisor"] == 1
    assert layerloom.main(["train", str(path), "--set", "scaling=4-bit", "--run-dir", str(tmp_path / "other")]) == 2
    assert "scaling must be one of 16-bit, 8-bit, auto, none" in capsys.readouterr().err


def test_a_setting_that_names_the_bits_reaches_tables_where_there_are_no_images(tmp_path: Path) -> None:
    flat = PIXELS.reshape(40, 64)
    samples = taken(classifier((64,), scaling="8-bit"), tmp_path / "d.npz", image=flat, label=LABELS)
    assert float(as_a(Tensor, samples.training[0]).max()) == 1.0


def test_the_training_samples_decide_for_the_others_whatever_their_dtypes(tmp_path: Path) -> None:
    dark = np.full((10, 1, 8, 8), 3.0)
    arrays = {"image": PIXELS.astype("u1"), "label": LABELS}
    other = {"image_test": dark, "label_test": LABELS[:10], "image_val": dark.astype("i4"), "label_val": LABELS[:10]}
    samples = taken(classifier(), tmp_path / "d.npz", **known(arrays), **known(other))
    assert torch.equal(as_a(Tensor, samples.test[0]), torch.full((10, 1, 8, 8), 3 / 255))
    assert samples.validation == 10
    assert torch.equal(known(samples.training[0])[-10:], torch.full((10, 1, 8, 8), 3 / 255))


@pytest.mark.parametrize("part", ["test", "val"])
def test_parts_saved_on_two_scales_are_refused(tmp_path: Path, part: str) -> None:
    arrays = {"image": PIXELS, "label": LABELS, f"image_{part}": PIXELS[:10] / 255, f"label_{part}": LABELS[:10]}
    with pytest.raises(
        DataError, match=r"'image' has 0 to 1 .* while what is trained on has 0 to 255; save all images"
    ):
        taken(classifier(), tmp_path / "d.npz", **known(arrays))
    arrays |= {"image": PIXELS / 255, f"image_{part}": PIXELS[:10]}
    with pytest.raises(
        DataError, match=r"'image' has 0 to 255 .* while what is trained on has 0 to 1; save all images"
    ):
        taken(classifier(), tmp_path / "d.npz", **known(arrays))


def test_a_run_scales_by_its_own_rule_wherever_it_is_measured(tmp_path: Path) -> None:
    data = write_mnist(tmp_path / "data")
    document = classifier(data=str(data), epochs=1)
    train(document, tmp_path / "run")
    record = json.loads((tmp_path / "run" / "data.json").read_text())
    assert record["rule"]["scales"]["image"] == {"divisor": 255, "low": 0.0, "high": 255.0}
    dark = np.full((10, 1, 8, 8), 3, np.float64)
    np.savez(tmp_path / "dark.npz", image_test=dark, label_test=LABELS[:10])
    module = load_run_module(tmp_path / "run")
    scores = module(torch.full((10, 1, 8, 8), 3 / 255)).detach()
    expected = torch.nn.functional.cross_entropy(scores, torch.from_numpy(LABELS[:10]))
    assert evaluate(tmp_path / "run", str(tmp_path / "dark.npz"))["loss"] == pytest.approx(float(expected), rel=1e-5)


def test_a_resumed_run_keeps_its_rule_and_the_setting_cannot_change(tmp_path: Path) -> None:
    document = classifier(data=str(write_mnist(tmp_path / "data")), epochs=1)
    train(document, tmp_path / "run")
    assert isinstance(train(document, tmp_path / "run", resume=True)[-1], Finished)
    with document.edit("Scale"):
        document.set_training(scaling="none")
    (failed,) = train(document, tmp_path / "run", resume=True)
    assert "was trained with scaling=auto, not none" in known(failed).message


def test_a_run_of_before_there_was_a_rule_keeps_what_it_did(tmp_path: Path) -> None:
    x = np.random.default_rng(0).standard_normal((40, 6)).astype(np.float32)
    np.savez(
        tmp_path / "d.npz", x=x, y=np.full((40, 1), 255, np.uint8), x_test=x, y_test=np.full((40, 1), 255, np.uint8)
    )
    document = regression((6,), data=str(tmp_path / "d.npz"), epochs=1, learning_rate=1e-6)
    train(document, tmp_path / "run")
    now = evaluate(tmp_path / "run")["loss"]
    (tmp_path / "run" / "data.json").unlink()
    before = evaluate(tmp_path / "run")["loss"]
    assert there(now) > 60_000 > 10 > there(before)
    with document.edit("More"):
        document.set_training(epochs=2)
    events = train(document, tmp_path / "run", resume=True)
    assert there(losses(events)[-1]) < 10
    assert any("is not known: an older version trained it" in e.message for e in events if isinstance(e, Notice))
    assert there(evaluate(tmp_path / "run")["loss"]) < 10
