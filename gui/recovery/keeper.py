"""Keeps a journal of the document of a window: whatever was done to it since it was saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from graph.errors import FileError
from graph.records import Change
from graph.storage.journal import entry, head
from graph.storage.loom import dumps
from graph.storage.unsaved import JournalFile, fingerprint
from gui.workspace import Workspace

# A journal several times as long as the drawing is begun again with what is drawn.
MIN_LENGTH, TIMES_BASE = 4 * 2**20, 3


def folder() -> Path:
    """Where journals are: in the user's state, by the side of no drawing."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericStateLocation)
    return Path(place) / "layerloom" / "unsaved"


class Keeper(QObject):
    """Writes every edit, undo and redo as it happens; ``failed`` tells once for a document that it cannot."""

    failed = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._journal: JournalFile | None = None
        self._given_up = False
        self._base = 0
        self._steps, self._depth = 0, -1
        workspace.opened.connect(self._open)
        workspace.changed.connect(self._keep)
        workspace.renamed.connect(self._settle)

    @property
    def journal(self) -> Path | None:
        """The journal's file while there is unsaved work."""
        return self._journal.path if self._journal else None

    def close(self) -> None:
        """Take the journal away: the document is saved, or its changes are not wanted."""
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.remove()

    def take_over(self, steps: int) -> bool:
        """Keep a document that was recovered, with the steps that led to it; whether that is possible."""
        self._steps, self._depth = steps, self._workspace.document.depth
        self._begin(dumps(self._workspace.document))
        return self._journal is not None

    def _open(self) -> None:
        self._reset()

    def _settle(self) -> None:
        if not self._workspace.document.modified:
            self._reset()

    def _reset(self) -> None:
        self.close()
        self._given_up, self._steps, self._depth = False, 0, -1

    def _keep(self, changes: Sequence[Change]) -> None:
        if not self._workspace.document.modified:
            self._reset()  # undone to what the file holds
            return
        if self._journal is None:
            self._begin(self._saved_text())
        try:
            self._append(changes)
        except FileError as error:
            self._give_up(error)

    def _append(self, changes: Sequence[Change]) -> None:
        if self._journal is None:
            return
        document = self._workspace.document
        self._journal.append(entry(document, changes))
        self._steps += document.depth != self._depth
        self._depth = document.depth
        if self._journal.size > max(MIN_LENGTH, TIMES_BASE * self._base):
            self._begin(dumps(document))

    def _saved_text(self) -> str:
        """The document before this edit, as its file has it; where it has none, as it is now."""
        content = self._workspace.content
        return content.decode("utf-8-sig") if content else dumps(self._workspace.document)

    def _begin(self, base: str) -> None:
        if self._given_up:
            return
        path, known = self._workspace.path, fingerprint(self._workspace.content)
        line = head(base, path=str(path or ""), known=known if path else "", steps=self._steps, depth=self._depth)
        self._base = len(line)
        try:
            if self._journal is None:
                self._journal = JournalFile(folder(), line)
            else:
                self._journal.begin_again(line)
        except FileError as error:
            self._give_up(error)

    def _give_up(self, error: FileError) -> None:
        self.close()
        self._given_up = True
        self.failed.emit(str(error))
