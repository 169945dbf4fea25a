"""Load, save and what they ask first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from graph.errors import FileError
from graph.names import identifier
from graph.storage.atomic import write_atomically
from graph.storage.changed import ChangedFileError, difference
from graph.storage.loom import dumps, parse, read, save
from gui import preferences as settings
from gui.widgets import dialogs
from gui.workspace import Workspace, at

DRAWING = ".loom"
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
GUIDE = EXAMPLES.parent / "docs" / "manual"


def guide_dir() -> Path:
    """The folder with the pages of the user manual."""
    return GUIDE


def examples_dir() -> Path:
    """The folder with the drawings that come along."""
    return EXAMPLES


class FileCommands(QObject):
    """The File menu's commands on one document; a refusal is shown as a sentence, in the window of ``holder``."""

    def __init__(self, workspace: Workspace, holder: QWidget) -> None:
        super().__init__(holder)
        self._workspace, self._holder = workspace, holder

    def load(self, path: str | Path, *, as_copy: bool = False) -> bool:
        """Open a drawing, or say why not; an example is opened as a copy, which has no file yet."""
        try:
            content = read(path)
            document = parse(path, content)
        except FileError as error:
            dialogs.tell(self._window(), "Open", str(error))
            return False
        if as_copy:
            self._workspace.open(document, None, content)
        else:
            self._workspace.open(document, Path(path).resolve(), content)
            settings.add_recent(path)
        return True

    def save(self) -> bool:
        """Save the drawing, asking where if it has no file yet; whether it is saved."""
        workspace = self._workspace
        return self._write(workspace.path, workspace.content) if workspace.path else self.save_as()

    def save_as(self) -> bool:
        """Ask where and save there; whether it is saved."""
        chosen = dialogs.ask_save(self._window(), "Save the drawing", self.suggest(DRAWING), dialogs.DRAWINGS)
        if not chosen:
            return False
        settings.set_folder(DRAWING, chosen)
        path = Path(chosen).resolve()
        if at(path) not in (None, self._workspace):
            told = f"{path.name} is open in another tab; close it there first, or save this drawing under another name."
            dialogs.tell(self._window(), "Save the drawing", told)
            return False
        # That another file is replaced, the dialog has asked; what became of its own, it does not know.
        return self._write(path, self._workspace.content if path == self._workspace.path else None)

    def may_leave(self) -> bool:
        """Whether the document may be dropped: it is saved, or the user says so."""
        self._workspace.settle()
        if not self._workspace.document.modified:
            return True
        answer = dialogs.ask_unsaved(self._window(), self._workspace.title())
        return self.save() if answer == "save" else answer == "discard"

    def ask_save(self, title: str, suffix: str, kinds: str) -> str:
        """Ask where something made of the drawing is to be written; "" when cancelled."""
        chosen = dialogs.ask_save(self._window(), title, self.suggest(suffix), kinds)
        if chosen:
            settings.set_folder(suffix, chosen)
        return chosen

    def suggest(self, suffix: str) -> str:
        """The file to suggest for something made of the document."""
        path = self._workspace.path
        stem = path.stem if path else identifier(self._workspace.document.name).lower()
        return str(Path(self.folder(suffix)) / f"{stem}{suffix}")

    def write(self, path: str, text: str) -> bool:
        """Write a text file, or say why not; whether it is written."""
        try:
            write_atomically(path, text.encode())
        except FileError as error:
            dialogs.tell(self._window(), "Export", str(error))
            return False
        return True

    def folder(self, kind: str) -> str:
        """Where to begin: drawings beside the one that is open, all else where files of that kind were last."""
        known, own = settings.folder(kind), str(self._workspace.path.parent) if self._workspace.path else ""
        found = (own, known) if kind == DRAWING else (known, own)
        return next(filter(None, found), str(Path.home()))

    def _window(self) -> QWidget:
        return self._holder.window()

    def _write(self, path: Path, known: bytes | None) -> bool:
        """Write the drawing where the file still holds what is known of it; any other is asked about first."""
        self._workspace.settle()
        try:
            content = save(self._workspace.document, path, known)
        except ChangedFileError as error:
            return self._write_over(path, error)
        except FileError as error:
            # Nothing is lost: the drawing can go elsewhere at once.
            return dialogs.ask(self._window(), "Save", str(error), "Save As…") and self.save_as()
        self._workspace.set_saved(path, content)
        settings.add_recent(path)
        return True

    def _write_over(self, path: Path, found: ChangedFileError) -> bool:
        ours = dumps(self._workspace.document).encode(errors="replace")
        answer = dialogs.ask_changed(self._window(), str(found), lambda: difference(found.content or b"", ours))
        if answer == "overwrite":
            # Only what was asked about: a change that came meanwhile is asked about again.
            return self._write(path, found.content)
        return answer == "save_as" and self.save_as()
