"""A look at data: samples as they are, small, and what training would say of them."""

from __future__ import annotations

import queue
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from compiler.to_python.source import compile_source
from graph.document import Document
from graph.errors import LayerloomError
from graph.recipe.sources import ImageFolder, NpzFile, TableFile, TextTable
from graph.storage.loom import dumps
from tests.support.typed import there
from training.data.preview.fits import NOTHING
from training.data.preview.guess import guess
from training.data.samples import load_samples
from training.protocol import (
    DataDescribed,
    DataFound,
    DataJob,
    Event,
    Failed,
    Picture,
    Values,
    Wave,
    Words,
    decode_event,
    encode,
)
from training.worker.jobs import run_job


def classifier(shape: Any = (1, 8, 8), classes: Any = 3, **training: Any) -> Document:
    document = Document("Net")
    with document.edit("Draw"):
        add, connect = document.model.add, document.model.connect
        add("Input", {"shape": list(shape)}, name="image")
        add("Flatten", name="flatten")
        add("Linear", {"out_features": classes}, name="fc")
        add("Target", name="label")
        add("CrossEntropy", name="objective")
        for source, target in pairwise(("image", "flatten", "fc")):
            connect(source, target)
        connect("fc", "objective", "prediction")
        connect("label", "objective", "target")
        document.set_training(**training)
    return document


def look(document: Document, path: str = "", samples: int = 4) -> DataDescribed:
    events: list[Event] = []
    run_job(DataJob(dumps(document), "", path, samples), events.append, queue.Queue())
    assert isinstance(events[-1], DataDescribed), events[-1]
    # As the editor gets it.
    found = decode_event(encode(events[-1]))
    assert isinstance(found, DataDescribed)
    return found


def test_a_folder_is_known_by_its_files_and_its_pictures_are_shown_as_they_are(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (2, 6, 9, 3), dtype=np.uint8)
    for place, label in enumerate(("cat", "dog")):
        (tmp_path / label).mkdir()
        Image.fromarray(pixels[place]).save(tmp_path / label / "a.png")
    events: list[Event] = []
    run_job(DataJob(dumps(classifier(validation=0.0)), "", str(tmp_path), 4), events.append, queue.Queue())
    assert events[0] == DataFound(f"images:{tmp_path}")
    described = events[-1]
    assert isinstance(described, DataDescribed)
    assert [(sample.caption, sample.index) for sample in described.samples] == [("cat", 0), ("dog", 1)]
    for sample, expected in zip(described.samples, pixels, strict=True):
        assert sample.views == {"image": Picture(9, 6, expected.tobytes())}


def test_a_large_picture_is_sent_small_with_its_mask_over_it(tmp_path: Path) -> None:
    image = np.zeros((3, 1, 200, 100), dtype=np.uint8)
    image[:, :, :100] = 255
    mask = np.zeros((3, 200, 100), dtype=np.int64)
    mask[:, 100:] = 2
    np.savez(tmp_path / "d.npz", image=image, mask=mask)
    view = look(classifier(data=str(tmp_path / "d.npz"))).samples[0].views["image"]
    assert isinstance(view, Picture)
    assert (view.width, view.height) == (36, 72)
    assert set(view.pixels[: 3 * 36 * 36]) == {255}
    assert set(view.pixels[3 * 36 * 36 :]) == {0}
    assert view.mask == bytes(36 * 36) + b"\2" * 36 * 36


def test_a_wave_is_sent_by_its_extremes(tmp_path: Path) -> None:
    wave = np.random.default_rng(0).normal(size=(2, 1, 1000)).astype(np.float32)
    wave[0, 0, 500] = 9.0
    np.savez(tmp_path / "d.npz", wave=wave)
    view = look(classifier(data=str(tmp_path / "d.npz"))).samples[0].views["wave"]
    assert isinstance(view, Wave)
    assert max(map(there, view.high[0])) == pytest.approx(wave[0].max(), rel=1e-3)
    assert min(map(there, view.low[0])) == pytest.approx(wave[0].min(), rel=1e-3)
    assert len(view.low[0]) == len(view.high[0]) == 120


def test_rows_of_a_table_bear_the_names_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("age,smokes,kind\n" + "".join(f"{n},{'yes' if n % 2 else 'no'},{'ab'[n % 2]}\n" for n in range(10)))
    document = classifier(data=str(path))
    with document.edit("Plain"):
        document.set_training(standardize=False, validation=0.0)
    sample = look(document).samples[-1]
    assert sample.views == {"x": Values(["9", "0", "1"], ["age", "smokes=no", "smokes=yes"])}
    assert sample.caption == "kind b"


def test_texts_are_shown_as_words_without_what_fills_them_up(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("text,label\nA fine film,good\nBad,bad\n")
    assert guess(str(path)) == TextTable(path=str(path))
    described = look(classifier(data=f"text:{path}", validation=0.0))
    assert [sample.views["tokens"] for sample in described.samples] == [Words(["a", "fine", "film"]), Words(["bad"])]
    assert [sample.caption for sample in described.samples] == ["lengths 3, good", "lengths 1, bad"]


@pytest.mark.parametrize(
    ("shape", "classes"), [((1, 8, 8), 10), ((1, 28, 28), 10), ((3, 8, 8), 10), ((1, 8, 8), 3)], ids=str
)
def test_the_verdict_is_what_training_says(shape: tuple[int, ...], classes: int) -> None:
    document = classifier(shape, classes, data="digits")
    source = compile_source(document)
    said: list[str] = []
    try:
        load_samples(document, source, "digits", said.append)
        expected = ""
    except LayerloomError as error:
        expected = str(error)
    described = look(document)
    assert described.verdict == expected
    fits = {fit.node: fit for fit in described.fits}
    assert list(fits) == ["image", "label"]
    assert [fit.node for fit in described.fits if fit.wrong] == ([expected.split("'")[1]] if expected else [])
    told = [sentence for fit in described.fits for sentence in fit.said]
    unscaled = [] if expected else ["'image': the field 'image' is not scaled."]
    assert told == [*said, *unscaled, *([expected] if expected else [])]


def test_a_drawing_that_is_not_finished_says_so_and_shows_the_data_all_the_same() -> None:
    document = classifier(data="digits")
    with document.edit("Break"):
        document.model.remove(["flatten"])
    described = look(document)
    assert described.verdict
    assert [fit.field for fit in described.fits] == ["image", "label"]
    assert len(described.samples) == 8
    empty = look(Document("Empty"))
    assert (empty.fits, empty.verdict) == ([], NOTHING)


def test_what_lies_at_a_path_is_guessed_or_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"")
    assert guess(str(tmp_path / "a.npz")) == NpzFile(path=str(tmp_path / "a.npz"))
    (tmp_path / "a.csv").write_text("x,y\n")
    assert guess(str(tmp_path / "a.csv")) == TableFile(path=str(tmp_path / "a.csv"))
    photos = tmp_path / "photos" / "train" / "cat"
    photos.mkdir(parents=True)
    (photos / "1.JPG").write_bytes(b"")
    assert guess(str(tmp_path / "photos")) == ImageFolder(path=str(tmp_path / "photos"))
    for folder in ("images", "masks"):
        (tmp_path / "cells" / folder).mkdir(parents=True)
    assert guess(str(tmp_path / "cells")).text() == f"masks:{tmp_path / 'cells'}"
    (tmp_path / "empty").mkdir()
    for name, words in {"empty": "holds neither images", "none": "does not exist", "a.zip": "is not a file"}.items():
        if name == "a.zip":
            (tmp_path / name).write_bytes(b"")
        events: list[Event] = []
        run_job(DataJob(dumps(Document("Net")), "", str(tmp_path / name), 4), events.append, queue.Queue())
        assert isinstance(events[-1], Failed)
        assert words in events[-1].message
        assert not events[-1].traceback
