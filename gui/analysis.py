"""What is known about the drawing beyond the drawing itself, worked out once for everyone after each edit."""

from __future__ import annotations

from time import perf_counter

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from graph.analysis.memory import Memory, to_train
from graph.analysis.summary import Row, Summary, summarize
from graph.problems.checks import check_all, obstacles
from graph.records import Change, FramesChange, NodeChange, Problem
from gui.workspace import Workspace

DELAY_MS, LONGEST_DELAY_MS = 15, 400


class Analysis(QObject):
    """Figures and problems of all graphs of the workspace's document; ``updated`` follows an edit after a moment."""

    updated = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.update)
        workspace.opened.connect(self.update)
        workspace.changed.connect(self._notice)
        self.problems: list[Problem] = []
        self._summaries: dict[str, Summary] = {}
        self._rows: dict[str, dict[str, Row]] = {}
        self._memory: Memory | None = None
        self.update()

    def update(self) -> None:
        """Work everything out now."""
        self._timer.stop()
        began = perf_counter()
        document = self._workspace.document
        self._summaries.clear()
        self._rows.clear()
        self._memory = None
        self.problems = check_all(document) if any(graph.nodes for graph in document.graphs.values()) else []
        self.summary_of()
        # What takes long waits until typing pauses.
        cost = round(2000 * (perf_counter() - began))
        self._timer.setInterval(min(max(DELAY_MS, cost), LONGEST_DELAY_MS))
        self.updated.emit()

    def settle(self) -> None:
        """Work out now what an edit has left to be worked out."""
        if self._timer.isActive():
            self.update()

    def summary_of(self, graph: str = "") -> Summary:
        """The figures of the model, or of a block at its defaults."""
        if graph not in self._summaries:
            self._summaries[graph] = summarize(self._workspace.document, graph)
        return self._summaries[graph]

    def memory(self) -> Memory:
        """What training the model takes."""
        if self._memory is None:
            self._memory = to_train(self._workspace.document, self.summary_of())
        return self._memory

    def row_of(self, graph: str, node: str) -> Row | None:
        """The figures of a node, if it has a shape."""
        if graph not in self._rows:
            self._rows[graph] = {row.name: row for row in self.summary_of(graph).layers}
        return self._rows[graph].get(node)

    def obstacles(self, *, training: bool = False) -> list[Problem]:
        """The problems that keep the model from running; what is wrong in a block shows at the nodes that use it."""
        return obstacles(self._workspace.document, training=training)

    def findings(self, graph: str) -> dict[str, Problem]:
        """The gravest problem of each node of a graph."""
        found: dict[str, Problem] = {}
        for problem in self.problems:
            if problem.graph == graph:
                found.setdefault(problem.node, problem)
        return found

    def _notice(self, changes: list[Change]) -> None:
        if not all(_only_moves(change) for change in changes):
            self._timer.start()


def _only_moves(change: Change) -> bool:
    """Whether a change concerns the sheet and not what is drawn on it."""
    if isinstance(change, FramesChange):
        return True
    if not isinstance(change, NodeChange) or change.before is None or change.after is None:
        return False
    node = change.after
    moved = msgspec.structs.replace(change.before, x=node.x, y=node.y, collapsed=node.collapsed, bends=node.bends)
    return moved == node
