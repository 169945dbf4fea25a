"""Where a file or folder of data is: beside the drawing, or in the folder one is in."""

from __future__ import annotations

from pathlib import Path

from graph.recipe.sources import Source, usages
from graph.storage.atomic import reason
from training.errors import DataError
from training.runs.data_record import read_record
from training.runs.origin import drawing_of
from training.runs.runs import read_document


def locate(source: Source, folder: str = "") -> Source:
    """The setting ``data`` with its path made absolute; sources without one stay as they are.

    A relative path is looked for in ``folder``, that of the drawing, and then in the current folder.

    Raises:
        DataError: it is in neither, or cannot be looked for.
    """
    if "path" not in source.in_text():
        return source
    looked: list[Path] = []
    try:
        path = Path(source.place).expanduser()
        looked = list(dict.fromkeys(Path(place).absolute() for place in (folder, "")))
        for place in looked:
            if source.place and (place / path).exists():
                return source.moved(str(place / path))
    except OSError as error:
        raise DataError(f"The data '{source.text():.200}' cannot be read: {reason(error)}.") from None
    except (RuntimeError, ValueError):
        looked = []  # no such user's home, or a character no path has
    where = "" if _is_absolute(source.place) else f"; it was looked for in {' and in '.join(map(str, looked))}"
    raise unusable(source, "does not exist", where if looked else "")


def locate_for(run: Path, data: Source, folder: str = "") -> Source:
    """Where data is for a run: where the run found it, if it was trained with that very setting.

    Failing that, it is looked for in ``folder`` or, as run and drawing may have moved together, beside the drawing.

    Raises:
        DataError: it is nowhere.
        RunError: the run cannot be read.
    """
    record, drawing = read_record(run), drawing_of(run)
    home = folder or (str(drawing.parent) if drawing is not None else "")
    if record is None or data != read_document(run).training.data:
        return locate(data, home)
    try:
        return locate(data.moved(record.source.removeprefix(data.prefix)) if data.place else data)
    except DataError:
        return locate(data, home)


def unusable(source: Source, what: str, more: str = "") -> DataError:
    """The refusal of a source of data, with those that can be used."""
    known = usages()
    return DataError(f"The data '{source.text():.200}' {what}; use {', '.join(known[:-1])} or {known[-1]}{more}.")


def _is_absolute(source: str) -> bool:
    return not source or source.startswith("~") or Path(source).is_absolute()
