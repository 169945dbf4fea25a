"""Where data is looked for: beside the drawing, then in the folder one is in; a run remembers where it was."""

from __future__ import annotations

import json
import queue
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import layerloom
from graph.recipe.sources import read_text
from graph.storage.loom import dumps, load, save
from tests.support.training_drawings import classifier
from tests.support.typed import as_a, known
from training.data.places import locate
from training.errors import DataError
from training.protocol import Event, Exported, ExportJob, Failed, Finished, TrainJob
from training.results.evaluate import evaluate
from training.runs.runs import read_document
from training.worker.jobs import run_job


def write(path: Path, samples: int = 40) -> Path:
    x, y = np.random.default_rng(0).standard_normal((samples, 4)).astype(np.float32), np.arange(samples) % 3
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, image=x, label=y, image_test=x[:7], label_test=y[:7])
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a drawing and its data beside it; the current folder is another."""
    folder = tmp_path / "project"
    write(folder / "my.npz")
    save(classifier((4,), classes=3, data="my.npz", epochs=1), folder / "m.loom")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return folder


def layer(*arguments: object) -> int:
    return layerloom.main([str(argument) for argument in arguments])


def job(it: Any) -> list[Event]:
    events: list[Event] = []
    run_job(it, events.append, queue.Queue())
    return events


def test_a_relative_path_starts_beside_the_drawing(project: Path, tmp_path: Path) -> None:
    assert layer("train", project / "m.loom", "--run-dir", tmp_path / "run") == 0
    assert json.loads((tmp_path / "run" / "data.json").read_text())["source"] == str(project / "my.npz")
    assert read_document(tmp_path / "run").training.data.text() == "my.npz"


def test_the_folder_of_the_drawing_comes_before_the_current_one(project: Path) -> None:
    write(Path("my.npz"), samples=12)
    write(Path("only.npz"))
    assert locate(read_text("my.npz"), str(project)).place == str(project / "my.npz")
    assert locate(read_text("only.npz"), str(project)).place == str(Path("only.npz").absolute())
    assert locate(read_text("my.npz")).place == str(Path("my.npz").absolute())


def test_what_is_typed_starts_in_the_current_folder(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(Path("my.npz"), samples=12)
    assert layer("train", project / "m.loom", "--data", "my.npz", "--run-dir", tmp_path / "run") == 0
    assert json.loads((tmp_path / "run" / "data.json").read_text())["prints"]["image"]["samples"] == 12


def test_a_run_is_evaluated_resumed_and_exported_with_its_own_data_from_elsewhere(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    assert layer("train", project / "m.loom", "--run-dir", run) == 0
    assert layer("evaluate", run) == 0
    assert "samples: 7" in capsys.readouterr().out
    assert layer("train", "--resume", run, "--epochs", 2) == 0
    (exported,) = [
        event for event in job(ExportJob("", str(tmp_path / "a.onnx"), str(run))) if isinstance(event, Exported)
    ]
    assert any(entry["samples"] == "data" for entry in exported.checked)


def test_an_export_of_the_drawing_finds_the_data_beside_it(project: Path, tmp_path: Path) -> None:
    layer("train", project / "m.loom", "--run-dir", tmp_path / "run")
    document = load(project / "m.loom")
    with document.edit("Other data"):
        document.set_training(data="sub/other.npz")
    write(project / "sub" / "other.npz")
    out = str(tmp_path / "a.onnx")
    found = job(ExportJob(dumps(document), out, str(tmp_path / "run"), folder=str(project)))[-1]
    assert any(entry["samples"] == "data" for entry in as_a(Exported, found).checked)
    (project / "sub" / "other.npz").unlink()
    lost = job(ExportJob(dumps(document), out, str(tmp_path / "run")))
    assert "compared on random samples only: The data 'sub/other.npz' does not exist" in known(lost[1]).message


def test_data_that_moved_is_given_anew(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run"
    layer("train", project / "m.loom", "--run-dir", run)
    moved = tmp_path / "moved.npz"
    shutil.move(project / "my.npz", moved)
    assert layer("evaluate", run) == 2
    assert "The data 'my.npz' does not exist; use digits" in capsys.readouterr().err
    assert layer("evaluate", run, "--data", moved) == 0
    assert layer("train", "--resume", run, "--data", moved, "--epochs", 2) == 0


def test_a_project_that_moved_as_a_whole_finds_its_data(project: Path, tmp_path: Path) -> None:
    layer("train", project / "m.loom", "--run-dir", project / "runs" / "first")
    moved = Path(shutil.move(project, tmp_path / "moved"))
    assert evaluate(moved / "runs" / "first")["samples"] == 7
    assert layer("train", "--resume", moved / "runs" / "first", "--epochs", 2) == 0


def test_the_sentence_says_where_it_was_looked_for(project: Path) -> None:
    with pytest.raises(DataError) as caught:
        locate(read_text("none.npz"), str(project))
    here = Path().absolute()
    assert str(caught.value).endswith(f"series:TABLE; it was looked for in {project} and in {here}.")
    with pytest.raises(DataError) as caught:
        locate(read_text("none.npz"))
    assert str(caught.value).endswith(f"; it was looked for in {here}.")
    with pytest.raises(DataError) as caught:
        locate(read_text("/none.npz"), str(project))
    assert "looked for" not in str(caught.value)


def test_the_job_says_where_the_drawing_is(project: Path, tmp_path: Path) -> None:
    text = dumps(load(project / "m.loom"))
    assert isinstance(job(TrainJob(text, str(tmp_path / "a"), folder=str(project)))[-1], Finished)
    failed = job(TrainJob(text, str(tmp_path / "b")))[-1]
    assert isinstance(failed, Failed)
    assert failed.message.startswith("The data 'my.npz' does not exist")


def test_evaluation_of_relative_data_starts_in_the_current_folder(project: Path, tmp_path: Path) -> None:
    layer("train", project / "m.loom", "--run-dir", tmp_path / "run")
    write(Path("here.npz"))
    assert evaluate(tmp_path / "run", "here.npz")["samples"] == 7
