"""What is known about the drawing beyond the drawing itself, worked out once for everyone after each edit."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from graph.checks import check
from graph.records import Change, NodeChange, Problem
from graph.summary import Row, Summary, summarize
from gui.workspace import Workspace

DELAY_MS, LONGEST_DELAY_MS = 15, 400


class Analysis(QObject):
    """The summary and the problems of the workspace's document; ``updated`` follows an edit after a moment."""

    updated = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.update)
        workspace.opened.connect(self.update)
        workspace.changed.connect(self._notice)
        self.summary: Summary
        self.problems: list[Problem] = []
        self.rows: dict[str, Row] = {}
        self.update()

    def update(self) -> None:
        """Work everything out now."""
        self._timer.stop()
        began = perf_counter()
        document = self._workspace.document
        self.summary = summarize(document)
        self.rows = {row.name: row for row in self.summary.layers}
        self.problems = check(document) if document.model.nodes else []
        # What takes long waits until typing pauses.
        cost = round(2000 * (perf_counter() - began))
        self._timer.setInterval(min(max(DELAY_MS, cost), LONGEST_DELAY_MS))
        self.updated.emit()

    def errors(self) -> list[Problem]:
        """The problems that keep the drawing from running."""
        return [problem for problem in self.problems if problem.severity == "error"]

    def _notice(self, changes: list[Change]) -> None:
        if not all(_only_moves(change) for change in changes):
            self._timer.start()


def _only_moves(change: Change) -> bool:
    if not isinstance(change, NodeChange) or change.before is None or change.after is None:
        return False
    return change.before.layer == change.after.layer and change.before.shares == change.after.shares
