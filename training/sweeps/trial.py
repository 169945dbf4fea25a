"""What is known of a trial from what its training tells."""

from __future__ import annotations

from msgspec.structs import replace

from training.protocol import EpochEnded, Event, Failed, Finished, Started, Trial
from training.runs.runs import Run


class Course:
    """Follows a training; ``cost`` is what its last epoch cost, small for a good one, if it has a number for it."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.cost: float | None = None
        self.over = False
        self.stopped = False
        self._pruned = False

    def remember(self, run: Run) -> None:
        """Take in what an earlier process told of the same run."""
        for event in run.events:
            if not isinstance(event, EpochEnded):
                self.take(event)
        for epoch in run.epochs:
            self.take(epoch)

    def take(self, event: Event) -> None:
        """Take in what is told."""
        match event:
            case Started():
                self.over = self.stopped = False
                self.trial = replace(self.trial, figure=event.watched, rises=event.rises, epochs=event.epochs)
            case EpochEnded():
                self._end_epoch(event)
            case Finished(reason="completed"):
                self.over = True
                if self._pruned:  # the word to end early came too late
                    self._pruned, self.trial = False, replace(self.trial, message="")
            case Finished():
                self.stopped, self.over = True, self._pruned
            case Failed():
                self.fail(f"Trial {self.trial.number} failed: {event.message}")

    def fail(self, message: str) -> None:
        """Take it for failed."""
        self.over = True
        self.trial = replace(self.trial, state="failed", message=message)

    def prune(self, epoch: int) -> None:
        """Have it end early."""
        self._pruned = True
        figure = self.trial.figure
        self.trial = replace(
            self.trial, message=f"Ended early after epoch {epoch}: its {figure} is not among the better ones there."
        )

    def ended(self, *, stopping: bool) -> Trial:
        """The trial as it is now that its process has ended."""
        trial = self.trial
        if trial.state == "failed":
            return trial
        if self._pruned:
            return replace(trial, state="pruned")
        if not self.over and stopping:
            return replace(trial, state="waiting")
        if not self.over:
            return replace(trial, state="failed", message=f"Trial {trial.number} ended before its last epoch.")
        if trial.value is None:
            return replace(
                trial, state="failed", message=f"Trial {trial.number} failed: its {trial.figure} was never a number."
            )
        return replace(trial, state="complete")

    def _end_epoch(self, event: EpochEnded) -> None:
        value = (event.validation or event.training).get(self.trial.figure)
        best = self.trial.value
        if value is not None:
            self.cost = -value if self.trial.rises else value
            if best is None or (value > best if self.trial.rises else value < best):
                best = value
        else:
            self.cost = None
        seconds = round(self.trial.seconds + event.seconds, 3)
        self.trial = replace(self.trial, value=best, epoch=event.epoch, seconds=seconds)
