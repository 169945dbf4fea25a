"""How long a worker may be silent before it counts as one that hangs."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

GRACE_MS, MAX_GRACE_MS = 5_000, 60_000
# A worker heeds commands between two steps: one that was silent for long before may be so again.
TIMES_LONGEST = 3


class Patience(QObject):
    """Waits for an answer; ``lost`` tells after how many seconds there was none."""

    lost = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._longest = 0.0
        self._heard: float | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(lambda: self.lost.emit(self._timer.interval() / 1000))

    @property
    def grace_ms(self) -> int:
        """How long this worker may be silent."""
        return min(MAX_GRACE_MS, max(GRACE_MS, round(TIMES_LONGEST * 1000 * self._longest)))

    def begin(self) -> None:
        """Forget the worker before."""
        self._longest, self._heard = 0.0, None
        self._timer.stop()

    def hear(self) -> None:
        """Note a sign of life."""
        now = monotonic()
        if self._heard is not None:
            self._longest = max(self._longest, now - self._heard)
        self._heard = now

    def rest(self) -> None:
        """Expect nothing: what comes next may take as long as it likes."""
        self._heard = None
        self._timer.stop()

    def expect(self) -> None:
        """Wait for an answer from now on."""
        self._timer.start(self.grace_ms)
