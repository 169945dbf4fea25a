"""What a folder of images costs beside decoding it: read into memory, read into a file, and found there again.

The measure is Pillow alone, by as many threads, into one array.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image

from graph.recipe.sources import ImageFolder
from training.data.sources import load_data

COUNT, SIDE, CLASSES, ROUNDS = 2000, 224, 10, 3
ALONE, AGAIN = 0.95, 5.0  # of the speed of decoding alone


def rows() -> list[dict[str, Any]]:
    """Images a second over those of decoding alone."""
    with tempfile.TemporaryDirectory() as place:
        folder = _folder(Path(place) / "images")
        found: dict[str, list[float]] = {}
        for turn in range(ROUNDS):
            for what, work in _works(folder, Path(place) / f"cache{turn}").items():
                start = time.perf_counter()
                work()
                found.setdefault(what, []).append(time.perf_counter() - start)
    alone = found.pop("alone")
    ratios = {
        what: statistics.median(base / seconds for base, seconds in zip(alone, each, strict=True))
        for what, each in found.items()
    }
    return [_row(what, ratio, AGAIN if "again" in what else ALONE) for what, ratio in ratios.items()]


def _works(folder: Path, cache: Path) -> dict[str, Callable[[], object]]:
    paths = sorted(folder.glob("*/*.jpg"))

    def read() -> object:
        return load_data(ImageFolder(path=str(folder)))

    def stored() -> object:
        with (
            patch.dict(os.environ, {"XDG_CACHE_HOME": str(cache)}),
            patch("training.data.files.bounds.limit_bytes", lambda: 1),
        ):
            return read()

    return {"alone": lambda: _alone(paths), "in memory": read, "into a file": stored, "in a file again": stored}


def _alone(paths: list[Path]) -> object:
    array = np.empty((len(paths), 3, SIDE, SIDE), dtype=np.uint8)

    def decode(place: int) -> None:
        with Image.open(paths[place]) as image:
            array[place] = np.moveaxis(np.asarray(image.convert("RGB")), -1, 0)

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        list(pool.map(decode, range(len(paths))))
    return array


def _folder(folder: Path) -> Path:
    """Pictures with shapes, which take a JPEG about as long as photographs do."""
    random = np.random.default_rng(0)
    for number in range(COUNT):
        coarse = random.integers(0, 256, (SIDE // 8, SIDE // 8, 3), dtype=np.uint8)
        path = folder / f"class{number % CLASSES}" / f"{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(path, quality=90)
    return folder


def _row(what: str, ratio: float, limit: float) -> dict[str, Any]:
    name = f"folder of {COUNT:,} JPEGs {what} / decoding alone"
    return {"what": name, "unit": "x speed", "value": ratio, "limit": limit, "ok": ratio >= limit}
