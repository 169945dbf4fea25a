"""Small sources of data in files, each with a drawing that trains on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import soundfile
from PIL import Image

import layerloom
from graph.document import Document

SETTINGS: dict[str, Any] = {"epochs": 3, "batch_size": 4, "learning_rate": 0.01, "validation": 0.25, "seed": 3}
COUNT = 24


def images(folder: Path, **settings: Any) -> Document:
    """Pictures of noise in two classes, of 6 x 8 pixels."""
    random = np.random.default_rng(0)
    for number in range(COUNT):
        _saved(folder / ("even", "odd")[number % 2] / f"{number:02}.png", random.integers(0, 256, (6, 8), np.uint8))
    d = layerloom.Drawing("Images", **{**SETTINGS, "data": f"images:{folder}", "test_share": 0.25, **settings})
    scores = d.input(1, 6, 8, name="image").flatten().linear(8).dropout(0.2).linear(2)
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d.finish()


def masks(folder: Path, **settings: Any) -> Document:
    """Pictures whose mask says which pixels are bright, in black and white, of 8 x 8 pixels brought to 6 x 6."""
    random = np.random.default_rng(0)
    for number in range(COUNT):
        pixels = random.integers(0, 256, (8, 8), np.uint8)
        _saved(folder / "images" / f"{number:02}.png", pixels)
        _saved(folder / "masks" / f"{number:02}.png", np.where(pixels > 127, 255, 0).astype(np.uint8))
    settings = {"test_share": 0.25, "augmentation": "flip, translate, noise", **settings}
    d = layerloom.Drawing("Masks", **{**SETTINGS, "data": f"masks:{folder}", "size": (6, 6), **settings})
    scores = d.input(1, 6, 6, name="image").conv2d(4, padding=1).relu().dropout(0.2).conv2d(2, padding=1)
    d.output(scores)
    d.crossentropy(scores, d.target(6, 6, name="mask"), ignore_index=255)
    return d.finish()


def sounds(folder: Path, *, mel: bool = False, **settings: Any) -> Document:
    """Noises in two classes, of several lengths and rates."""
    random = np.random.default_rng(0)
    for number in range(COUNT):
        path = folder / ("loud", "soft")[number % 2] / f"{number:02}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        loudness = (0.9, 0.1)[number % 2]
        rate = (1000, 1600)[number % 3 == 0]
        soundfile.write(path, loudness * random.uniform(-1, 1, (40 + number, 1 + number % 2)), rate)
    settings = {"test_share": 0.25, "augmentation": "shift, gain, noise", **settings}
    d = layerloom.Drawing(
        "Sounds", **{**SETTINGS, "data": f"audio:{folder}", "rate": 1000, "seconds": 0.064, **settings}
    )
    heard = d.input(1, 64, name="audio")
    heard = heard.melspectrogram(sample_rate=1000, n_fft=32, hop_length=8, n_mels=4) if mel else heard
    scores = heard.flatten().linear(8).dropout(0.2).linear(2)
    d.output(scores)
    d.crossentropy(scores, d.target(name="label"))
    return d.finish()


def spectra(folder: Path, **settings: Any) -> Document:
    """The same noises as log-mel spectra."""
    return sounds(folder, mel=True, **settings)


def table(folder: Path, suffix: str = ".csv", **settings: Any) -> Document:
    """Numbers with commas and empty cells, categories, and a class; a blank line, and a row without a target."""
    random = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    width, height = random.normal(5, 2, COUNT).round(3), random.integers(0, 9, COUNT)
    rows = [
        [
            f"{wide}",
            "" if number % 7 == 3 else str(high),
            random.choice(["red", " green", "Bl\u00e4u"]),
            "yn"[int(high > 4)],
        ]
        for number, (wide, high) in enumerate(zip(width, height, strict=True))
    ]
    path = folder / f"t{suffix}"
    if suffix == ".parquet":
        columns = [pl.Series([float(row[0]) for row in rows]), pl.Series([int(row[1] or 3) for row in rows])]
        texts = [pl.Series([row[place].strip() for row in rows], dtype=pl.Categorical) for place in (2, 3)]
        pl.DataFrame([*columns, *texts], schema=["width", "height", "kind", "label"]).write_parquet(path)
    else:
        mark = {".csv": ",", ".tsv": "\t"}[suffix]
        lines = [["width", "height", "kind", "label"], *rows[:5], ["", " ", "", ""], *rows[5:]]
        path.write_text("".join(mark.join(row) + "\n" for row in lines))
    options = {"test_share": 0.25, "missing": "mean", "augmentation": "jitter"}
    d = layerloom.Drawing("Table", **{**SETTINGS, "data": str(path), **options, **settings})
    scores = d.input(5, name="x").linear(8).dropout(0.2).linear(2)
    d.output(scores)
    d.crossentropy(scores, d.target(name="y"))
    return d.finish()


def tabs(folder: Path, **settings: Any) -> Document:
    """The same without the rows with empty cells."""
    return table(folder, ".tsv", **{"missing": "drop", "seed": 5, **settings})


def parquet(folder: Path, **settings: Any) -> Document:
    """The same with types, and categories as such."""
    return table(folder, ".parquet", **settings)


def arrays(folder: Path, **settings: Any) -> Document:
    """Arrays in one file, with samples of their own to validate and to test on."""
    random = np.random.default_rng(0)
    made: dict[str, np.ndarray] = {}
    for part, count in (("train", COUNT), ("val", 5), ("test", 7)):
        made |= {f"image_{part}": random.integers(0, 256, (count, 1, 6, 8), np.uint8)}
        made |= {f"label_{part}": random.integers(0, 2, count), f"goal_{part}": random.random((count, 3))}
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "a.npz", allow_pickle=False, **made)
    d = layerloom.Drawing("Arrays", **{**SETTINGS, "data": str(folder / "a.npz"), "augmentation": "flip", **settings})
    hidden = d.input(1, 6, 8, name="image").flatten().linear(8).dropout(0.2)
    scores, reached = hidden.linear(2), hidden.linear(3)
    d.output(scores)
    d.output(reached)
    d.crossentropy(scores, d.target(name="label"))
    d.mse(reached, d.target(3, dtype="float32", name="goal"))
    return d.finish()


def series(folder: Path, **settings: Any) -> Document:
    """Windows over two columns of numbers, which are the next of both."""
    random = np.random.default_rng(0)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{a:.3f},{b:.3f}" for a, b in random.normal(0, 1, (60, 2)).cumsum(0)]
    (folder / "s.csv").write_text("\n".join(["a,b", *lines]) + "\n")
    options = {"window": 6, "horizon": 2, "test_share": 0.25, "targets": ("a", "b"), "augmentation": "jitter"}
    d = layerloom.Drawing("Series", **{**SETTINGS, "data": f"series:{folder / 's.csv'}", **options, **settings})
    foretold = d.input(6, 2, name="x").flatten().linear(8).dropout(0.2).linear(4).unflatten(1, (2, 2))
    d.output(foretold)
    d.mse(foretold, d.target(2, 2, dtype="float32", name="y"))
    return d.finish()


SOURCES: dict[str, Callable[..., Document]] = {
    "images": images,
    "masks": masks,
    "sounds": sounds,
    "spectra": spectra,
    "table": table,
    "tabs": tabs,
    "parquet": parquet,
    "arrays": arrays,
    "series": series,
}


def _saved(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
