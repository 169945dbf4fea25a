"""A run that is resumed with other data: refused with what has changed, and taken where the user says so."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import layerloom
from tests.support.training_drawings import classifier, train
from tests.support.typed import as_a
from training.data import fingerprint
from training.data.binding import Binding
from training.data.dataset import Dataset
from training.data.fingerprint import differences, prints_of
from training.protocol import EpochEnded, Event, Failed, Finished, Notice, Started, Stop

X, Y = np.random.default_rng(0).standard_normal((60, 4)).astype(np.float32), np.arange(60) % 3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    np.savez(tmp_path / "d.npz", image=X, label=Y)
    return tmp_path / "d.npz"


def resumed(data: Path, run: Path, epochs: int = 2, **job: Any) -> list[Event]:
    return train(classifier((4,), classes=3, data=str(data), epochs=epochs, batch_size=8), run, resume=True, **job)


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    train(classifier((4,), classes=3, data=str(data), epochs=1, batch_size=8), tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("arrays", "change"),
    [
        ({"image": X + 1, "label": Y}, "'image' has other values"),
        ({"image": X[::-1], "label": Y}, "'image' has other values"),
        ({"image": X, "label": (Y + 1) % 3}, "'label' has other values"),
        (
            {"image": X[:50], "label": Y[:50]},
            "'image' has 50 samples, fewer than the 60 it had, 'label' has 50 samples",
        ),
        ({"image": np.tile(X, (2, 1)), "label": np.tile(Y, 2)}, "'image' has 120 samples, more than the 60 it had"),
        ({"image": X.astype(np.float64), "label": Y}, "'image' is float64, not float32"),
        (
            {"image": X, "label": Y, "image_val": X[:5], "label_val": Y[:5]},
            "'image' has 5 samples of its own to validate on, not 0",
        ),
    ],
    ids=["values", "order", "labels", "fewer", "more", "dtype", "validation"],
)
def test_other_data_is_refused_with_what_has_changed_and_the_run_stays_as_it_was(
    data: Path, run: Path, arrays: dict[str, Any], change: str
) -> None:
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    np.savez(data, **arrays)
    failed = resumed(data, run)[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "data_changed"
    assert failed.message.startswith(f"The data is not what {run} was trained on: {change}")
    assert failed.message.endswith("start a new run, or accept the data as it is (--accept-data).")
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_the_same_data_goes_on_without_a_question_also_from_another_place(
    data: Path, run: Path, tmp_path: Path
) -> None:
    assert isinstance(resumed(data, run)[-1], Finished)
    np.savez_compressed(tmp_path / "copy.npz", unused=np.zeros(3), image=X, label=Y)
    assert isinstance(resumed(tmp_path / "copy.npz", run, epochs=3)[-1], Finished)


def test_other_data_that_is_accepted_is_said_and_is_then_the_runs_own(data: Path, run: Path) -> None:
    np.savez(data, image=X[:50], label=Y[:50])
    events = resumed(data, run, accept_data=True)
    assert isinstance(events[-1], Finished)
    said = next(event.message for event in events if isinstance(event, Notice))
    assert "'image' has 50 samples, fewer than the 60 it had" in said
    assert "the best epoch is found anew" in said
    assert [event.best for event in events if isinstance(event, EpochEnded)] == [True]
    assert json.loads((run / "data.json").read_text())["prints"]["image"]["samples"] == 50
    assert isinstance(resumed(data, run, epochs=3)[-1], Finished)


def test_an_epoch_begun_on_other_data_starts_over(data: Path, tmp_path: Path) -> None:
    class StopAt:
        """Commands of which there is one once some steps are taken."""

        asked = 0

        def empty(self) -> bool:
            self.asked += 1
            return self.asked < 5

        def get(self) -> Stop:
            return Stop()

    run = tmp_path / "run"
    document = classifier((4,), classes=3, data=str(data), epochs=2, batch_size=8)
    assert as_a(Finished, train(document, run, commands=StopAt())[-1]).reason == "stopped"
    np.savez(data, image=X[:20], label=Y[:20])
    events = resumed(data, run, accept_data=True)
    assert next(event for event in events if isinstance(event, Started)).steps_per_epoch == 3
    (first, second) = [event.step for event in events if isinstance(event, EpochEnded)]
    assert second - first == 3
    assert isinstance(events[-1], Finished)


def test_accepting_data_that_has_not_changed_changes_nothing(data: Path, tmp_path: Path) -> None:
    weights = []
    for name, accept in (("a", False), ("b", True)):
        train(classifier((4,), classes=3, data=str(data), epochs=1, batch_size=8), tmp_path / name)
        resumed(data, tmp_path / name, accept_data=accept)
        weights.append(load_file(tmp_path / name / "last.safetensors"))
    assert all(torch.equal(value, weights[1][key]) for key, value in weights[0].items())


def test_the_command_line_asks_for_its_option(data: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(data, image=X + 1, label=Y)
    assert layerloom.main(["train", "--resume", str(run), "--epochs", "2"]) == 2
    assert "--accept-data" in capsys.readouterr().err
    assert layerloom.main(["train", "--resume", str(run), "--epochs", "2", "--accept-data"]) == 0


def test_a_run_that_never_came_to_a_checkpoint_takes_whatever_there_is(data: Path, run: Path) -> None:
    for path in [*run.glob("*.safetensors"), *run.glob("*.pt"), run / "events.jsonl"]:
        path.unlink()
    np.savez(data, image=X[:50], label=Y[:50])
    assert isinstance(resumed(data, run)[-1], Finished)
    assert json.loads((run / "data.json").read_text())["prints"]["image"]["samples"] == 50


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"source": 1}', b"\xff", b"[" * 100_000])
def test_a_damaged_record_is_one_sentence(data: Path, run: Path, content: bytes) -> None:
    (run / "data.json").write_bytes(content)
    failed = resumed(data, run)[-1]
    assert isinstance(failed, Failed)
    assert "data.json, which says how the data was scaled, is damaged; start a new run." in failed.message
    assert failed.traceback == ""


@pytest.mark.parametrize("place", [0, 1, 5_000, 12_345, 19_999])
def test_one_changed_value_of_a_large_array_is_seen(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    monkeypatch.setattr(fingerprint, "_WHOLE_BYTES", 1000)
    monkeypatch.setattr(fingerprint, "_BLOCKS", 3)
    monkeypatch.setattr(fingerprint, "_BLOCK_BYTES", 64)
    array = np.random.default_rng(0).standard_normal((20_000, 3)).astype(np.float32)
    changed = array.copy()
    changed[place, 1] += 1
    binding = Binding("x", "x", None, True)  # type: ignore[arg-type]
    prints = [prints_of([binding], Dataset("", {"x": each}, {})) for each in (array, changed, array.copy())]
    assert differences(prints[0], prints[1]) == ["'x' has other values"]
    assert differences(prints[0], prints[2]) == []


def test_prints_of_shapes_are_all_of_them_different() -> None:
    binding = Binding("x", "x", None, True)  # type: ignore[arg-type]
    values = np.arange(24.0)
    arrays = [values.reshape(shape) for shape in ((24,), (12, 2), (6, 4), (6, 2, 2))]
    prints = [prints_of([binding], Dataset("", {"x": array}, {})) for array in arrays]
    assert all(differences(one, other) for one, other in pairwise(prints))
