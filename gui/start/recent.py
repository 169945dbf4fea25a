"""The files opened or saved last: where each is, when it changed, and what it looks like, a missing one as well."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap

from graph.errors import LayerloomError
from graph.storage.loom import parse, read
from gui import preferences as settings
from gui.export.thumbnail import thumbnail
from gui.start.cards import PIXMAP
from gui.theme.colors import Theme
from gui.widgets.text import tip

FILE = Qt.ItemDataRole.UserRole
STAMP = QSize(56, 34)
STAMP_RATIO = 2.0
# A picture of a larger file would keep the user waiting.
_LARGEST = 100_000
# Milliseconds between two looks at whether the disk has answered.
_PATIENCE = 10


class RecentFile(NamedTuple):
    """A file that was opened once, and when it changed in seconds since 1970; ``None`` where it is no more.

    Nothing is known of one that is not ``seen`` yet.
    """

    path: str
    changed: float | None = None
    seen: bool = False

    @property
    def missing(self) -> bool:
        """Whether it is no more where it was."""
        return self.seen and self.changed is None

    @property
    def name(self) -> str:
        """The name of the file."""
        return _shown(Path(self.path).name)

    @property
    def place(self) -> str:
        """Its folder, under the user's own as they write it."""
        folder = Path(self.path).parent
        home = Path.home()
        return _shown(str(Path("~") / folder.relative_to(home) if folder.is_relative_to(home) else folder))

    @property
    def when(self) -> str:
        """When it changed, as people say it; "" while that is not known."""
        if not self.seen:
            return ""
        today = datetime.now(UTC).astimezone().date()
        return "not there any more" if self.changed is None else when(self.changed, today)

    def fits(self, words: list[str]) -> bool:
        """Whether all of these words, in small letters, are found in its path."""
        return all(word in self.path.lower() for word in words)


def when(changed: float, today: date) -> str:
    """A time as people say it: ``today 14:32``, ``yesterday 9:05``, ``26 November 2026``."""
    try:
        at = datetime.fromtimestamp(changed, UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return "at an unknown time"
    days = (today - at.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {at.hour}:{at.minute:02d}"
    return f"{at.day} {at:%B} {at.year}"


def _shown(text: str) -> str:
    """Text with what no letter can stand for replaced: file names may be any bytes."""
    return text.encode(errors="replace").decode()


def _look(paths: list[str], answers: SimpleQueue[list[RecentFile]]) -> None:
    """See which files there are. A disk of the network may never answer: the window does not wait for it."""
    found = []
    for path in paths:
        try:
            found.append(RecentFile(path, Path(path).stat().st_mtime, seen=True))
        except OSError:
            found.append(RecentFile(path, None, seen=True))
    answers.put(found)


class Recent(QAbstractListModel):
    """The recent files that fit what is looked for; their pictures come one after the other, as time allows."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = Theme.light()
        self._words: list[str] = []
        self._all: list[RecentFile] = []
        self.files: list[RecentFile] = []
        self._stamps: dict[tuple[RecentFile, str], QPixmap | None] = {}
        self._answers: SimpleQueue[list[RecentFile]] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def known(self) -> bool:
        """Whether there are recent files at all, also if none of them fits."""
        return bool(self._all)

    def refresh(self) -> None:
        """List the files; what became of them is shown as soon as it is known."""
        known = {file.path: file for file in self._all}
        paths = settings.listed_files()
        self._all = [known.get(path, RecentFile(path)) for path in paths]
        self._keep()
        self._answers = SimpleQueue()
        Thread(target=_look, args=(paths, self._answers), name="recent files", daemon=True).start()
        self.paint_later()

    def look_for(self, text: str) -> None:
        """Keep the files with all words of a text in their paths."""
        self._words = text.lower().split()
        self._keep()

    def forget(self, row: int) -> None:
        """Take a file off the list; the file itself stays where it is."""
        settings.forget_file(self.files[row].path)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint on another ground."""
        self._theme = theme
        self.paint_later()

    def paint_later(self) -> None:
        """Go on with what is not known or painted yet, once there is time."""
        self._timer.start(_PATIENCE if self._answers else 0)

    def rest(self) -> None:
        """Paint no picture until asked again."""
        self._timer.stop()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.files)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> RecentFile | QPixmap | str | None:
        if not index.isValid():
            return None
        file = self.files[index.row()]
        match role:
            case _ if role == FILE:
                return file
            case _ if role == PIXMAP:
                return self._stamps.get((file, self._theme.name))
            case Qt.ItemDataRole.DisplayRole:
                return file.name
            case Qt.ItemDataRole.ToolTipRole:
                hint = "\nDelete takes it off the list." if file.missing else ""
                return tip(f"{_shown(file.path)}\n{file.when.capitalize()}{hint}".strip())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{file.name}, {file.when}, in {file.place}"
            case _:
                return None

    def _keep(self) -> None:
        self.beginResetModel()
        self.files = [file for file in self._all if file.fits(self._words)]
        self.endResetModel()

    def _go_on(self) -> None:
        if self._answers is None:
            self._paint_next()
        elif not self._answers.empty():
            self._all = self._answers.get()
            self._answers = None
            # The same rows: whoever is at one of them stays there.
            self.files = [file for file in self._all if file.fits(self._words)]
            self.dataChanged.emit(self.index(0), self.index(len(self.files) - 1))
            self.paint_later()

    def _paint_next(self) -> None:
        for row, file in enumerate(self.files):
            key = file, self._theme.name
            if file.changed is not None and key not in self._stamps:
                self._stamps[key] = _stamp(file.path, self._theme)
                self.dataChanged.emit(self.index(row), self.index(row), [PIXMAP])
                return
        self.rest()


def _stamp(path: str, theme: Theme) -> QPixmap | None:
    """A small picture of a drawing; nothing where it is large, or no drawing."""
    try:
        if Path(path).stat().st_size > _LARGEST:
            return None
        return QPixmap.fromImage(thumbnail(parse(path, read(path)), theme, STAMP, STAMP_RATIO))
    except (OSError, LayerloomError):
        return None  # whoever opens it is told why it cannot be read
