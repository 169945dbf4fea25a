"""The folder of journals: one file for every document with unsaved work, locked while its process lives."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from pathlib import Path

from graph.errors import FileError
from graph.storage.atomic import reason
from graph.storage.lock import Lock
from graph.storage.replay import Journal, read_journal

SUFFIX = ".journal"


def fingerprint(content: bytes | None) -> str:
    """What a file held, in a few characters; "" where nothing is known of it."""
    return hashlib.sha256(content).hexdigest() if content is not None else ""


class JournalFile:
    """The journal of a document that is open here.

    What is appended outlives the process however it ends: it is handed to the system at once. It is not forced onto
    the disk, which would cost more than the edit; a power cut may take the last seconds.
    """

    def __init__(self, folder: Path, head: bytes) -> None:
        """Begin a journal with its first line.

        Raises:
            FileError: it cannot be written.
        """
        self.size = 0
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(4)}"
        self.path = folder / f"{name}{SUFFIX}"
        self._file: int | None = None
        self._lock: Lock | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = Lock.acquire(folder / f"{name}.lock")
            self._begin(head)
        except OSError as error:
            self.remove()
            raise _failed(error) from None

    def begin_again(self, head: bytes) -> None:
        """Begin anew with another first line; at no time is there neither the old journal nor the new one.

        Raises:
            FileError: it cannot be written.
        """
        try:
            self._begin(head)
        except OSError as error:
            raise _failed(error) from None

    def _begin(self, head: bytes) -> None:
        fresh = self.path.with_suffix(".new")
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            _write(file, head)
        finally:
            os.close(file)
        self._close()
        fresh.replace(self.path)
        self._file, self.size = os.open(self.path, os.O_WRONLY | os.O_APPEND), len(head)

    def append(self, entry: bytes) -> None:
        """Add a line.

        Raises:
            FileError: it cannot be written.
        """
        assert self._file is not None
        try:
            _write(self._file, entry)
        except OSError as error:
            raise _failed(error) from None
        self.size += len(entry)

    def remove(self) -> None:
        """Take it away: its work is saved, or is not wanted."""
        self._close()
        try:
            for path in (self.path, self.path.with_suffix(".new")):
                path.unlink(missing_ok=True)
        except OSError:
            return  # where nothing can be written nothing was
        if self._lock is not None:
            self._lock.release(remove=True)

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class LeftBehind:
    """A journal whose process is gone; nobody else can take it until it is let go."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self._path, self._lock = path, lock
        self.seconds = path.stat().st_mtime

    def read(self) -> Journal:
        """What it says.

        Raises:
            FileError: it cannot be read, or is damaged from its beginning.
        """
        return read_journal(self._path)

    def release(self) -> None:
        """Leave it for another time."""
        self._lock.release()

    def remove(self) -> None:
        """Take it away."""
        for path in (self._path, self._path.with_suffix(".new")):
            path.unlink(missing_ok=True)
        self._lock.release(remove=True)


def left_behind(folder: Path) -> list[LeftBehind]:
    """The journals of processes that are gone, newest first; locks without a journal are cleared away."""
    found = []
    for path in sorted(folder.glob("*.lock"), reverse=True):
        try:
            lock = Lock.acquire(path)
        except OSError:
            continue  # of another user, or no longer there
        journal = path.with_suffix(SUFFIX)
        if lock is None:
            continue
        if journal.is_file():
            found.append(LeftBehind(journal, lock))
        else:
            path.with_suffix(".new").unlink(missing_ok=True)
            lock.release(remove=True)
    return found


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _failed(error: OSError) -> FileError:
    return FileError(f"Unsaved work is not kept for the case of a crash: {reason(error)}.")
