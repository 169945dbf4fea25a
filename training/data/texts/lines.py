"""The lines of a file of text."""

from __future__ import annotations

from pathlib import Path

from graph.storage.atomic import reason
from training.data.files.bounds import check_fits
from training.errors import DataError

_GROWTH = 16  # a list of words takes more than its text


def lines_of(path: Path) -> list[str]:
    """The lines of a file in UTF-8, without their ends.

    Raises:
        DataError: it cannot be read, is too large, or is written in another way.
    """
    try:
        check_fits(_GROWTH * path.stat().st_size, f"The file {path}", "keep fewer lines")
        content = path.read_bytes()
        text = content.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n")
        # Not by splitlines, which also ends lines at separators of pages and paragraphs, in the middle of a text.
        return text.removesuffix("\n").split("\n") if text else []
    except UnicodeDecodeError as error:
        where = f"it holds the byte {content[error.start]:02x} at {error.start:,}"
        raise DataError(f"{path} is not written in UTF-8: {where}; save it so.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None
