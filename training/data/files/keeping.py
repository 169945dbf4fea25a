"""Files among the user's caches that hold what memory does not: named after what they were made from, and kept.

Behind the files themselves, when they are whole, comes a record. Files without one count for nothing. One process makes
them at a time, and the others wait for it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from graph.storage.atomic import reason, write_atomically
from graph.storage.lock import Lock
from graph.storage.userfolders import cache_folder
from training.data.files.bounds import shown_bytes
from training.errors import DataError

_RECORD, _UNFINISHED, _LOCK = "json", "unfinished", "lock"
_DAY = 24 * 3600
_UNUSED_SECONDS = 30 * _DAY
_IN_USE_SECONDS = 3600  # what was found so lately may be read still
_MOST_RECORD = 2**30
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_ASK_AGAIN_SECONDS = 0.2


class Keeping:
    """A place for files; ``signs`` are whatever decides what is in them."""

    def __init__(self, signs: Iterable[str]) -> None:
        state = hashlib.blake2b(digest_size=16)
        for sign in signs:
            state.update(sign.encode(errors="surrogatepass") + b"\0")
        self._name, self.folder = state.hexdigest(), cache_folder() / "data"

    def path(self, kind: str) -> Path:
        """A file by what it holds."""
        return self.folder / f"{self._name}.{kind}"

    def begun(self, kind: str) -> Path:
        """A file that is being made: it is gone when this process is no more ``alone``."""
        return self.path(f"{_UNFINISHED}.{os.getpid()}.{kind}")

    def record(self) -> bytes:
        """What was written behind the files; nothing where they are not there."""
        path = self.path(_RECORD)
        try:
            return path.read_bytes() if path.stat().st_size < _MOST_RECORD else b""
        except OSError:
            return b""

    def used(self) -> None:
        """Note that the files are of use still."""
        for path in self.folder.glob(f"{self._name}.*"):
            with suppress(FileNotFoundError):  # another process has made room meanwhile
                os.utime(path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process makes these files, and keep others from it where the file system knows locks.

        Raises:
            DataError: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = self._locked()
        except OSError as error:
            raise DataError(f"{self.folder} cannot be written: {reason(error)}; make room for it.") from None
        try:
            yield
        finally:
            for path in self.folder.glob(f"{self.begun('').name}*"):
                path.unlink(missing_ok=True)
            if lock is not None:
                lock.release(remove=True)

    def _locked(self) -> Lock | None:
        try:
            while (lock := Lock.acquire(self.path(_LOCK))) is None:
                time.sleep(_ASK_AGAIN_SECONDS)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return None
        return lock

    def finish(self, record: bytes) -> None:
        """Let what was made be found from now on.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.path(_RECORD), record)

    def make_room(self, needed: int, remedy: str) -> None:
        """Remove what nobody has used for long and, where the disk is too full, what was not used for longest.

        Raises:
            DataError: the disk holds less than ``needed`` bytes all the same.
        """
        now = time.time()
        used: dict[Path, float] = {}
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                used |= {path: path.stat().st_mtime} if path.suffix != f".{_LOCK}" else {}
        for path, last in sorted(used.items(), key=lambda item: item[1]):
            unused = now - last > (_DAY if _is_begun(path) else _UNUSED_SECONDS)
            spare = not _is_begun(path) and now - last > _IN_USE_SECONDS
            if unused or (spare and shutil.disk_usage(self.folder).free < needed):
                self._remove(path)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise DataError(
                f"{self.folder} has room for {shown_bytes(free)}, but {shown_bytes(needed)} are needed to keep what "
                f"memory does not hold; make room there, or {remedy}."
            )

    def _remove(self, path: Path) -> None:
        """Remove a file and, where it was finished, those that it belongs to."""
        path.unlink(missing_ok=True)
        for other in () if _is_begun(path) else self.folder.glob(f"{path.name.partition('.')[0]}.*"):
            if not _is_begun(other) and other.suffix != f".{_LOCK}":
                other.unlink(missing_ok=True)


def _is_begun(path: Path) -> bool:
    return f".{_UNFINISHED}." in path.name


def is_kept(path: Path) -> bool:
    """Whether a file is one of these."""
    return path.parent == cache_folder() / "data"


def signs_of(paths: Iterable[Path]) -> Iterator[str]:
    """What tells that files are still those that were read."""
    for path in paths:
        seen = path.stat()
        yield f"{path.resolve()}\0{seen.st_size}\0{seen.st_mtime_ns}"
