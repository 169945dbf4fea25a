"""Trainings that wait until the run before them has ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Signal

from gui.desk.training.order import Order
from gui.desk.training.run import TrainRun


class TrainQueue(QObject):
    """Begins the next when a run ends, however it ended; ``changed`` tells of another order or number of those that
    wait."""

    changed = Signal()

    def __init__(self, run: TrainRun, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._held = 0
        self.waiting: tuple[Order, ...] = ()
        run.changed.connect(self._ask)

    def add(self, order: Order) -> None:
        """Have an order wait behind the others; where nothing trains it begins."""
        self._keep((*self.waiting, order))
        self._ask()

    def take_out(self, order: Order) -> None:
        """Forget an order that waits."""
        self._keep(tuple(each for each in self.waiting if each is not order))

    def move(self, order: Order, by: int) -> None:
        """Have an order wait in another place: earlier where ``by`` is less than zero."""
        rest = [each for each in self.waiting if each is not order]
        if len(rest) < len(self.waiting):
            rest.insert(max(0, self.waiting.index(order) + by), order)
            self._keep(tuple(rest))

    def clear(self) -> None:
        """Forget all that wait."""
        self._keep(())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Begin nothing meanwhile: the user is asked whether to go on with the run that ended."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._ask()

    def _ask(self) -> None:
        if self.waiting and not self._run.active:
            # Later: whoever hears that a run has ended is to hear it of that run, and may hold the queue.
            QTimer.singleShot(0, self, self._begin_next)

    def _begin_next(self) -> None:
        if self._held or self._run.active or not self.waiting:
            return
        order, rest = self.waiting[0], self.waiting[1:]
        self._keep(rest)
        self._run.begin(order)
        self._ask()  # where it could not begin

    def _keep(self, waiting: tuple[Order, ...]) -> None:
        if waiting != self.waiting:
            self.waiting = waiting
            self.changed.emit()
