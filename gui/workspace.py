"""The document the window shows, and the one place where the window learns of its changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from graph.document import Document
from graph.records import Change
from training.runs.origin import RUNS, runs_folder, usual_folders

# Those that windows of this process show: no file is to be edited in two places.
_held: list[Workspace] = []


def at(path: Path) -> Workspace | None:
    """The workspace whose document has its file there, if one has."""
    return next((each for each in _held if each.path == path), None)


class Workspace(QObject):
    """A document with its file; ``content`` is what it came from: what the file held when last read or written here.

    ``opened`` tells of another document, ``changed`` of a list of changes to this one, ``renamed`` of another
    file or another saved state. ``settling`` asks whoever holds something half typed to hand it in, ``sweep_wanted``
    to have the sweep vary the field of that name.
    """

    opened = Signal(object)
    changed = Signal(object)
    renamed = Signal()
    settling = Signal()
    sweep_wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.path: Path | None = None
        self.content: bytes | None = None
        self._unsubscribe: Callable[[], None] = self.document.subscribe(self._tell)

    def open(self, document: Document, path: Path | None, content: bytes | None = None) -> None:
        """Show another document; the one before is dropped."""
        self._unsubscribe()
        self.document, self.path, self.content = document, path, content
        self._unsubscribe = document.subscribe(self._tell)
        self.opened.emit(document)
        self.renamed.emit()

    def hold(self) -> None:
        """Have the document's file be known as one that is open."""
        _held.append(self)

    def let_go(self) -> Document:
        """Show no document any more; the one that was shown is nobody's."""
        if self in _held:
            _held.remove(self)
        self._unsubscribe()
        self._unsubscribe = lambda: None
        return self.document

    def set_saved(self, path: Path, content: bytes) -> None:
        """Take the document to live in ``path`` from now on, which holds ``content``."""
        self.path, self.content = path, content
        self.renamed.emit()

    def settle(self) -> None:
        """Have the document hold all that was typed so far."""
        self.settling.emit()

    def title(self) -> str:
        """What the window's title calls the document."""
        return self.path.name if self.path else self.document.name

    def folder(self) -> str:
        """Where a relative path in the document starts: the folder of its file; "" while it has none."""
        return str(self.path.parent) if self.path is not None else ""

    def runs_folder(self) -> Path:
        """Where training runs go: beside the document's file, or among the user's data while it has none."""
        return runs_folder(self.path) if self.path is not None else _homeless_runs()

    def runs_folders(self) -> list[Path]:
        """Where there may be runs of the document, those from before it had a file among them."""
        return [*(usual_folders(self.path) if self.path is not None else []), _homeless_runs()]

    def _tell(self, changes: Sequence[Change]) -> None:
        self.changed.emit(list(changes))


def _homeless_runs() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)) / RUNS
