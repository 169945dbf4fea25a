"""``events.jsonl``: every event of a run, appended as it happens and read whatever became of the file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from graph.errors import FileError
from graph.storage.atomic import reason, write_atomically
from training.errors import RunError
from training.protocol import Event, LineError, encode, read_event

EVENTS = "events.jsonl"
# No event is longer: the longest hold the losses of a thirtieth of a second, or a traceback.
_LONGEST = 8 * 2**20
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class EventLog:
    """``events.jsonl``, open for appending; every event is with the system when ``write`` returns.

    It is never another file that a link leads to.
    """

    def __init__(self, run: Path) -> None:
        self._path = run / EVENTS
        try:
            _part_from_other_names(self._path)
            self._descriptor = os.open(self._path, _FLAGS | getattr(os, "O_BINARY", 0), 0o666)
            self._close_torn_line()
        except OSError as error:
            what = "it is a link; remove it" if self._path.is_symlink() else reason(error)
            raise RunError(f"{self._path} cannot be written: {what}.") from None

    def write(self, event: Event) -> None:
        """Append an event.

        Raises:
            RunError: the disk is full, say.
        """
        content = memoryview(encode(event))
        try:
            while content:
                content = content[os.write(self._descriptor, content) :]
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {reason(error)}; training ends here.") from None

    def close(self) -> None:
        os.close(self._descriptor)

    def _close_torn_line(self) -> None:
        """A killed run may have left half a line; what follows must not be glued to it."""
        size = os.fstat(self._descriptor).st_size
        start = max(0, size - _LONGEST)
        os.lseek(self._descriptor, start, os.SEEK_SET)
        line = os.read(self._descriptor, size - start).rpartition(b"\n")[2]
        if not line:
            return
        if _is_event(line) or len(line) == _LONGEST:
            os.write(self._descriptor, b"\n")
        else:
            os.ftruncate(self._descriptor, size - len(line))


def read_events(run: Path, heads: tuple[bytes, ...] = (b"",)) -> tuple[list[Event], int]:
    """The events of a run, and how many lines of its log cannot be read, not counting one that a kill has torn.

    Events of a kind this version does not know are left out, and lines that do not begin with one of ``heads``.

    Raises:
        OSError: the file cannot be read.
    """
    events, damaged = [], 0
    path = run / EVENTS
    if not path.exists():
        return [], 0
    if not path.is_file():
        raise OSError(0, "not a file")
    with path.open("rb") as file:
        for line in _lines(file):
            try:
                event = read_event(line) if line.strip() and line.startswith(heads) else None
            except LineError:
                damaged += line.endswith(b"\n")
                continue
            if event is not None:
                events.append(event)
    return events, damaged


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines, of which none is longer than an event may be: the rest of one that is, is passed over."""
    while line := file.readline(_LONGEST):
        longer = len(line) == _LONGEST and not line.endswith(b"\n")
        yield line + b"\n" if longer else line
        while longer:
            line = file.readline(_LONGEST)
            longer = len(line) == _LONGEST and not line.endswith(b"\n")


def _is_event(line: bytes) -> bool:
    try:
        return read_event(line) is not None
    except LineError:
        return False


def _part_from_other_names(path: Path) -> None:
    """See to it that what is appended goes into a file of the run's own, even where it was copied as a hard link.

    Raises:
        RunError: it is not a file.
    """
    try:
        file = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(file.st_mode):
        raise RunError(f"{path} is a link, which is not written through; remove it.")
    if not stat.S_ISREG(file.st_mode):
        raise RunError(f"{path} is not a file; remove it.")
    if file.st_nlink > 1:
        try:
            write_atomically(path, path.read_bytes(), follow=False)
        except FileError as error:
            raise RunError(str(error)) from None
