"""Kills this process at a chosen one of its calls that change files, or in the middle of a write."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "os.link", "os.symlink"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Death:
    """Counts the calls under ``folder`` and dies before number ``at``; ``torn``: after half of what it writes."""

    def __init__(self, folder: str, at: int | None = None, torn: bool = False) -> None:
        self._folder, self._at, self._torn = folder, at, torn
        self.count = 0
        self.writes: list[int] = []

    def wait(self) -> None:
        """Begin to count."""
        sys.addaudithook(self._hear)
        os.write = self._writing(os.write)
        os.fsync = self._counted(os.fsync)
        os.ftruncate = self._counted(os.ftruncate)
        os.fdopen = self._watched(os.fdopen)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            changes = flags & _WRITING if isinstance(flags, int) else set(mode or "") & set("wax+")
        else:
            path, changes = arguments[0] if arguments else "", event in _CHANGES
        if changes and isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._folder):
            self._next()

    def _next(self) -> bool:
        """Count a call; whether it is the one to be torn, else dies if it is the one."""
        self.count += 1
        if self.count != self._at:
            return False
        if not self._torn:
            die()
        return True

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            if self._next():
                die()
            return call(*arguments)

        return counted

    def _writing(self, write: Callable[..., int]) -> Callable[..., int]:
        def writing(descriptor: int, content: Any) -> int:
            self.writes.append(self.count + 1)
            if self._next():
                write(descriptor, bytes(content)[: len(content) // 2])
                die()
            return write(descriptor, content)

        return writing

    def _watched(self, fdopen: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **keywords: Any) -> Any:
            return _File(fdopen(*arguments, **keywords), self)

        return watched

    def write(self, file: Any, content: bytes) -> int:
        """Write to a buffered file, as one call."""
        self.writes.append(self.count + 1)
        if self._next():
            file.write(content[: len(content) // 2])
            file.flush()
            die()
        return int(file.write(content))


class _File:
    """A file whose writes are counted."""

    def __init__(self, file: Any, death: Death) -> None:
        self._file, self._death = file, death

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, content: bytes) -> int:
        return self._death.write(self._file, content)


def die() -> NoReturn:
    """Die as by kill -9: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a process outlived SIGKILL")
