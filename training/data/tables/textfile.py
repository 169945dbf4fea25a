"""Text files of rows and columns: what separates them, and whether names stand above."""

from __future__ import annotations

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

import polars as pl

from training.data.dataset import Stage, Tell, counted
from training.data.files.bounds import check_fits
from training.data.tables.sheet import Frame, Progress, Sheet
from training.data.tables.spelling import plain_cell
from training.errors import DataError

_SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}
_NAMED = {"tab": "\t", "space": " "}
_LOOKED_AT = 100
_MARK = b"\xef\xbb\xbf"  # with which some programs begin a text in UTF-8
_PART_BYTES = 2**24
_CELL_BYTES = 32  # of a short text in memory, and of the number that becomes of it
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?")
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PACKED = {
    b"PK\x03\x04": "a spreadsheet or a zip file; save it as CSV, or unpack it",
    b"\x1f\x8b": "compressed by gzip; unpack it",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as CSV",
}
# What a cell says that holds nothing.
_MISSING = ("", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None", "?")


class _Style(NamedTuple):
    separator: str
    header: list[str]
    has_header: bool


def read_texts(path: Path, separator: str, tell: Tell, nothing: Sequence[str] = _MISSING) -> pl.DataFrame:
    """The columns of a text file as text, with nothing where a cell says ``nothing``.

    Raises:
        DataError: the file is not text in UTF-8, has no rows, or its rows do not fit their columns.
    """
    check_fits(2 * path.stat().st_size, f"The table {path}", "keep fewer rows or columns")
    content = _usual(path, path.read_bytes(), tell)
    _check_text(path, [content])
    content = content.removeprefix(_MARK).lstrip(b"\r\n")
    style = _style(path, content, separator, tell)
    with _told(path, style):
        frame = pl.read_csv(
            content, separator=style.separator, has_header=False, schema=dict.fromkeys(style.header, pl.String)
        )
    return _tidied(frame.slice(1) if style.has_header else frame, nothing, path, tell)


def sheet_of(path: Path, separator: str, tell: Tell, stem: Path, stage: Stage) -> Sheet:
    """The same where memory does not hold it, in files called ``stem`` and a number.

    Raises:
        DataError: as for memory, or the disk does not hold it.
    """
    with path.open("rb") as file:
        _check_text(path, iter(lambda: file.read(_PART_BYTES), b""))
        file.seek(0)
        start = file.read(_PART_BYTES).removeprefix(_MARK)
    content = start.lstrip(b"\r\n")
    style = _style(path, content, separator, tell)
    texts = stem.with_name(f"{stem.name}.texts")
    with _told(path, style):
        read = pl.scan_csv(
            path,
            separator=style.separator,
            has_header=False,
            skip_rows=start[: len(start) - len(content)].count(b"\n"),
            schema=dict.fromkeys(style.header, pl.String),
            glob=False,
        )
        read.sink_ipc(texts, compression="uncompressed")
    sheet = Sheet.of(stem, texts, Progress(path, 2 * len(style.header), stage))
    # Not before they are written: of rows that are skipped, what is wrong with the others would not be seen.
    sheet = _tidied(sheet.slice(1) if style.has_header else sheet, _MISSING, path, tell)
    texts.unlink()
    return sheet


def needed_bytes(path: Path) -> int:
    """How much memory the texts of a file may take: every cell takes more than it has letters."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(_PART_BYTES)
    marks = max(start.count(mark.encode()) for mark in _SEPARATORS) + start.count(b"\n") + 1
    return 2 * size + _CELL_BYTES * marks * size // max(1, len(start))


def _usual(path: Path, content: bytes, tell: Tell) -> bytes:
    """The content of a file in UTF-8, with lines that end as usual, where it says itself that they do not.

    Raises:
        DataError: it is not what it says.
    """
    if content.startswith(_WIDE_MARKS):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeError:
            raise DataError(f"{path} begins like UTF-16, but is not written in it; save it as UTF-8.") from None
        tell(f"{path.name}: read as UTF-16, as it begins.")
    # As spreadsheets on some systems end lines.
    return content if b"\n" in content else content.replace(b"\r", b"\n")


@contextmanager
def _told(path: Path, style: _Style) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(f"{path} cannot be read as a table: {_why(error, style)}; correct the file.") from None


def _tidied(frame: Frame, nothing: Sequence[str], path: Path, tell: Tell) -> Frame:
    """Cells without spaces around them, and without rows that hold nothing."""
    if frame.is_empty():
        raise DataError(f"{path} holds no rows of data.")
    cleaned = frame.with_columns(_cleaned(column, nothing) for column in frame.get_columns())
    return _without_blank_lines(cleaned, path, tell)


def _without_blank_lines(frame: Frame, path: Path, tell: Tell) -> Frame:
    if frame.width == 1:
        return frame
    filled = pl.repeat(False, len(frame), eager=True)
    for column in frame.get_columns():
        filled |= column.is_not_null()
    count = int(filled.sum())
    if count == len(frame):
        return frame
    tell(f"{path.name}: {counted(len(frame) - count, 'row')} with nothing in any column left out.")
    if not count:
        raise DataError(f"{path} holds no rows of data.")
    return frame.filter(filled)


def _cleaned(column: pl.Series, nothing: Sequence[str]) -> pl.Series:
    stripped = one_form(column.str.strip_chars())
    return stripped.set(stripped.is_in(nothing), None)


def one_form(column: pl.Series) -> pl.Series:
    """A column in which letters with accents are written in one way, for two look alike and are not equal."""
    plain = column.str.len_bytes().sum() == column.str.len_chars().sum()
    return column if plain else column.str.normalize("NFC")


def _check_text(path: Path, parts: Iterable[bytes]) -> None:
    """Refuse a file whose ``parts`` are not text.

    Raises:
        DataError: saying where it is not.
    """
    decoder, lines, first, zeros, blank = getincrementaldecoder("utf-8")(), 1, True, False, True
    for part in chain(parts, [b""]):
        if first and part.startswith(_WIDE_MARKS):
            raise DataError(f"{path} is written in UTF-16; save it as UTF-8.")
        if first and (packed := next((what for mark, what in _PACKED.items() if part.startswith(mark)), "")):
            raise DataError(f"{path} is {packed}.")
        part, first = part.removeprefix(_MARK) if first else part, False
        try:
            decoder.decode(part, final=not part)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start)
            raise DataError(
                f"{path} is not written in UTF-8: line {line:,} holds the byte {error.object[error.start]:02x}; save "
                "it as UTF-8."
            ) from None
        lines += part.count(b"\n")
        zeros, blank = zeros or b"\0" in part, blank and not part.strip()
    if zeros:
        raise DataError(f"{path} is not a text file: it holds zero bytes.")
    if blank:
        raise DataError(f"{path} is empty.")


def _style(path: Path, content: bytes, separator: str, tell: Tell) -> _Style:
    start = content[: 2**20].decode(errors="ignore")
    lines = [line for line in start.splitlines()[: _LOOKED_AT + 1] if line.strip()]
    lines = lines[:-1] if len(lines) > _LOOKED_AT else lines
    used = _NAMED.get(separator, separator) if separator != "auto" else _separator(path, lines)
    rows = [[normalize("NFC", cell.strip()) for cell in row] for row in csv.reader(lines, delimiter=used)]
    header = rows[0]
    numbers = [cell for cell in header if _NUMBER.fullmatch(plain_cell(cell))]
    named = len(numbers) < len(header) and not (numbers and _text_again(rows))
    if separator == "auto" and used != ("\t" if path.suffix.lower() == ".tsv" else ","):
        tell(f"{path.name}: columns are separated by {_SEPARATORS[used]}; the option separator changes that.")
    if not named:
        why = "numbers" if len(numbers) == len(header) else "values that come again below"
        tell(f"{path.name}: its first row holds {why}, so that its columns are called c1 to c{len(header)}.")
        return _Style(used, [f"c{place + 1}" for place in range(len(header))], False)
    _check_names(path, header)
    if numbers:
        tell(f"{path.name}: its first row is taken for the names of its columns, though it holds {numbers[0]:.60}.")
    return _Style(used, header, True)


def _text_again(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a text of the first row comes again in its own column, as a class does and a name does not."""
    first = rows[0]
    texts = [
        place for place, cell in enumerate(first) if cell not in _MISSING and not _NUMBER.fullmatch(plain_cell(cell))
    ]
    return any(len(row) > place and row[place] == first[place] for row in rows[1:] for place in texts)


def _separator(path: Path, lines: list[str]) -> str:
    """The first that divides every line into the same number of cells, more than one."""
    candidates = sorted(_SEPARATORS, key=lambda mark: mark != "\t") if path.suffix.lower() == ".tsv" else _SEPARATORS
    for mark in candidates:
        counts = {len(row) for row in csv.reader(lines, delimiter=mark)}
        if len(counts) == 1 and counts.pop() > 1:
            return mark
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _check_names(path: Path, header: list[str]) -> None:
    for place, name in enumerate(header):
        if not name:
            raise DataError(f"{path} has no name above its column {place + 1}; name every column.")
        if name in header[:place]:
            raise DataError(f"{path} has two columns called '{name:.60}'; give each a name of its own.")


def _why(error: Exception, style: _Style) -> str:
    if "more fields" in str(error):
        return f"a row has more cells than there are columns ({len(style.header)})"
    return "a quotation mark is not closed, or cells do not fit their columns"
