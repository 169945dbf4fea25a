"""What a page of the manual is made of, whoever shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias, Union

from graph.manual.formulas import parse, plain


class Span(NamedTuple):
    """Letters of one look; ``link`` is the address that they lead to, as ``layer/ReLU`` or ``page/data#tables``."""

    text: str
    look: Literal["", "strong", "emphasis", "code"] = ""
    link: str = ""


Text: TypeAlias = tuple[Span, ...]


class Heading(NamedTuple):
    """A heading of a level from 1, found by its anchor."""

    level: int
    text: Text
    anchor: str


class Paragraph(NamedTuple):
    """Text that goes on from line to line; ``muted`` is said aside."""

    text: Text
    muted: bool = False


class Item(NamedTuple):
    """An entry of a list; ``mark`` is what stands before it, ``depth`` counts from 0."""

    text: Text
    mark: str = "•"
    depth: int = 0


class Table(NamedTuple):
    """Rows of cells under a head."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


class Listing(NamedTuple):
    """Lines as they are typed."""

    text: str


class Formula(NamedTuple):
    """A formula, as ``formulas.parse`` reads it."""

    source: str


class Picture(NamedTuple):
    """A picture of a layer: ``what`` is drawn, in words that the drawing knows, and what it shows."""

    what: str
    kind: str
    caption: str


Part: TypeAlias = Union[Heading, Paragraph, Item, Table, Listing, Formula, Picture]


class Page(NamedTuple):
    """A page by its address."""

    address: str
    title: str
    parts: tuple[Part, ...]

    def anchors(self) -> frozenset[str]:
        """Where on the page a link can lead."""
        return frozenset(part.anchor for part in self.parts if isinstance(part, Heading))

    def headings(self, anchor: str) -> list[Heading]:
        """The headings that a link names."""
        return [part for part in self.parts if isinstance(part, Heading) and part.anchor == anchor]

    def links(self) -> list[str]:
        """Every address that the page leads to."""
        return [span.link for part in self.parts for span in spans_of(part) if span.link]


def words(text: str, link: str = "") -> Text:
    """Text of one look."""
    return (Span(text, link=link),) if text else ()


def spans_of(part: Part) -> Iterable[Span]:
    """The text of a part, piece by piece."""
    match part:
        case Heading(_, text, _) | Paragraph(text, _) | Item(text, _, _):
            yield from text
        case Table(head, rows):
            for row in (head, *rows):
                for cell in row:
                    yield from cell
        case Listing(text):
            yield Span(text, "code")
        case Formula(source):
            yield Span(plain(parse(source)))
        case Picture(_, _, caption):
            yield Span(caption)


def text_of(part: Part) -> str:
    """The text of a part, to be searched."""
    return " ".join("".join(span.text for span in spans_of(part)).split())
