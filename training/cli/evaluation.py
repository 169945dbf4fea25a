"""What ``layerloom evaluate`` prints: the figures, and which classes were taken for which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.fields import shorten

_MOST_COLUMNS = 20
_MOST_PAIRS = 5
_LONGEST_NAME = 16


def as_lines(found: Mapping[str, Any]) -> list[str]:
    """An evaluation for people."""
    epoch = "" if found["epoch"] is None else f", epoch {found['epoch']:g}"
    part = "all its" if found["part"] == "all" else f"its {found['part']}"
    lines = [
        f"{found['run']}: {found['weights']} weights{epoch}, measured on {found['data']}, {part} samples.",
        f"samples: {found['samples']:,}",
        *(f"{name}: {_number(value)}" for name, value in found["figures"].items()),
    ]
    for name, entry in found["objectives"].items():
        if "confusion_matrix" in entry:
            lines += ["", *_classes(name, entry)]
    return lines


def _number(value: float | None) -> str:
    return "no finite number" if value is None else f"{value:.6g}"


def _classes(name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    names = [_short(text) for text in entry["classes"]]
    table: Sequence[Sequence[int]] = entry["confusion_matrix"]
    if len(names) <= _MOST_COLUMNS:
        yield f"Confusion matrix of {name}: a row for each true class, a column for each predicted one"
        yield from _aligned([["", *names], *([own, *map(_count, row)] for own, row in zip(names, table, strict=True))])
    pairs = [(count, i, j) for i, row in enumerate(table) for j, count in enumerate(row) if i != j and count]
    if pairs:
        worst = sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))[:_MOST_PAIRS]
        yield f"Most often mistaken in {name}: " + ", ".join(
            f"{names[i]} for {names[j]} ({count:,})" for count, i, j in worst
        )
    yield ""
    figures = ("precision", "recall", "f1")
    rows = [
        [own, *(_share(row[figure]) for figure in figures), f"{row['samples']:,}", f"{row['predicted']:,}"]
        for own, row in zip(names, entry["per_class"], strict=True)
    ]
    yield from _aligned([["class", *figures, "samples", "predicted"], *rows])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME and text.isprintable() else shorten(text)[:_LONGEST_NAME]


def _count(number: int) -> str:
    return f"{number:,}" if number else "."


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
