"""How each field of data is shown: as a picture, a line, a text or numbers."""

from __future__ import annotations

import numpy as np

from training.data.dataset import Array, Dataset, Fields
from training.data.described import names_of
from training.data.fit.images import spread
from training.data.preview.pictures import is_picture, picture
from training.protocol import Values, View, Wave, Words

# Fewer numbers than this are read one by one, more are seen as a line.
_LINE_FROM = 16
_CHANNELS = 8
_POINTS = 120
_LISTED = 12
_TOKENS = 60
_PADDING = "<pad>"


class Viewer:
    """Shows samples of one data set; what is decided of a field holds for all of its samples."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        fields = dataset.fields()
        learned = dataset.learned
        # The target of a table is the field y, but its column bears the name.
        self._target = next((name for name in learned.names if learned.columns and name not in learned.columns), "y")
        self._pictures = [name for name, array in fields.items() if is_picture(array) and not _is_mask(name, fields)]
        self._spreads = {name: spread(fields[name]) for name in self._pictures}
        self._masks = {
            name: next((other for other in fields if _masks(fields[other], fields[name])), "")
            for name in self._pictures
        }
        self._tags = {
            name: next((other for other in fields if _tags(other, fields[other], name, fields[name])), "")
            for name in fields
            if name in ("tokens", "text")
        }

    def caption(self, fields: Fields, index: int) -> str:
        """What a sample is, from its fields of one number."""
        said = []
        for name, array in fields.items():
            if array.ndim == 1:
                known = names_of(name, self._dataset.learned)
                value = array[index]
                text = known[int(value)] if array.dtype.kind in "iu" and 0 <= value < len(known) else _number(value)
                said.append(text if name == "label" else f"{self._target if name == 'y' else name} {text}")
        return ", ".join(said)

    def views(self, fields: Fields, index: int) -> dict[str, View]:
        """Each field of a sample that can be shown."""
        over = {*self._masks.values(), *self._tags.values()}
        shown = {name: array for name, array in fields.items() if array.ndim > 1 and name not in over}
        return {name: self._view(name, array[index], fields, index) for name, array in shown.items()}

    def _view(self, name: str, sample: Array, fields: Fields, index: int) -> View:
        if name in self._pictures:
            mask = self._masks[name]
            return picture(sample, self._spreads[name], fields[mask][index] if mask in fields else None)
        if name in self._tags or (
            names_of(name, self._dataset.learned) and sample.dtype.kind in "iu" and sample.ndim == 1
        ):
            return self._words(name, sample, fields, index)
        if sample.dtype.kind == "f" and (lines := _lines(sample)) is not None:
            return _wave(lines, self._columns(len(lines)))
        flat = sample.reshape(-1)
        names = self._columns(len(flat))
        return Values([_number(value) for value in flat[:_LISTED]], names[:_LISTED], max(0, len(flat) - _LISTED))

    def _words(self, name: str, sample: Array, fields: Fields, index: int) -> Words:
        known, tags = names_of(name, self._dataset.learned), self._tags.get(name, "")
        words = [known[number] if 0 <= number < len(known) else str(number) for number in sample.tolist()]
        end = next((place for place, word in enumerate(words) if known and word == _PADDING), len(words))
        marks: list[str] = []
        if tags in fields:
            kinds = names_of(tags, self._dataset.learned)
            marks = [kinds[tag] if 0 <= tag < len(kinds) else str(tag) for tag in fields[tags][index].tolist()]
        end = min(end, _TOKENS)
        return Words(words[:end], marks[:end])

    def _columns(self, count: int) -> list[str]:
        """The names of a table's columns, each category of one where they are one-hot; none where they are others."""
        learned = self._dataset.learned
        if len(learned.columns) == count:
            return list(learned.columns)
        spread_out = [
            f"{column}={kind}" if column in learned.names else column
            for column in learned.columns
            for kind in learned.names.get(column, [""])
        ]
        return spread_out if len(spread_out) == count else []


def _is_mask(name: str, fields: Fields) -> bool:
    return any(_masks(fields[name], other) for other in fields.values() if other is not fields[name])


def _masks(array: Array, image: Array) -> bool:
    """Whether an array has the class of each pixel of an image."""
    return (
        array is not image
        and array.ndim == 3
        and array.dtype.kind in "iub"
        and image.ndim in (3, 4)
        and array.shape[1:] in (image.shape[-2:], image.shape[1:3])
        and not (image.ndim == 3 and image.dtype.kind in "iub")
    )


def _tags(name: str, array: Array, tokens: str, words: Array) -> bool:
    """Whether an array has a tag for each token."""
    return name != tokens and array.dtype.kind in "iu" and array.ndim == 2 and array.shape == words.shape


def _lines(sample: Array) -> Array | None:
    """A sample as lines (channels, time), the longer axis being time; nothing for what cannot be shown so."""
    flat = sample[np.newaxis] if sample.ndim == 1 else sample
    if flat.ndim != 2 or max(flat.shape) < _LINE_FROM:
        return None
    lines = flat.T if flat.shape[0] >= flat.shape[1] and flat.shape[1] <= _CHANNELS else flat
    return lines[:_CHANNELS] if lines.shape[1] >= _LINE_FROM else None


def _wave(lines: Array, names: list[str]) -> Wave:
    edges = np.unique(np.linspace(0, lines.shape[1], min(_POINTS, lines.shape[1]) + 1).astype(np.int64))[:-1]
    low, high = (reduce.reduceat(lines, edges, axis=1) for reduce in (np.fmin, np.fmax))
    return Wave(_rounded(low), _rounded(high), names)


def _rounded(values: Array) -> list[list[float | None]]:
    return [[float(f"{value:.4g}") if np.isfinite(value) else None for value in line] for line in values.tolist()]


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)
