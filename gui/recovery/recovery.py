"""Offers unsaved work back that a window left behind when its process ended unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject
from PySide6.QtWidgets import QMainWindow

from graph.document import Document
from graph.errors import FileError
from graph.storage.loom import read
from graph.storage.replay import Journal
from graph.storage.unsaved import LeftBehind, fingerprint, left_behind
from gui.recovery.keeper import folder
from gui.widgets import dialogs
from gui.widgets.unsavedwork import UnsavedWork

# What a file holds that is not the one the work began from: nothing equals it, so that saving asks.
UNKNOWN = b""


class Recovery(QObject):
    """Asks about each piece of work once at the start, and again when it is wanted."""

    def __init__(self, show: Callable[[Document, Path | None, bytes | None, int], bool], window: QMainWindow) -> None:
        """``show`` shows a document with its file, what that held, and how many steps it is ahead of it; it says
        whether they are in a journal again."""
        super().__init__(window)
        self._show, self._window = show, window

    def offer(self) -> bool:
        """Ask what becomes of the work that was left behind, if there is any; whether there is."""
        found = left_behind(folder())
        try:
            return self._ask(found)
        finally:
            for work in found:
                work.release()

    def _ask(self, found: list[LeftBehind]) -> bool:
        begun = bool(found)
        while found:
            answer, index = dialogs.ask_unsaved_work(self._window, [_described(work) for work in found])
            if answer == "later":
                break
            if answer == "all":
                for work in found:
                    self._restore(work)
                break
            if answer == "discard":
                found.pop(index).remove()
            elif self._restore(found[index]):
                break
        return begun

    def _restore(self, work: LeftBehind) -> bool:
        try:
            journal = work.read()
            document = journal.document()
        except FileError as error:
            dialogs.tell(self._window, "Restore", str(error))
            return False
        kept = self._show(document, journal.path, _content(journal), journal.steps)
        if not journal.whole:
            what = f"A part of the unsaved work in {journal.name} is damaged"
            dialogs.tell(self._window, "Restore", f"{what}; it is restored up to there, {_counted(journal.steps)}.")
        # Until the work is in a journal of this window's own, the one it came from stays.
        if kept:
            work.remove()
        return True


def _content(journal: Journal) -> bytes | None:
    """What the file held when the work began, as far as it still does."""
    if journal.path is None:
        return None
    try:
        content = read(journal.path)
    except FileError:
        return UNKNOWN
    return content if fingerprint(content) == journal.known else UNKNOWN


def _described(work: LeftBehind) -> UnsavedWork:
    when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(work.seconds)), QLocale.FormatType.ShortFormat)
    try:
        journal = work.read()
    except FileError as error:
        return UnsavedWork("Damaged", when, "", str(error))
    where = str(journal.path or "not saved to a file yet")
    return UnsavedWork(journal.name, when, _counted(journal.steps), where)


def _counted(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps:,} steps"
