"""Folders of images that memory does not hold: decoded once into a file, and the same as if they had been held."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.recipe.sources import ImageFolder
from graph.storage.userfolders import cache_folder
from tests.support.training_drawings import classifier, train
from training.checkpoints.checkpoint import best_weights, read_weights
from training.data.dataset import Array, Dataset, Reading
from training.data.feed import Feed
from training.data.files.store import is_mapped
from training.data.held import Deferred
from training.data.pictures.pixels import Form, pixels
from training.data.samples import Samples, load_samples
from training.data.sources import load_data
from training.errors import DataError
from training.protocol import EpochEnded, Event, Notice, Stage
from training.results.evaluate import evaluate

COUNT = 24
Small = Callable[[], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of noise in two classes, of 6 x 8 pixels."""
    random = np.random.default_rng(0)
    for number in range(COUNT):
        path = tmp_path / "pictures" / ("even", "odd")[number % 2] / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (6, 8), dtype=np.uint8)).save(path)
    return tmp_path / "pictures"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Makes the memory so small that no folder fits."""
    return lambda: monkeypatch.setattr("training.data.files.bounds.limit_bytes", lambda: 100)


def read(folder: Path, notices: list[str] | None = None, stages: list[float] | None = None, **options: Any) -> Dataset:
    told = [] if notices is None else notices
    heard = [] if stages is None else stages
    reading = Reading(0.25, 0, None, told.append, lambda _what, done: heard.append(done))
    return load_data(ImageFolder(path=str(folder), **options), reading=reading)


def drawing(folder: Path, shape: tuple[int, ...] = (1, 6, 8), **training: Any) -> Document:
    settings = {"data": f"images:{folder}", "test_share": 0.25, "validation": 0.25, "epochs": 3, "batch_size": 4}
    return classifier(shape, classes=2, **{**settings, **training})


def samples(document: Document) -> Samples:
    return load_samples(document, compile_source(document), document.training.data, lambda _: None)


def kept_files() -> list[Path]:
    return sorted((cache_folder() / "data").iterdir())


def test_the_arrays_are_views_of_a_file(folder: Path, small: Small) -> None:
    held = read(folder, test_share=0.25)
    small()
    notices: list[str] = []
    stages: list[float] = []
    mapped = read(folder, notices, stages, test_share=0.25)
    for one, other in (
        (held.training, mapped.training),
        (held.validation, mapped.validation),
        (held.test, mapped.test),
    ):
        assert is_mapped(other["image"])
        assert not is_mapped(one["image"])
        assert np.array_equal(one["image"], other["image"])
        assert np.array_equal(one["label"], other["label"])
    numbers = next(path for path in kept_files() if path.suffix == ".numbers")
    assert notices[0] == (
        "24 images of 6 x 8 take 0.0 MiB, more than is held in memory: they are decoded once and are read as "
        f"they are needed from {numbers}, which is kept for next time."
    )
    assert stages == [0.0]


@pytest.mark.parametrize("shape", [(1, 6, 8), (48,), (1, 9, 5)], ids=["as they are", "in a row", "resized"])
def test_training_is_the_same_to_the_last_bit(
    folder: Path, tmp_path: Path, small: Small, shape: tuple[int, ...]
) -> None:
    document = drawing(folder, shape)
    events = train(document, tmp_path / "held")
    small()
    again = train(document, tmp_path / "mapped")
    assert ends(again) == ends(events)
    one, other = (read_weights(best_weights(tmp_path / name)) for name in ("held", "mapped"))
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert evaluate(tmp_path / "mapped") == evaluate(tmp_path / "held")
    assert (tmp_path / "mapped" / "data.json").read_bytes() == (tmp_path / "held" / "data.json").read_bytes()


def ends(events: list[Event]) -> list[Any]:
    return [(event.training, event.validation) for event in events if isinstance(event, EpochEnded)]


def test_a_run_goes_on_where_memory_is_smaller(folder: Path, tmp_path: Path, small: Small) -> None:
    train(drawing(folder, epochs=2), tmp_path / "run")
    small()
    events = train(drawing(folder, epochs=4), tmp_path / "run", resume=True)
    assert not [event for event in events if isinstance(event, Notice) and "not what" in event.message]
    assert ends(events) == ends(train(drawing(folder, epochs=4), tmp_path / "whole"))[2:]


def test_no_sample_takes_memory_before_it_is_asked_for(folder: Path, small: Small) -> None:
    small()
    found = samples(drawing(folder))
    held = found.training[0]
    assert isinstance(held, Deferred)
    assert held.to(torch.device("meta")).device == torch.device("meta")
    assert len(held) == 18  # those to train and to validate on, still one view
    images, _labels = next(iter(Feed(found.training, 4).batches(torch.tensor([17, 0]))))
    first = read(folder, test_share=0.25).training["image"][0]
    assert torch.equal(images[1], torch.from_numpy(first).float().div(255))


def test_what_was_decoded_serves_again_until_a_picture_changes(
    folder: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small()
    before = read(folder)
    decoded: list[Path] = []

    def counting(path: Path, form: Form) -> Array:
        decoded.append(path)
        return pixels(path, form)

    monkeypatch.setattr("training.data.pictures.gather.pixels", counting)
    notices: list[str] = []
    again = read(folder, notices)
    assert not decoded
    assert "they were decoded before and are read as they are needed from" in notices[0]
    assert np.array_equal(before.training["image"], again.training["image"])
    Image.new("L", (8, 6), 7).save(folder / "odd" / "01.png")
    changed = read(folder)
    assert len(decoded) == COUNT
    assert any((image == 7).all() for part in (changed.training, changed.validation) for image in part["image"])


def test_pictures_that_cannot_be_read_are_left_out_of_the_file(folder: Path, small: Small) -> None:
    for name in ("00", "10"):
        path = folder / "even" / f"{name}.png"
        path.write_bytes(path.read_bytes()[:-30])
    held = read(folder, bad_items="skip")
    small()
    for _ in range(2):  # when they are decoded, and when they were
        mapped = read(folder, bad_items="skip")
        assert is_mapped(mapped.training["image"])
        assert len(mapped.refused) == 2
        assert mapped.refused == held.refused
        assert np.array_equal(mapped.training["image"], held.training["image"])
        assert np.array_equal(mapped.training["label"], held.training["label"])
    with pytest.raises(DataError, match="set the option bad_items to skip"):
        read(folder)


def test_what_was_not_finished_is_no_array(folder: Path, small: Small) -> None:
    small()
    whole = read(folder).training["image"].copy()
    numbers, record = (next(path for path in kept_files() if path.suffix == end) for end in (".numbers", ".json"))
    for damage in (lambda: record.unlink(), lambda: record.write_bytes(b"{"), lambda: os.truncate(numbers, 10)):
        damage()
        assert np.array_equal(read(folder).training["image"], whole)


def test_what_nobody_uses_any_more_is_removed(folder: Path, small: Small) -> None:
    small()
    read(folder)
    old = kept_files()
    for path in old:
        os.utime(path, (0, 0))
    read(folder, size=(3, 3))
    assert len(kept_files()) == 2
    assert not {path for path in old if path.exists()}


def test_a_disk_that_is_too_full_is_told(folder: Path, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    small()
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(DataError, match=r"has room for 0\.0 MiB, but 0\.0 MiB are needed .* set a smaller size"):
        read(folder)


def test_what_is_read_still_is_not_removed_for_room(
    folder: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small()
    read(folder)
    read(folder, size=(3, 3))
    old = kept_files()[:2]
    for path in old:
        os.utime(path, (time.time() - 7200,) * 2)
    usage = shutil.disk_usage(folder)._replace(free=100)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(DataError, match="has room for"):
        read(folder, size=(4, 4))
    assert len(kept_files()) == 2
    assert not set(old) & set(kept_files())


def test_a_file_system_without_locks_will_do(folder: Path, small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(_path: Path) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("graph.storage.lock.Lock.acquire", unlocked)
    small()
    assert is_mapped(read(folder).training["image"])


def test_training_tells_how_far_decoding_has_come(folder: Path, tmp_path: Path, small: Small) -> None:
    small()
    events = train(drawing(folder, epochs=1), tmp_path / "run")
    told = [event for event in events if isinstance(event, Stage) and event.fraction is not None]
    assert told == [Stage("Decoding 24 images", 0.0)]
