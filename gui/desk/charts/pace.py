"""How often something is drawn: so often that it takes a small share of a core, however long it takes once."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, thread_time

from PySide6.QtCore import QObject, QTimer

# Of a core; what is left to what is being watched.
SHARE = 0.02
SOONEST_MS, LATEST_MS = 40, 3_000


class Pace(QObject):
    """Calls ``draw`` soon after ``ask``, or as soon as drawing has rested long enough."""

    def __init__(self, draw: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._draw = draw
        self._cost = 0.0
        self._free = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._now)

    def ask(self) -> None:
        """Have it drawn; asking again before it is changes nothing."""
        if not self._timer.isActive():
            self._timer.start(max(SOONEST_MS, round(1000 * (self._free - monotonic()))))

    @property
    def rest(self) -> float:
        """How many seconds are to pass between two drawings."""
        return min(LATEST_MS / 1000, self._cost / SHARE)

    def _now(self) -> None:
        began = thread_time()
        self._draw()
        cost = thread_time() - began
        # One slow drawing is soon forgotten, a slow machine is not.
        self._cost = 0.7 * self._cost + 0.3 * cost if self._cost else cost
        self._free = monotonic() + self.rest
