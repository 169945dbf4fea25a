"""A trial in a process of its own: a worker that is sent one training, and whose events come back on a thread."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import tempfile
import threading
from typing import NamedTuple

from training.children import command, environment
from training.protocol import Command, Event, Stop, TrainJob, decode_event, encode

_LAST_WORDS = 300


class Heard(NamedTuple):
    """What came from a trial's process: an event, or nothing where it has ended."""

    number: int
    event: Event | None


class TrialProcess:
    """The process of trial ``number``; what it says is put into ``heard``. It ends when this process does."""

    def __init__(self, number: int, job: TrainJob, heard: queue.Queue[Heard], threads: int | None) -> None:
        self.number, self._heard = number, heard
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command("training.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=_environment(threads),
        )
        self._reader = threading.Thread(target=self._read, name=f"trial {number}", daemon=True)
        self._reader.start()
        self._send(job)

    def stop(self) -> None:
        """Have it write a checkpoint and end."""
        self._send(Stop())

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self, grace: float) -> str:
        """Wait until it is gone, by force after ``grace`` seconds; how it ended where that was not in order."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        code, words = self._process.returncode, self._last_words()
        self._said.close()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"its process {how}{words}" if code else "its process ended without a word"

    def _send(self, message: TrainJob | Command) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended, and the reader says so
            self._process.stdin.write(encode(message))
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                event = decode_event(line)
                if event is not None:
                    self._heard.put(Heard(self.number, event))
        self._heard.put(Heard(self.number, None))

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = [line.strip() for line in self._said.read().decode(errors="replace").splitlines() if line.strip()]
        return f", its last words: {lines[-1].rstrip('.')[:_LAST_WORDS]}" if lines else ""


def _environment(threads: int | None) -> dict[str, str]:
    """Our own, with so many threads where the user does not say how many."""
    found = environment()
    if threads is not None:
        found.setdefault("OMP_NUM_THREADS", str(threads))
    return found
