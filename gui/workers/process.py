"""A worker process, wrapped once: messages in, events out, and one outcome however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from training.protocol import Failed, Message, SourceJob, SourceReady, decode_event, encode

COMMAND = (sys.executable, "-m", "training.worker")
ROOT = Path(__file__).resolve().parent.parent.parent
# A worker gives its job ten seconds to write a checkpoint before it ends by force.
GRACE_MS = 11_000
KILL_MS = 2_000
TAIL_CHARACTERS = 2000


@dataclass(frozen=True)
class Outcome:
    """How a worker ended: ``sentence`` is for the user where that was not asked for, ``stderr`` its last words."""

    asked: bool
    sentence: str
    stderr: str


class Worker(QObject):
    """One worker process.

    ``received`` carries the protocol's events, save for the answers to source jobs, which go to ``source``.
    ``ended`` carries the outcome, once.
    """

    received = Signal(object)
    source = Signal(object)
    ended = Signal(object)

    def __init__(self, command: Sequence[str] = COMMAND, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = False
        self._over = False
        self._unanswered = 0
        self._stderr = ""
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_stderr)
        self._process.errorOccurred.connect(self._fail_to_start)
        self._process.finished.connect(self._finish)
        self._process.start(command[0], list(command[1:]))

    @property
    def alive(self) -> bool:
        """Whether the process has not ended yet."""
        return not self._over

    @property
    def pid(self) -> int:
        """The process id."""
        return int(self._process.processId())

    def send(self, message: Message) -> None:
        """Write a job or a command; one the worker is too busy for waits in the pipe."""
        if isinstance(message, SourceJob):
            self._unanswered += 1
        self._process.write(encode(message))

    def dismiss(self) -> None:
        """Close its stdin: it ends when it has done what it was sent."""
        self._asked = True
        self._process.closeWriteChannel()

    def kill(self) -> None:
        """End it at once."""
        self._asked = True
        self._process.kill()

    def close(self, grace_ms: int | None = None) -> bool:
        """End it and wait until it is gone; whether it went by itself within the grace, and not by force."""
        self.dismiss()
        if self._over or self._process.waitForFinished(GRACE_MS if grace_ms is None else grace_ms):
            return True
        self._process.kill()
        self._process.waitForFinished(KILL_MS)
        return False

    def _read(self) -> None:
        while self._process.canReadLine():
            event = decode_event(bytes(self._process.readLine().data()))
            if event is None:
                continue
            if self._unanswered and isinstance(event, SourceReady | Failed):
                self._unanswered -= 1
                self.source.emit(event)
            else:
                self.received.emit(event)

    def _read_stderr(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._stderr = (self._stderr + text)[-TAIL_CHARACTERS:]

    def _fail_to_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(f"The worker process does not start: {self._process.errorString().rstrip('.')}.")

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_stderr()
        crashed = status == QProcess.ExitStatus.CrashExit
        how = f"was killed by signal {code}" if crashed else f"ended with exit code {code}"
        self._end(f"The worker process {how}; the drawing is intact{_last_words(self._stderr)}.")

    def _end(self, sentence: str) -> None:
        if self._over:
            return
        self._over = True
        self.ended.emit(Outcome(self._asked, sentence, self._stderr))


def _last_words(stderr: str) -> str:
    """The last line of stderr, to go at the end of a sentence."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return f", its last words: {lines[-1].rstrip('.')[:300]}" if lines else ""


def _environment() -> QProcessEnvironment:
    """The editor's own, with the packages of this project in reach and the working folder out of it."""
    environment = QProcessEnvironment.systemEnvironment()
    paths = [str(ROOT), *filter(None, [environment.value("PYTHONPATH")])]
    environment.insert("PYTHONPATH", os.pathsep.join(paths))
    environment.insert("PYTHONSAFEPATH", "1")
    return environment
