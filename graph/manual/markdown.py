"""The part of Markdown that the pages of the manual are written in, read as parts of a page.

Headings, paragraphs, lists, tables, lines of code between fences or indented by four blanks; in text, code, strong and
emphasized words and links. HTML is text like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from graph.manual.page import Heading, Item, Listing, Page, Paragraph, Part, Span, Table, Text

_INLINE = re.compile(
    r"(?P<code>`+)(?P<coded>.+?)(?P=code)(?!`)"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)"
    r"|\*\*(?P<strong>.+?)\*\*"
    r"|\*(?P<emphasis>[^*\s](?:[^*]*[^*\s])?)\*"
)
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"( *)(?:[-*]|(\d+\.))\s+(.*)")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
Resolve = Callable[[str], str]


def read(address: str, text: str, resolve: Resolve = str) -> Page:
    """A page of Markdown; ``resolve`` makes an address of what a link names, "" where it leads nowhere from here."""
    parts = tuple(_Reader(text, resolve).parts())
    title = next(("".join(span.text for span in part.text) for part in parts if isinstance(part, Heading)), address)
    return Page(address, title, parts)


def anchor_of(heading: str) -> str:
    """What a link names a heading by: small letters, with hyphens between words."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def spans(text: str, resolve: Resolve = str) -> Text:
    """Text with its looks and links."""
    found: list[Span] = []
    last = 0
    for match in _INLINE.finditer(text):
        if match.start() > last:
            found.append(Span(text[last : match.start()]))
        found += _looked(match, resolve)
        last = match.end()
    if text[last:]:
        found.append(Span(text[last:]))
    return tuple(found)


def _looked(match: re.Match[str], resolve: Resolve) -> Text:
    if match["coded"] is not None:
        return (Span(match["coded"].strip(), "code"),)
    if match["label"] is not None:
        link = resolve(match["target"])
        return tuple(span._replace(link=link) for span in spans(match["label"], resolve))
    look, inside = ("strong", match["strong"]) if match["strong"] else ("emphasis", match["emphasis"])
    return tuple(
        span if span.look else span._replace(look="strong" if look == "strong" else "emphasis")
        for span in spans(inside, resolve)
    )


class _Reader:
    """Reads a page line by line."""

    def __init__(self, text: str, resolve: Resolve) -> None:
        self._lines = text.splitlines()
        self._resolve = resolve
        self._at = 0

    def parts(self) -> Iterator[Part]:
        """The parts of the page, in order."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip() or line.startswith("<!--"):
                self._at += 1
            elif heading := _HEADING.fullmatch(line):
                self._at += 1
                yield Heading(len(heading[1]), self._spans(heading[2]), anchor_of(heading[2]))
            elif line.startswith("```"):
                self._at += 1
                yield Listing("\n".join(self._while(lambda each: not each.startswith("```"))))
                self._at += 1
            elif line.startswith("    "):
                yield Listing("\n".join(each[4:] for each in self._while(_is_indented)).strip("\n"))
            elif line.startswith("|"):
                yield self._table()
            elif item := _ITEM.fullmatch(line):
                yield self._item(item)
            else:
                yield Paragraph(self._spans(" ".join(self._while(_goes_on)).strip()))

    def _spans(self, text: str) -> Text:
        return spans(text, self._resolve)

    def _while(self, fits: Callable[[str], bool]) -> list[str]:
        begin = self._at
        while self._at < len(self._lines) and fits(self._lines[self._at]):
            self._at += 1
        return self._lines[begin : self._at]

    def _item(self, item: re.Match[str]) -> Item:
        self._at += 1
        lines = [item[3]]
        while self._at < len(self._lines) and _goes_on(self._lines[self._at].strip() or "#"):
            lines.append(self._lines[self._at].strip())
            self._at += 1
        return Item(self._spans(" ".join(lines)), item[2] or "•", len(item[1]) // 2)

    def _table(self) -> Table:
        rows = [_cells(line) for line in self._while(lambda each: each.startswith("|")) if not _RULE.fullmatch(line)]
        head, *others = [tuple(map(self._spans, row)) for row in rows]
        return Table(head, tuple(others))


def _is_indented(line: str) -> bool:
    return line.startswith("    ") or not line.strip()


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the paragraph before it."""
    return bool(line.strip()) and not (
        line.startswith(("```", "|", "#")) or _ITEM.fullmatch(line) or _HEADING.fullmatch(line)
    )


def _cells(line: str) -> list[str]:
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [part.strip().replace("\\|", "|") for part in parts]
