"""One process at a time writes into a run: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import errno
import logging
import os
import platform
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.storage.atomic import reason
from training.errors import RunError

LOCK = "run.lock"
log = logging.getLogger(__name__)
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NOTE_BYTES = 200

if sys.platform == "win32":
    import msvcrt

    _TAKEN = (errno.EACCES, errno.EDEADLK)

    def _take(descriptor: int) -> None:
        # Windows locks bytes, and against reading too: one far behind the note that says who holds the lock.
        os.lseek(descriptor, 2**30, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    _TAKEN = (errno.EWOULDBLOCK, errno.EACCES)

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(run: Path) -> Iterator[bool]:
    """Hold a run, whose directory is made if need be; false where the file system knows no locks.

    The file is gone afterwards. It stays where a process is killed, without its lock.

    Raises:
        RunError: another process holds it, or the directory cannot be made.
    """
    try:
        run.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise RunError(f"The run directory {run} cannot be made: {_why(error)}.") from None
    descriptor, held = _acquire(run / LOCK)
    try:
        yield held
    finally:
        _release(descriptor, run / LOCK)


def in_use(run: Path) -> bool:
    """Whether a process is at a run, as far as the note in its lock tells; one on another machine is believed.

    The lock itself is not tried: that would keep a process out that takes it at the same moment.
    """
    try:
        with (run / LOCK).open("rb") as file:
            note = file.read(_NOTE_BYTES).decode(errors="replace").split()
    except OSError:
        return False
    if len(note) != 2 or not note[0].isdecimal():
        return False
    return note[1] != _host() or _lives(int(note[0]))


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # where the signal 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _acquire(path: Path) -> tuple[int, bool]:
    while True:
        descriptor = _open(path)
        try:
            held = _held(descriptor, path)
            if _is_ours(descriptor, path):
                _note(descriptor)
                return descriptor, held
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, _FLAGS, 0o666)
    except OSError as error:
        what = "it is a link" if path.is_symlink() else reason(error)
        raise RunError(f"{path} cannot be opened: {what}; remove it.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RunError(f"{path} cannot be opened: it is not a file; remove it.")
    return descriptor


def _held(descriptor: int, path: Path) -> bool:
    """Take the lock; false where there are no locks.

    Raises:
        RunError: another process has it.
    """
    try:
        _take(descriptor)
        return True
    except OSError as error:
        if error.errno not in _TAKEN:
            return False
        raise RunError(
            f"{path.parent} is in use by {_holder(descriptor)}; wait until that ends, or choose another directory."
        ) from None


def _holder(descriptor: int) -> str:
    """Who wrote the note in the lock file."""
    note = os.read(descriptor, _NOTE_BYTES).decode(errors="replace").split()
    if len(note) != 2 or not note[0].isdecimal():
        return "another process"
    return f"process {note[0]}" + ("" if note[1] == _host() else f" on {note[1]}")


def _note(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} {_host()}\n".encode(errors="replace"))


def _host() -> str:
    return platform.node().replace(" ", "-") or "unknown"


def _is_ours(descriptor: int, path: Path) -> bool:
    """Whether what is locked is the file of that name, and nothing else's: else a lock on it keeps nobody out.

    Whoever held it may have ended and removed it meanwhile. A file that has another name as well is not written to.
    """
    file = os.fstat(descriptor)
    if file.st_nlink > 1:
        path.unlink(missing_ok=True)
        return False
    try:
        return os.path.samestat(file, path.lstat())
    except FileNotFoundError:
        return False


def _release(descriptor: int, path: Path) -> None:
    """Remove the file while it is locked; Windows removes no open file, and there the lock goes first."""
    if sys.platform == "win32":
        os.close(descriptor)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.info("%s is left behind: %s", path, error)
    if sys.platform != "win32":
        os.close(descriptor)


def _why(error: OSError | ValueError) -> str:
    return reason(error) if isinstance(error, OSError) else "no directory can have that name"
