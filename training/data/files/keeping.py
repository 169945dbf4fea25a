"""Files among the user's caches that hold what memory does not: named after what they were made from, and kept.

Behind the files themselves, when they are whole, comes a record. Files without one count for nothing. One process makes
them at a time, and the others wait for it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graph.storage.atomic import reason, write_atomically
from graph.storage.lock import Lock
from graph.storage.userfolders import cache_folder
from training.data.files.bounds import shown_bytes
from training.errors import DataError

_RECORD, _UNFINISHED, _LOCK = "json", "unfinished", "lock"
_DAY = 24 * 3600
_UNUSED_SECONDS = 30 * _DAY
_MOST_RECORD = 2**30
_ASK_AGAIN_SECONDS = 0.2


class Keeping:
    """Files of some ``kinds``; ``signs`` are whatever decides what is in them."""

    def __init__(self, signs: Iterable[str], kinds: Sequence[str]) -> None:
        state = hashlib.blake2b(digest_size=16)
        for sign in signs:
            state.update(sign.encode(errors="surrogatepass") + b"\0")
        self._name, self._folder = state.hexdigest(), cache_folder() / "data"
        self.files = [self._folder / f"{self._name}.{kind}" for kind in kinds]
        self.unfinished = [self._folder / f"{self._name}.{kind}.{os.getpid()}.{_UNFINISHED}" for kind in kinds]

    @property
    def _record(self) -> Path:
        return self._folder / f"{self._name}.{_RECORD}"

    def record(self) -> bytes:
        """What was written behind the files; nothing where they are not there."""
        try:
            return self._record.read_bytes() if self._record.stat().st_size < _MOST_RECORD else b""
        except OSError:
            return b""

    def used(self) -> None:
        """Note that the files are of use still."""
        for path in (*self.files, self._record):
            path.touch()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process makes these files, and keep others from it.

        Raises:
            DataError: the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            while (lock := Lock.acquire(self._folder / f"{self._name}.{_LOCK}")) is None:
                time.sleep(_ASK_AGAIN_SECONDS)
        except OSError as error:
            raise DataError(f"{self._folder} cannot be written: {reason(error)}; make room for it.") from None
        try:
            yield
        finally:
            for path in self.unfinished:
                path.unlink(missing_ok=True)
            lock.release(remove=True)

    def finish(self, record: bytes) -> None:
        """Let what was made be found from now on.

        Raises:
            OSError: it cannot be written.
        """
        for path, made in zip(self.files, self.unfinished, strict=True):
            made.replace(path)
        write_atomically(self._record, record)

    def make_room(self, needed: int, remedy: str) -> None:
        """Remove what nobody has used for long and, where the disk is too full, what was not used for longest.

        Raises:
            DataError: the disk holds less than ``needed`` bytes all the same.
        """
        now = time.time()
        used = {path: path.stat().st_mtime for path in self._folder.iterdir() if path.suffix != f".{_LOCK}"}
        for path, last in sorted(used.items(), key=lambda item: item[1]):
            begun = path.suffix == f".{_UNFINISHED}"
            unused = now - last > (_DAY if begun else _UNUSED_SECONDS)
            if unused or (not begun and shutil.disk_usage(self._folder).free < needed):
                self._remove(path)
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise DataError(
                f"{self._folder} has room for {shown_bytes(free)}, but {shown_bytes(needed)} are needed to keep what "
                f"memory does not hold; make room there, or {remedy}."
            )

    def _remove(self, path: Path) -> None:
        """Remove a file and, where it was finished, those that it belongs to."""
        path.unlink(missing_ok=True)
        if path.suffix != f".{_UNFINISHED}":
            for other in self._folder.glob(f"{path.name.partition('.')[0]}.*"):
                if other.suffix not in (f".{_UNFINISHED}", f".{_LOCK}"):
                    other.unlink(missing_ok=True)


def is_kept(path: Path) -> bool:
    """Whether a file is one of these."""
    return path.parent == cache_folder() / "data"


def signs_of(paths: Iterable[Path]) -> Iterator[str]:
    """What tells that files are still those that were read."""
    for path in paths:
        seen = path.stat()
        yield f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}"
