"""Training samples before and after augmentation, made into what is painted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import prod

from training.protocol import Box, Picture, SamplesShown, ShownField, Values, View, Wave

_CODES = {"uint8": "B", "int32": "i", "float32": "f"}
_LISTED = 6
_LEAST_SHARE = 0.005

Numbers = Sequence[float]


class Changes:
    """The samples of one answer: sample ``at`` as it is, with ``draw`` -1, or as it is in a draw."""

    def __init__(self, shown: SamplesShown) -> None:
        self._shown = shown
        self.count = len(shown.indices)
        afters = [_draws(field, self.count) for field in shown.fields if field.after]
        self.draws = min(afters, default=0)
        grid = ("objects", "boxes", "classes")
        self._grid = {field.kind: field for field in shown.fields if field.kind in grid}

    def views(self, at: int, draw: int) -> list[View]:
        """What can be seen of a sample, in the order of its nodes; masks and boxes are over the first image."""
        found: list[View] = []
        for field in self._shown.fields:
            view = self._view(field, at, draw, first=not any(isinstance(view, Picture) for view in found))
            if view is not None:
                found.append(view)
        return found

    def caption(self, at: int, draw: int) -> str:
        """The classes of a sample; where samples were mixed, those that it has a share of."""
        return ", ".join(filter(None, (self._label(field, at, draw) for field in self._shown.fields)))

    def _view(self, field: ShownField, at: int, draw: int, first: bool) -> View | None:
        values, shape = _numbers(field, at, draw, self.count)
        match field.kind:
            case "image":
                mask = self._mask(field, at, draw) if first else b""
                return _picture(values, shape, mask, self._boxes_of(at, draw) if first else [])
            case "spectrogram":
                return _picture(_bytes(values, field.low, field.high), shape, b"", [])
            case "sound":
                return _wave([values[start : start + shape[1]] for start in range(0, len(values), shape[1])])
            case "series":
                return _wave([values[column :: shape[1]] for column in range(shape[1])])
            case "numbers":
                return Values([f"{value:.3g}" for value in values[:_LISTED]], more=max(0, len(values) - _LISTED))
        return None

    def _mask(self, image: ShownField, at: int, draw: int) -> bytes:
        for field in self._shown.fields:
            if field.kind == "mask" and field.shape[-2:] == image.shape[-2:]:
                values, shape = _numbers(field, at, draw, self.count)
                if shape != field.shape:
                    return b""  # shares of classes, where masks were mixed
                return bytes(min(max(int(value), 0), 255) for value in values)
        return b""

    def _boxes_of(self, at: int, draw: int) -> list[Box]:
        """Those of a grid: the place of a centre in its cell, and the size as a share of the picture's."""
        if not {"objects", "boxes"} <= self._grid.keys():
            return []
        there, (_, rows, columns) = _numbers(self._grid["objects"], at, draw, self.count)
        boxes, _ = _numbers(self._grid["boxes"], at, draw, self.count)
        kinds = _numbers(self._grid["classes"], at, draw, self.count)[0] if "classes" in self._grid else there
        cells, found = rows * columns, []
        for cell in range(cells):
            if there[cell] > 0:
                x, y, wide, high = (boxes[axis * cells + cell] for axis in range(4))
                x, y = (cell % columns + x) / columns, (cell // columns + y) / rows
                kind = int(kinds[cell])
                found.append(Box(x - wide / 2, y - high / 2, wide, high, "", kind, True))
        return found

    def _label(self, field: ShownField, at: int, draw: int) -> str:
        if field.kind != "label":
            return ""
        values, shape = _numbers(field, at, draw, self.count)
        if not shape:
            return _named(values[0], field.names)
        shares = sorted(((share, kind) for kind, share in enumerate(values) if share > _LEAST_SHARE), reverse=True)
        if len(shares) == 1:
            return _named(shares[0][1], field.names)
        return ", ".join(f"{100 * share:.0f} % {_named(kind, field.names)}" for share, kind in shares)


def _named(value: float, names: Sequence[str]) -> str:
    whole = int(value)
    if whole != value:
        return f"{value:.3g}"
    return names[whole] if 0 <= whole < len(names) else str(whole)


def _draws(field: ShownField, count: int) -> int:
    """How many draws there are of a field."""
    each = 1 if field.dtype == "uint8" else 4
    return len(field.after) // max(1, each * count * prod(field.after_shape))


def _numbers(field: ShownField, at: int, draw: int, count: int) -> tuple[Numbers, list[int]]:
    """The numbers of a sample and their shape; those before where a field has no others."""
    after = draw >= 0 and bool(field.after)
    content, shape = (field.after, field.after_shape) if after else (field.before, field.shape)
    # Labels that were mixed are shares, which are fractions.
    code = "f" if after and field.shape != field.after_shape else _CODES[field.dtype]
    values = array(code)
    size = prod(shape) * values.itemsize
    start = size * (at + count * max(0, draw) if after else at)
    values.frombytes(content[start : start + size])
    return values, shape


def _wave(lines: Sequence[Numbers]) -> Wave:
    shown: list[list[float | None]] = [list(line) for line in lines]
    return Wave(shown, shown)


def _bytes(values: Numbers, low: float, high: float) -> Numbers:
    scale = 255 / ((high - low) or 1.0)
    return [min(max(round((value - low) * scale), 0), 255) for value in values]


def _picture(values: Numbers, shape: Sequence[int], mask: bytes, boxes: list[Box]) -> Picture:
    """Three channels as colours, one as grey; of others the first."""
    channels = shape[0] if len(shape) > 2 else 1
    height, width = shape[-2:]
    size = height * width
    planes = [
        bytes(map(int, values[place * size : (place + 1) * size]))
        for place in (range(3) if channels == 3 else (0, 0, 0))
    ]
    pixels = bytearray(3 * size)
    for place, plane in enumerate(planes):
        pixels[place::3] = plane
    return Picture(width, height, bytes(pixels), mask, boxes)
