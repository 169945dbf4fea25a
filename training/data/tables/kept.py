"""Tables that memory does not hold: their columns are read once into files, which are kept."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl

from graph.storage.atomic import reason
from training.data.dataset import Reading
from training.data.files.bounds import fits, shown_bytes
from training.data.files.keeping import Keeping, signs_of
from training.data.tables.frame import needed_bytes, read_frame, read_sheet
from training.data.tables.numerals import Columns
from training.data.tables.parquet import TooLargeError
from training.data.tables.sheet import Sheet
from training.errors import DataError

_REMEDY = "keep fewer rows or columns"


class _Record(msgspec.Struct, frozen=True):
    columns: list[str]
    rows: int
    notices: list[str]


def open_frame(path: Path, separator: str, decimal: str, special: Columns, reading: Reading) -> pl.DataFrame | Sheet:
    """The columns of a table, in memory or, where that does not hold them all at once, in files.

    Raises:
        DataError: the file cannot be read as a table, or the disk does not hold it.
    """
    try:
        needed = needed_bytes(path)
        if fits(needed):
            return read_frame(path, separator, decimal, special, reading.tell)
    except TooLargeError as error:
        needed = error.needed
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
    keeping = Keeping(["table", pl.__version__, separator, decimal, repr(special), *signs_of([path])])
    stem = keeping.begun("columns")
    what = f"{path.name} may take {shown_bytes(needed)}, more than is held in memory: its columns"
    where = f"and are read as they are needed from {keeping.path('*.column')}"
    with keeping.alone():
        record = _found(keeping)
        if record is None:
            reading.tell(f"{what} are brought to numbers once {where}, which are kept for next time.")
            keeping.make_room(needed, _REMEDY)
            notices: list[str] = []
            made = read_sheet(path, separator, decimal, special, reading._replace(tell=notices.append), stem)
            record = _keep(keeping, made, notices)
        else:
            reading.tell(f"{what} were brought to numbers before {where}.")
    for notice in record.notices:
        reading.tell(notice)
    return Sheet.kept(stem, dict(zip(record.columns, _files(keeping, record.columns), strict=True)), record.rows)


def _found(keeping: Keeping) -> _Record | None:
    """What was made before; ``None`` where it is not there, or not whole."""
    try:
        record = msgspec.json.decode(keeping.record(), type=_Record)
    except (msgspec.MsgspecError, ValueError):
        return None
    if not all(file.is_file() for file in _files(keeping, record.columns)):
        return None
    keeping.used()
    return record


def _keep(keeping: Keeping, sheet: Sheet, notices: list[str]) -> _Record:
    record = _Record(sheet.columns, len(sheet), notices)
    try:
        sheet.moved(_files(keeping, record.columns))
        keeping.finish(msgspec.json.encode(record))
    except OSError as error:
        raise DataError(f"{keeping.folder} cannot be written: {reason(error)}; make room for it.") from None
    return record


def _files(keeping: Keeping, columns: list[str]) -> list[Path]:
    return [keeping.path(f"{place}.column") for place in range(len(columns))]
