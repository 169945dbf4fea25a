"""Data that memory does not hold: made once into files, and the same as if it had been held, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import polars as pl
import pytest
import soundfile
import torch
from msgspec.structs import replace

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.sources import SeriesFile, TableFile
from graph.storage.loom import dumps
from tests.support.sources_on_disk import COUNT, SOURCES
from tests.support.together import train_together
from tests.support.training_drawings import classifier, train
from training.checkpoints.checkpoint import best_weights, read_weights
from training.data.dataset import Array, Dataset, Reading
from training.data.files.bounds import allowed_bytes
from training.data.files.store import is_mapped
from training.data.held import Deferred
from training.data.pictures.pixels import Form, pixels
from training.data.preview.preview import preview as described
from training.data.samples import load_samples
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import DataJob, EpochEnded, Event, Notice, ResultsJob, SamplesJob, Stage, TrainJob
from training.results import judged, preview
from training.results.evaluate import evaluation
from training.runs.data_record import class_weights_of
from training.worker.jobs import run_job

Small = Callable[[], None]
LARGE = {
    "images": "image",
    "masks": "image mask",
    "sounds": "audio",
    "spectra": "audio",
    "table": "x",
    "tabs": "x",
    "parquet": "x",
    "arrays": "image label goal",
    "series": "x y",
}


@pytest.fixture
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Small:
    """Makes the memory so small that no data fits; so long as nobody asks for it, all does."""
    # The rows of a series must fit, from which windows are made that do not.
    limit = 2000 if "series" in request.node.name else 10
    return lambda: monkeypatch.setattr("training.data.files.bounds.limit_bytes", lambda: limit)


@pytest.fixture(params=SOURCES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def alone() -> None:
    judged.forget()
    preview.forget()


def read(document: Document) -> tuple[Dataset, list[str]]:
    said: list[str] = []
    settings = document.training
    return load_data(settings.data, reading=Reading(settings.validation, settings.seed, None, said.append)), said


def same(one: Dataset, other: Dataset) -> bool:
    parts = ((one.training, other.training), (one.validation, other.validation), (one.test, other.test))
    for here, there in parts:
        assert here.keys() == there.keys()
        for field, array in here.items():
            assert array.dtype == there[field].dtype
            assert array.tobytes() == there[field].tobytes(), field
    return one._replace(training={}, validation={}, test={}) == other._replace(training={}, validation={}, test={})


def test_the_same_samples_in_the_same_order_are_views_of_files(name: str, tmp_path: Path, small: Small) -> None:
    document = SOURCES[name](tmp_path / "data")
    held, said = read(document)
    small()
    for verb in ("are", "were"):
        stored, also = read(document)
        assert same(held, stored)
        told = [text for text in also if "more than is held in memory" in text]
        assert len(told) == {"x": 2, "image label goal": 6}.get(LARGE[name], 1)
        assert all(f" {verb} " in text and "read as they are needed from " in text for text in told)
        assert without_files(also) == said
        for part in (stored.training, stored.validation, stored.test):
            assert part
            assert [field for field, array in part.items() if is_mapped(array)] == LARGE[name].split()
    found = load_samples(document, compile_source(document), document.training.data, lambda _: None)
    assert isinstance(found.training[0], Deferred)
    assert isinstance(found.test[0], Deferred)


@pytest.mark.slow
def test_training_and_all_that_is_seen_of_it_are_the_same(name: str, tmp_path: Path, small: Small) -> None:
    document = SOURCES[name](tmp_path / "data")
    held = everything(document, tmp_path / "held")
    small()
    judged.forget()
    preview.forget()
    stored = everything(document, tmp_path / "stored")
    for what, found in held.items():
        assert stored[what] == found, what
    weights = read_weights(best_weights(tmp_path / "stored"))
    assert all(torch.equal(each, weights[key]) for key, each in read_weights(best_weights(tmp_path / "held")).items())


def everything(document: Document, run: Path) -> dict[str, Any]:
    """A run and its data as they are trained on, measured and looked at; without what is said of files."""
    events = train(document, run)
    page = described(document, "", 6)
    page.figures["notices"] = without_files(page.figures["notices"])
    measured = evaluation(run)
    label = -1 if isinstance(document.training.data, SeriesFile) else 0
    looked_at: dict[str, Any] = {
        "worst": judged.results(ResultsJob(str(run))),
        "cell": judged.results(ResultsJob(str(run), part="training", true=label, predicted=label)),
        "augmented": preview.preview(SamplesJob(dumps(document), augmented=True, count=5, draws=2)),
    }
    assert not [what for what, found in looked_at.items() if found.refused]
    without = {what: replace(found, notices=without_files(found.notices)) for what, found in looked_at.items()}
    return {
        "epochs": ends(events),
        "data": (run / "data.json").read_text(),
        "notices": without_files([event.message for event in events if isinstance(event, Notice)]),
        "evaluation": {**measured, "run": "", "notices": without_files(measured["notices"])},
        "page": page,
        **{what: replace(found, run="") if hasattr(found, "run") else found for what, found in without.items()},
    }


def without_files(notices: list[str]) -> list[str]:
    return [text for text in notices if "more than is held in memory" not in text]


def ends(events: list[Event]) -> list[Any]:
    return [(event.training, event.validation) for event in events if isinstance(event, EpochEnded)]


def test_the_page_on_data_is_told_how_far_reading_has_come(tmp_path: Path, small: Small) -> None:
    document = SOURCES["masks"](tmp_path / "data")
    small()
    events: list[Event] = []
    run_job(DataJob(dumps(document), samples=3), events.append, Queue())
    stages = [(event.message, event.fraction) for event in events if isinstance(event, Stage)]
    assert stages == [(f"Reading masks:{tmp_path / 'data'}", None), ("Decoding 24 pairs of image and mask", 0.0)]
    stages.clear()
    read_by = Reading(stage=lambda what, done: stages.append((what, round(done, 2))))
    load_data(SOURCES["table"](tmp_path / "table").training.data, reading=read_by)
    assert stages[0] == ("Reading the columns of t.csv", 0.0)
    assert ("Reading the columns of t.csv", 0.5) in stages
    assert stages[-1] == ("Making the features of t.csv", 0.75)


@pytest.mark.slow
@pytest.mark.parametrize("whole_bytes", [2**28, 64], ids=["little", "much"])
def test_a_run_goes_on_where_memory_is_smaller(
    name: str, whole_bytes: int, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.fingerprint._WHOLE_BYTES", whole_bytes)
    whole = train(SOURCES[name](tmp_path / "data", epochs=3), tmp_path / "whole")
    train(SOURCES[name](tmp_path / "data", epochs=1), tmp_path / "run")
    small()
    events = train(SOURCES[name](tmp_path / "data", epochs=3), tmp_path / "run", resume=True)
    assert ends(events) == ends(whole)[1:]
    one, other = (read_weights(best_weights(tmp_path / run)) for run in ("run", "whole"))
    assert all(torch.equal(each, other[key]) for key, each in one.items())


@pytest.mark.parametrize("name", ["masks", "sounds"])
def test_what_cannot_be_used_is_left_out_of_the_files(name: str, tmp_path: Path, small: Small) -> None:
    document = SOURCES[name](tmp_path / "data", bad_items="skip")
    files = sorted(path for path in (tmp_path / "data").rglob("*.*") if path.is_file())
    for path in (files[1], files[-1]):
        path.write_bytes(path.read_bytes()[:-40])
    files[5].write_bytes(b"")
    if name == "sounds":
        soundfile.write(files[8], np.full(50, np.nan, dtype=np.float32), 1000, subtype="FLOAT")
    held, said = read(document)
    assert len(held.refused) == {"masks": 3, "sounds": 2}[name]
    small()
    for _ in range(2):  # when they are decoded, and when they were
        stored, also = read(document)
        assert same(held, stored)
        assert without_files(also) == said
    with document.edit("Refuse"):
        document.set_training(bad_items="refuse")
    with pytest.raises(DataError, match="set the option bad_items to skip"):
        read(document)


def test_one_makes_the_files_and_others_wait_for_them(
    tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = SOURCES["images"](tmp_path / "data")
    small()
    decoded: list[Path] = []

    def counting(path: Path, form: Form) -> Array:
        decoded.append(path)
        return pixels(path, form)

    monkeypatch.setattr("training.data.pictures.gather.pixels", counting)
    with ThreadPoolExecutor(3) as pool:
        first, *others = (found.result()[0] for found in [pool.submit(read, document) for _ in range(3)])
    assert len(decoded) == COUNT
    assert all(same(first, other) for other in others)


def test_classes_weigh_by_their_balance_among_pixels_in_files(tmp_path: Path, small: Small) -> None:
    document = SOURCES["masks"](tmp_path / "data", class_weights="balanced", epochs=1)
    train(document, tmp_path / "held")
    small()
    train(document, tmp_path / "stored")
    weights = [class_weights_of(tmp_path / run) for run in ("held", "stored")]
    assert next(iter(weights[0].values()))[0] != 1.0
    assert weights[0] == weights[1]


@pytest.mark.slow
def test_a_table_that_unpacks_to_more_than_memory_is_read_by_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": [1, 2] * 10_000, "b": [0.5] * 20_000, "y": ["n", "y"] * 10_000}).write_parquet(path)
    assert 4 * path.stat().st_size < 50_000
    data = TableFile(path=str(path))
    held = load_data(data, reading=Reading(0.25))
    monkeypatch.setattr("training.data.files.bounds.limit_bytes", lambda: 50_000)
    said: list[str] = []
    assert same(held, load_data(data, reading=Reading(0.25, tell=said.append)))
    assert "more than is held in memory: its columns are brought to numbers once" in said[0]


def test_arrays_that_are_larger_than_memory_are_only_read(
    tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    np.save(tmp_path / "image.npy", random.random((40, 1, 8, 8)))
    np.save(tmp_path / "label.npy", random.integers(0, 10, 40, np.int32))
    document = classifier(data=f"npy:{tmp_path}", epochs=2, batch_size=8)
    train(document, tmp_path / "held")
    monkeypatch.setattr("training.data.formats.npy_files._HELD_BYTES", 1)
    small()
    assert not read(document)[0].training["image"].flags.writeable
    train(document, tmp_path / "stored")
    one, other = (read_weights(best_weights(tmp_path / run)) for run in ("held", "stored"))
    assert all(torch.equal(each, other[key]) for key, each in one.items())
    assert evaluation(tmp_path / "held")["figures"] == evaluation(tmp_path / "stored")["figures"]


@pytest.mark.parametrize(
    ("group", "file"),
    [
        ("0::/job_7/step", "job_7/memory.max"),
        ("5:cpu:/\n4:memory:/job_7", "memory/job_7/memory.limit_in_bytes"),
        ("0::/", "memory.max"),
    ],
)
def test_what_a_container_or_a_job_may_take_counts_as_memory(tmp_path: Path, group: str, file: str) -> None:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "cgroup").write_text(group + "\n")
    limit = tmp_path / "sys" / "fs" / "cgroup" / file
    limit.parent.mkdir(parents=True)
    limit.write_text("max\n")
    assert allowed_bytes(tmp_path) is None
    limit.write_text("1000000\n")
    assert allowed_bytes(tmp_path) == 1_000_000


@pytest.mark.long
@pytest.mark.slow
def test_two_processes_have_the_curve_of_one(tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"augmentation": "", "epochs": 2}
    documents = {name: certain(SOURCES[name](tmp_path / name, **settings)) for name in SOURCES if name != "series"}
    jobs = [TrainJob(dumps(each), str(tmp_path / f"{name}-two"), together=True) for name, each in documents.items()]
    monkeypatch.setenv("LIMIT_OF_TEST", "10")
    assert train_together(jobs, tmp_path) == [""] * len(jobs)
    for name, document in documents.items():
        train(document, tmp_path / f"{name}-one")
        one, two = (read_weights(best_weights(tmp_path / f"{name}-{end}")) for end in ("one", "two"))
        assert all(torch.allclose(one[key], two[key], rtol=1e-3, atol=1e-5) for key in one), name


def certain(document: Document) -> Document:
    """The same without dropout, which leaves out other values in each process."""
    with document.edit("Leave out"):
        document.model.remove([node for node in document.model.nodes if "dropout" in node], heal=True)
    return document
