"""Commands to a job that runs: pause, resume and stop, heeded between two steps."""

from __future__ import annotations

import queue
from collections.abc import Callable

from training.protocol import Command, Event, Pause, Paused, Resume, Resumed, Stop

Emit = Callable[[Event], None]
Commands = queue.Queue[Command]


class Control:
    """Heeds commands; ``hold`` blocks while training is paused."""

    def __init__(self, commands: Commands, emit: Emit) -> None:
        self._commands = commands
        self._emit = emit
        self.stopped = False

    def pending(self) -> bool:
        """Whether there is a command, or the job is to end: asked after every step, so it has to be cheap."""
        return self.stopped or not self._commands.empty()

    def heed(self, step: int) -> bool:
        """Carry out the commands there are, through any pause; whether the job is to end."""
        while not self.stopped and not self._commands.empty():
            if isinstance(self._take(), Pause):
                self._hold(step)
        return self.stopped

    def _hold(self, step: int) -> None:
        self._emit(Paused(step))
        while not self.stopped:
            if isinstance(self._take(), Resume):
                self._emit(Resumed(step))
                return

    def _take(self) -> Command:
        command = self._commands.get()
        self.stopped = isinstance(command, Stop)
        return command
