"""The worker's end of the pipes: lines from the editor, events to it."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator

from graph.storage.loom import MAX_BYTES
from training.protocol import Event, encode

_CHUNK = 65536
# A job carries its drawing as text in a text, which may double it.
LONGEST = 2 * MAX_BYTES
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def lines(descriptor: int, longest: int = LONGEST) -> Iterator[bytes | None]:
    """The lines that arrive on a descriptor until it is closed; nothing in place of one that is too long to be kept.

    It is read without Python's buffered files, whose locks would keep a process from ending while a thread reads.
    """
    parts: list[bytes] = []
    kept = 0
    while chunk := _read(descriptor):
        for part in _LINE.findall(chunk):
            kept += len(part)
            if kept <= longest:
                parts.append(part)
            else:
                parts.clear()
            if part.endswith(b"\n"):
                yield b"".join(parts)[:-1] if kept <= longest else None
                parts, kept = [], 0


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
