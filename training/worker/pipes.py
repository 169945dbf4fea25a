"""The worker's end of the pipes: lines from the editor, events to it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

from training.protocol import Event, encode

_CHUNK = 65536


def lines(descriptor: int) -> Iterator[bytes]:
    """The lines that arrive on a descriptor until it is closed.

    It is read without Python's buffered files, whose locks would keep a process from ending while a thread reads.
    """
    rest = b""
    while chunk := _read(descriptor):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole


class EventPipe:
    """Standard output, taken for events alone: whatever else is printed goes to standard error.

    Raises nothing when the reader is gone; ``broken`` says so.
    """

    def __init__(self) -> None:
        sys.stdout.flush()
        self._descriptor = os.dup(1)
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self.broken = False

    def send(self, event: Event) -> None:
        """Write one event; lines from two threads do not mix."""
        content = memoryview(encode(event))
        with self._lock:
            try:
                while content:
                    content = content[os.write(self._descriptor, content) :]
            except OSError:
                self.broken = True


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:
        return b""
