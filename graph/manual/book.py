"""The manual as one book: its contents, its pages by address, and what is found in all of them.

An address is ``page/data`` or ``layer/ReLU``, with ``#heading`` behind it where a page has headings; ``example/NAME``
stands for a drawing to open, and what begins with ``https`` for a page of the web.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from graph.catalog import CATEGORIES, catalog
from graph.edits.search.fuzzy import rank
from graph.manual.addresses import LAYER, PAGE
from graph.manual.entries import entry_of
from graph.manual.layerpage import layer_page
from graph.manual.markdown import read
from graph.manual.page import Heading, Page, Part, text_of

# The pages of the user manual, by their files' names, in the order of the contents.
GUIDE = (
    *("first", "draw", "canvas", "inspector", "data", "augmentation", "training", "runs", "sweeps", "course"),
    *("export", "drawing", "packaging"),
)
MAX_HITS = 40
# How good a hit is: its name fits so well, or no more than its text does.
_BY_NAME, _BY_TEXT = 0, 20


class Chapter(NamedTuple):
    """A part of the contents: a title, and the pages in it by address with theirs."""

    title: str
    pages: tuple[tuple[str, str], ...]


class Hit(NamedTuple):
    """Something found: where it is, what it is called, and what that is a part of."""

    address: str
    title: str
    within: str


class Section(NamedTuple):
    """A stretch of a page under one heading, as it is searched."""

    anchor: str
    heading: str
    text: str


class Book:
    """The manual; ``guide`` is the folder of its pages, ``examples`` that of the drawings that come along."""

    def __init__(self, guide: Path, examples: Path) -> None:
        self._guide, self._examples = guide, examples
        self._made: dict[str, Page] = {}

    @cached_property
    def guide(self) -> Mapping[str, Page]:
        """The pages of the user manual that there are, by address."""
        paths = {name: self._guide / f"{name}.md" for name in GUIDE}
        return {
            f"{PAGE}{name}": read(f"{PAGE}{name}", path.read_text(encoding="utf-8"), _resolve)
            for name, path in paths.items()
            if path.is_file()
        }

    @cached_property
    def contents(self) -> tuple[Chapter, ...]:
        """All there is, chapter by chapter: the user manual, then the layers of each category."""
        chapters = [Chapter("Manual", tuple((page.address, page.title) for page in self.guide.values()))]
        for category in CATEGORIES:
            kinds = [kind for kind, cls in catalog().items() if cls.category == category]
            if kinds:
                chapters.append(Chapter(category, tuple((f"{LAYER}{kind}", kind) for kind in kinds)))
        return tuple(chapters)

    def has(self, address: str) -> bool:
        """Whether there is a page of this address, whatever stands behind a ``#``."""
        address = address.partition("#")[0]
        return address in self.guide or address.removeprefix(LAYER) in self._kinds(address)

    def page(self, address: str) -> Page | None:
        """The page of an address, whatever stands behind a ``#``; none where there is no such page."""
        address = address.partition("#")[0]
        if not self.has(address):
            return None
        if address not in self._made:
            kind = address.removeprefix(LAYER)
            self._made[address] = self.guide.get(address) or layer_page(kind, self._examples)
        return self._made[address]

    def search(self, typed: str) -> list[Hit]:
        """What has every word that is typed, the best first: by name, by a heading, by its text."""
        if not typed.strip():
            return []
        found = [*self._layers(typed), *self._sections(typed)]
        found.sort(key=lambda each: each[0])
        return [hit for _, hit in found[:MAX_HITS]]

    def _layers(self, typed: str) -> Iterator[tuple[int, Hit]]:
        needed = typed.lower().split()
        for kind, cls in catalog().items():
            hit = Hit(f"{LAYER}{kind}", kind, f"Layers, {cls.category}")
            by_name = rank(typed, kind, cls.keywords)
            entry = entry_of(kind)
            text = " ".join((kind, cls.__doc__ or "", entry.when, entry.meaning, entry.without, *entry.papers)).lower()
            if by_name is not None:
                yield _BY_NAME + by_name, hit
            elif all(word in text for word in needed):
                yield _BY_TEXT, hit

    def _sections(self, typed: str) -> Iterator[tuple[int, Hit]]:
        needed = typed.lower().split()
        for page in self.guide.values():
            for section in sections_of(page):
                heading, text = section.heading.lower(), section.text.lower()
                if not all(word in heading or word in text for word in needed):
                    continue
                where = f"{page.address}#{section.anchor}"
                within = "Manual" if section.heading == page.title else page.title
                headed = all(word in heading for word in needed)
                yield (_BY_NAME + 1 if headed else _BY_TEXT - 1), Hit(where, section.heading, within)

    def _kinds(self, address: str) -> Mapping[str, object]:
        return catalog() if address.startswith(LAYER) else {}


def sections_of(page: Page) -> Iterator[Section]:
    """A page heading by heading, with what stands under each."""
    heading = Heading(1, (), "")

    def under(part: Part) -> Heading:
        nonlocal heading
        heading = part if isinstance(part, Heading) else heading
        return heading

    for head, parts in groupby(page.parts, under):
        yield Section(head.anchor, text_of(head) or page.title, " ".join(map(text_of, parts)))


def _resolve(target: str) -> str:
    """The address that a link of a page of the user manual means, "" where it leads to what is not in the book."""
    path, _, anchor = target.partition("#")
    behind = f"#{anchor}" if anchor else ""
    if target.startswith("https://"):
        return target
    if path.startswith("../reference/"):
        kind = next((kind for kind in catalog() if kind.lower() == anchor), "")
        return f"{LAYER}{kind}" if kind else ""
    name = path.removesuffix(".md")
    return f"{PAGE}{name}{behind}" if name in GUIDE else ""
