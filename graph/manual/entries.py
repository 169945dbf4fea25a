"""What there is to say of layers beyond their classes: formulas, when to use them, where they come from.

The texts lie beside this file, in ``layers/``, one file a category. A heading names the layers that a text is about;
below it stand lines ``name: text``, which go on where the next is indented. ``formula`` and ``paper`` may stand more
than once; ``no formula`` says why there is none, and ``none`` after ``paper`` why there is no paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graph.errors import LayerloomError

FOLDER = Path(__file__).parent / "layers"
KEYS = ("formula", "no formula", "with", "when", "paper", "related", "picture")


class ManualError(LayerloomError):
    """A text of the manual that is not written as one."""


class Entry(NamedTuple):
    """A layer's text: ``meaning`` is that of the formula's signs, ``picture`` says what is drawn, in words."""

    formulas: tuple[str, ...]
    without: str
    meaning: str
    when: str
    papers: tuple[str, ...]
    related: tuple[str, ...]
    picture: str


# What is shown of a layer that has no text yet: what its class says.
UNTOLD = Entry((), "", "", "", (), (), "")


def entry_of(kind: str) -> Entry:
    """A layer's text; an empty one where it has none."""
    return entries().get(kind, UNTOLD)


@cache
def entries() -> Mapping[str, Entry]:
    """The texts by the layers they are about.

    Raises:
        ManualError: naming the file and what is wrong with it.
    """
    found: dict[str, Entry] = {}
    for path in sorted(FOLDER.glob("*.md")):
        for kinds, entry in read(path.read_text(encoding="utf-8"), path.name):
            if twice := found.keys() & set(kinds):
                raise ManualError(f"{path.name}: {', '.join(sorted(twice))} has two texts; leave one.")
            found |= dict.fromkeys(kinds, entry)
    return found


def read(text: str, name: str) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """The texts of a file, each with the layers it is about.

    Raises:
        ManualError: naming the line that is wrong.
    """
    for part in text.split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        yield tuple(heading.split()), _entry(_lines(body), f"{name}, {heading}")


def _lines(body: str) -> list[str]:
    lines: list[str] = []
    for line in body.splitlines():
        if line.startswith("  ") and lines:
            lines[-1] += f" {line.strip()}"
        elif line.strip():
            lines.append(line.strip())
    return lines


def _entry(lines: list[str], where: str) -> Entry:
    told: dict[str, list[str]] = {key: [] for key in KEYS}
    for line in lines:
        key, colon, text = line.partition(": ")
        if not colon or key not in told:
            raise ManualError(f"{where}: a line must begin with one of {', '.join(KEYS)}, got {line[:40]!r}.")
        told[key].append(text)
    one = {key: " ".join(texts) for key, texts in told.items()}
    formulas, papers, related = tuple(told["formula"]), tuple(told["paper"]), tuple(one["related"].split())
    return Entry(formulas, one["no formula"], one["with"], one["when"], papers, related, one["picture"])
