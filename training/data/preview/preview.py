"""A look at data: its figures, some samples of each part, and what a drawing would make of it."""

from __future__ import annotations

import numpy as np

from graph.document import Document
from training.data.dataset import Array, Dataset, Fields, Reading, Stage
from training.data.described import figures_of
from training.data.preview.fits import fits_of
from training.data.preview.views import Viewer
from training.data.sources import load_data
from training.protocol import DataDescribed, Sample


def preview(document: Document, folder: str, samples: int, stage: Stage = lambda _what, _done: None) -> DataDescribed:
    """Read the data of a drawing; at most ``samples`` of each part are shown.

    Raises:
        DataError: it cannot be read.
    """
    settings = document.training
    notices: list[str] = []
    reading = Reading(settings.validation, settings.seed, None, notices.append, stage)
    dataset = load_data(settings.data, folder, reading)
    figures = figures_of(dataset, notices)
    fits, verdict = fits_of(document, dataset)
    return DataDescribed(figures, _samples(dataset, samples), fits, verdict)


def _samples(dataset: Dataset, most: int) -> list[Sample]:
    viewer = Viewer(dataset)
    parts = {"training": dataset.training, "validation": dataset.validation, "test": dataset.test}
    return [
        Sample(part, int(index), viewer.caption(fields, index), viewer.views(fields, index))
        for part, fields in parts.items()
        for index in _spread(_count(fields), most)
    ]


def _spread(count: int, most: int) -> Array:
    """Indices at even distances, so that sorted data shows samples of every class."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64)) if count else np.arange(0)


def _count(fields: Fields) -> int:
    return min((len(array) for array in fields.values()), default=0)
