"""A file that another program changed meanwhile: seen before it is replaced, and how it differs."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from graph.errors import FileError
from graph.storage.atomic import reason

MAX_COMPARED = 64 * 2**20
MAX_LINES = 1_000_000
MAX_LINES_SHOWN = 2_000
MAX_CHARACTERS = 400
CONTEXT = 2


class ChangedFileError(FileError):
    """A file holds something else than was last read or written; ``content`` is what, nothing if it cannot be read."""

    def __init__(self, message: str, content: bytes | None) -> None:
        super().__init__(message)
        self.content = content


def refuse_changed(path: Path, known: bytes, new: bytes) -> None:
    """See to it that a file holds what is known of it, or already what it would be replaced by, or is gone.

    Raises:
        ChangedFileError: it holds something else.
    """
    try:
        current = _content(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ChangedFileError(f"{path} was changed and cannot be read: {reason(error)}.", None) from None
    if current not in (known, new):
        raise ChangedFileError(
            f"{path} was changed by another program or window since it was opened or saved here.", current
        )


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_COMPARED + 1)


def difference(theirs: bytes, ours: bytes) -> list[str]:
    """What saving would change in a file, as the lines of a unified diff: "-" what it holds, "+" what it would hold.

    Long lines and very long differences are cut, and say so.
    """
    before, after = (content.decode(errors="replace").splitlines() for content in (theirs, ours))
    if before == after:
        return [] if theirs == ours else ["The lines are equal; only their ends, or what is not text, differ."]
    if max(len(before), len(after)) > MAX_LINES:
        return [f"{len(before):,} lines against {len(after):,}: too many to compare."]
    lines = list(_unified(before, after))
    shown = [_cut(line) for line in lines[:MAX_LINES_SHOWN]]
    return [*shown, f"… and {len(lines) - MAX_LINES_SHOWN:,} more lines"] if len(lines) > MAX_LINES_SHOWN else shown


def _unified(before: list[str], after: list[str]) -> Iterator[str]:
    for group in _Matcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        first, last = group[0], group[-1]
        yield f"@@ -{first[1] + 1},{last[2] - first[1]} +{first[3] + 1},{last[4] - first[3]} @@"
        for kind, left, right, low, high in group:
            if kind == "equal":
                yield from (f" {line}" for line in before[left:right])
                continue
            yield from (f"-{line}" for line in before[left:right])
            yield from (f"+{line}" for line in after[low:high])


class _Matcher(difflib.SequenceMatcher[str]):
    """Matches lines that both texts have once, and what is equal around them: as fast as reading, for any texts.

    Python's own takes half a minute where every third of 20,000 lines differs.
    """

    a: Sequence[str]
    b: Sequence[str]

    def get_matching_blocks(self) -> list[difflib.Match]:
        blocks: list[difflib.Match] = []
        left = right = 0
        for one, other in [*_anchors(self.a, self.b), (len(self.a), len(self.b))]:
            if one < left:
                continue  # what was equal around the anchor before it has reached this one
            forth = _alike(self.a[left:one], self.b[right:other])
            back = _alike(self.a[left + forth : one][::-1], self.b[right + forth : other][::-1])
            blocks += [difflib.Match(left, right, forth), difflib.Match(one - back, other - back, back)]
            left, right = one, other
        return [*filter(lambda block: block.size, _joined(blocks)), difflib.Match(len(self.a), len(self.b), 0)]


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that are there once on either side: the most of them that stand in the same order."""
    once = _singles(after)
    pairs = [(place, once[line]) for line, place in _singles(before).items() if line in once]
    ends: list[int] = []  # where the best run of each length so far ends
    runs: list[tuple[int, int, Any]] = []  # and the runs, each with the one before it
    for one, other in pairs:
        length = bisect_left(ends, other)
        ends[length : length + 1] = [other]
        runs[length : length + 1] = [(one, other, runs[length - 1] if length else None)]
    found = []
    last = runs[-1] if runs else None
    while last is not None:
        one, other, last = last
        found.append((one, other))
    return found[::-1]


def _singles(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: place for place, line in enumerate(lines) if counts[line] == 1}


def _joined(blocks: list[difflib.Match]) -> list[difflib.Match]:
    """Blocks with those that follow one another at once made one."""
    found: list[difflib.Match] = []
    for block in blocks:
        last = found[-1] if found else None
        if last is not None and (last.a + last.size, last.b + last.size) == (block.a, block.b):
            found[-1] = difflib.Match(last.a, last.b, last.size + block.size)
        else:
            found.append(block)
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _cut(line: str) -> str:
    return line if len(line) <= MAX_CHARACTERS else f"{line[:MAX_CHARACTERS]} … ({len(line):,} characters)"
