"""A lock on a file that ends with the process that holds it, however that ends: the system's, not ours."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Lock:
    """Held from ``acquire`` until ``release`` or the end of the process; not by its children."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def acquire(cls, path: Path) -> Lock | None:
        """The lock on a file, which is made where there is none; nothing while another holds it.

        Raises:
            OSError: the file cannot be made or locked.
        """
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
            if not _lock(descriptor):
                os.close(descriptor)
                return None
            if _is(descriptor, path):
                return cls(path, descriptor)
            os.close(descriptor)  # whoever held it took the file away meanwhile

    def release(self, *, remove: bool = False) -> None:
        """Let it go, once; with ``remove`` the file goes too."""
        if self._descriptor < 0:
            return
        if remove and sys.platform != "win32":
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1
        if remove and sys.platform == "win32":
            self.path.unlink(missing_ok=True)


def _is(descriptor: int, path: Path) -> bool:
    """Whether a file that was opened is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
