"""The process that holds torch: ``python -m training.worker``.

It answers source jobs at once, even while torch is being imported, and shows samples and results as often as it is
asked to. After one job of another kind it ends: its memory goes with it. It ends as well when its standard input is
closed, so it never outlives the editor.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
from importlib import import_module

from training.job.control import Commands
from training.protocol import (
    Event,
    Failed,
    Job,
    LineError,
    Message,
    Pause,
    Ready,
    ResultsJob,
    Resume,
    SamplesJob,
    SourceJob,
    Stop,
    read_message,
)
from training.worker.jobs import run_job
from training.worker.pipes import LONGEST, EventPipe, lines
from training.worker.runtime import prepare_process

# How long a job has to write its checkpoint and end, once nobody listens any more.
GRACE = 10.0
log = logging.getLogger(__name__)


class Worker:
    """One worker: a thread reads messages, the main thread imports torch and does the job."""

    def __init__(self) -> None:
        self._pipe = EventPipe()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._commands: Commands = queue.Queue()
        self._busy = False

    def run(self) -> None:
        """Work until a job is done or standard input is closed."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        self._warm_up()
        while isinstance(job := self._jobs.get(), SamplesJob | ResultsJob):
            if self._jobs.empty():
                run_job(job, self._emit, self._commands)
        if job is not None:
            _forget_what_was_shown()
            run_job(job, self._emit, self._commands)

    def _warm_up(self) -> None:
        import_module("training.results.evaluate")
        from training.loop.optimizers import warm_up
        from training.runs.versions import versions
        from training.worker.rehearsal import rehearse

        warm_up()
        rehearse()
        self._pipe.send(Ready(versions()))

    def _emit(self, event: Event) -> None:
        self._pipe.send(event)
        if self._pipe.broken:
            self._commands.put(Stop())

    def _read(self) -> None:
        for line in lines(0):
            self._take(line)
        self._leave()

    def _take(self, line: bytes | None) -> None:
        """Do what a line says; one that cannot be read may have been a job, and whoever sent it hears of it."""
        try:
            match message := _message(line):
                case None:
                    return
                case SourceJob():
                    run_job(message, self._pipe.send, self._commands)
                case Pause() | Resume() | Stop():
                    self._commands.put(message)
                case SamplesJob() | ResultsJob() if not self._busy:
                    self._jobs.put(message)
                case _ if self._busy:
                    log.warning("ignored a second job: a worker does one.")
                case _:
                    self._busy = True
                    self._jobs.put(message)
        except LineError as error:
            self._pipe.send(Failed(f"The worker got something that is not a job: {error}"))

    def _leave(self) -> None:
        """Nobody is there to listen: end now, or as soon as the job has written its checkpoint."""
        if not self._busy:
            os._exit(0)
        self._commands.put(Stop())
        timer = threading.Timer(GRACE, os._exit, [1])
        timer.daemon = True
        timer.start()


def _forget_what_was_shown() -> None:
    """The job that comes needs the memory."""
    from training.results import judged, preview

    preview.forget()
    judged.forget()


def _message(line: bytes | None) -> Message | None:
    if line is None:
        raise LineError(f"a line is longer than {LONGEST // 2**20} MiB.")
    return read_message(line) if line.strip() else None


def main() -> None:
    """Run a worker on standard input and output."""
    # Ctrl+C in a terminal reaches the whole process group; what becomes of training is the editor's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING)
    prepare_process()
    Worker().run()


if __name__ == "__main__":
    main()
