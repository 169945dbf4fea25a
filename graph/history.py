"""The steps of a document that were done and undone: which there are, and what each change leads back to."""

from __future__ import annotations

from collections.abc import Sequence

from graph.records import Change, Step, cancel_out, followed_by

MAX_STEPS = 1000


class History:
    """Steps alone: whoever keeps it carries their changes out.

    Each state of a document has a number, the same whenever undo and redo lead back to it.
    """

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._serial = 0
        self._oldest = 0  # the state that undoing everything leads to
        self._forgotten = 0
        self._saved = 0

    @property
    def done(self) -> list[str]:
        """The labels of the steps that can be undone, oldest first."""
        return [step.label for step in self._done]

    @property
    def undone(self) -> list[str]:
        """The labels of the steps that can be redone, the next one first."""
        return [step.label for step in reversed(self._undone)]

    @property
    def next_back(self) -> Sequence[Change]:
        """The changes of the step that can be undone next."""
        return tuple(self._done[-1].changes) if self._done else ()

    @property
    def next_forth(self) -> Sequence[Change]:
        """The changes of the step that can be redone next."""
        return tuple(self._undone[-1].changes) if self._undone else ()

    @property
    def depth(self) -> int:
        """How many steps lead from the document as it was opened to how it is."""
        return self._forgotten + len(self._done)

    @property
    def modified(self) -> bool:
        """Whether the state differs from what was last saved."""
        return self._state() != self._saved

    def mark_saved(self) -> None:
        """Take the state as it is for what the file holds."""
        self._saved = self._state()

    def mark_unsaved(self) -> None:
        """Take no state for what a file holds: neither this one nor what undo or redo would lead to."""
        self._saved = -1

    def forget(self) -> None:
        """Drop all steps."""
        self._done.clear()
        self._undone.clear()
        self._oldest = self._saved = self._forgotten = 0

    def continues(self, merge: str) -> bool:
        """Whether the last step has this ``merge`` key."""
        return bool(self._done) and self._done[-1].merge == merge

    def push(self, step: Step) -> None:
        """Note a step that was just done; it extends the last one of the same ``merge`` key, and what was undone goes.

        A step extended until all is as it was before leaves the history.
        """
        last = self._done[-1] if self._done else None
        self._serial += 1
        step.serial = self._serial
        if last is not None and self._extends(last, step):
            last.changes = followed_by(last.changes, step.changes)
            last.serial = step.serial
            if cancel_out(last.changes):
                self._done.pop()
        else:
            self._done.append(step)
            self._forget_oldest()
        self._undone.clear()

    def back(self, *, for_good: bool = False) -> Step | None:
        """Move the last step among those undone, or drop it; the step, or nothing if there is none."""
        if not self._done:
            return None
        step = self._done.pop()
        if for_good:
            self._undone.clear()  # what was undone may have come after what is gone now
        else:
            self._undone.append(step)
        return step

    def forth(self) -> Step | None:
        """Move the step undone last among those done; the step, or nothing if there is none."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        return step

    def _extends(self, last: Step, step: Step) -> bool:
        same = step.merge is not None and last.merge == step.merge
        return same and not self._undone and last.serial != self._saved

    def _forget_oldest(self) -> None:
        for step in self._done[:-MAX_STEPS]:
            self._oldest = step.serial
            self._forgotten += 1
        del self._done[:-MAX_STEPS]

    def _state(self) -> int:
        return self._done[-1].serial if self._done else self._oldest


def reversed_changes(step: Step) -> Sequence[Change]:
    """What takes a step back."""
    return [change.inverse() for change in reversed(step.changes)]
