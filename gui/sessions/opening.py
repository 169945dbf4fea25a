"""Drawings that are opened and closed in one window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from graph.document import Document
from graph.errors import FileError
from graph.storage.loom import parse, read
from gui import preferences as settings
from gui.commands.files import DRAWING, examples_dir
from gui.commands.parts import Frame, Parts
from gui.sessions.session import Session
from gui.sessions.sessions import Sessions
from gui.shell.contextmenu import open_menu
from gui.shell.workspaces import START
from gui.widgets import dialogs
from gui.widgets.text import set_tip, unkeyed
from gui.workspace import Workspace, at

COURSE = "course"
MOST_CLOSED = 10


class Closed(NamedTuple):
    """A document that was closed, with its history."""

    document: Document
    path: Path | None
    content: bytes | None


class Windows(Protocol):
    """What a window knows of the others of its process."""

    def another(self) -> Opening:
        """Open one more window."""

    def show_document(self, workspace: Workspace) -> None:
        """Bring the window with a document to the front."""

    def remember_open(self) -> None:
        """Keep which files are open, where they are to be opened again."""


class Opening(QObject):
    """The File menu's commands on the documents of a window."""

    def __init__(self, frame: Frame, sessions: Sessions, windows: Windows) -> None:
        super().__init__(frame.window)
        self._frame, self._sessions, self._windows = frame, sessions, windows
        self._closed: deque[Closed] = deque(maxlen=MOST_CLOSED)
        start = frame.start
        start.begun.connect(self.begin)
        start.new_requested.connect(self.new)
        start.open_requested.connect(self.open)
        start.file_chosen.connect(self.open_path)
        start.example_chosen.connect(self.open_example)
        start.left.connect(frame.workspaces.leave_start)
        frame.actions["restores"].setCheckable(True)
        frame.actions["restores"].setChecked(settings.restores())
        menus = frame.actions.menus
        menus["recent"].aboutToShow.connect(lambda: self.fill_recent(menus["recent"]))
        menus["examples"].aboutToShow.connect(lambda: self.fill_examples(menus["examples"]))
        sessions.bar.close_wanted.connect(lambda index: self.close(sessions.all[index]))
        sessions.bar.menu_wanted.connect(self._open_menu)
        sessions.turned.connect(self._allow)
        sessions.bar.tabBarClicked.connect(lambda _: frame.workspaces.leave_start())

    def slots(self) -> dict[str, Callable[[], object]]:
        """What each command does, by its id."""
        return {
            "new": self.new,
            "open": self.open,
            "new_window": self._windows.another,
            "open_in_window": self.open_in_window,
            "move_tab": self.move_out,
            "close_tab": lambda: self.close(self._sessions.front),
            "close_others": self.close_others,
            "restores": self.toggle_restores,
            "reopen_tab": self.reopen,
            "next_tab": lambda: self._sessions.step(1),
            "previous_tab": lambda: self._sessions.step(-1),
        }

    def new(self) -> Session:
        """Have an empty drawing in front: the one in front where nothing was done to it, else another."""
        self._sessions.front.commands.settle()
        session = self._sessions.front if self._sessions.front.untouched else self._sessions.add()
        self._arrive(session)
        return session

    def open(self) -> None:
        """Ask for a drawing and open it."""
        if path := dialogs.ask_open(self._frame.window, self._sessions.front.files.folder(DRAWING)):
            settings.set_folder(DRAWING, path)
            self.open_path(path)

    def open_in_window(self) -> None:
        """Ask for a drawing and open it in a window of its own."""
        path = dialogs.ask_open(self._frame.window, self._sessions.front.files.folder(DRAWING))
        if not path:
            return
        settings.set_folder(DRAWING, path)
        if at(Path(path).resolve()) is not None or self._sessions.front.untouched:
            self.open_path(path)
        elif self._read(path) is not None:
            self._windows.another().open_path(path)

    def move_out(self) -> None:
        """Give the document in front a window of its own; a run that goes on goes along."""
        session = self._sessions.front
        if len(self._sessions.all) > 1:
            self._sessions.give(session)
            self._windows.another().take_in(session)

    def take_in(self, session: Session) -> None:
        """Have a document of another window in front."""
        self._sessions.take_in(session)
        self._arrive(session)

    def show(self, workspace: Workspace) -> bool:
        """Bring a document to the front, if this window has it; whether it has."""
        session = next((each for each in self._sessions.all if each.workspace is workspace), None)
        if session is not None:
            self._sessions.show(session)
            self._arrive(session)
        return session is not None

    def open_path(self, path: str | Path) -> Session | None:
        """Open a drawing, or say why not; where it is open already it comes to the front."""
        place = Path(path).resolve()
        held = at(place)
        if held is not None:
            if not self.show(held):
                self._windows.show_document(held)
            return next((each for each in self._sessions.all if each.workspace is held), None)
        found = self._read(path)
        if found is None:
            return None
        settings.add_recent(place)
        return self._show(found._replace(path=place))

    def open_copy(self, path: Path) -> Parts | None:
        """Open a drawing as one that has no file yet, or say why not; its parts."""
        found = self._read(path)
        return None if found is None else self._show(found).commands.parts

    def open_example(self, path: Path) -> None:
        """Open an example as a copy."""
        self.open_copy(path)

    def begin(self, name: str) -> None:
        """Draw a start into an empty drawing."""
        self.new().commands.editing.begin(name)

    def restore(self, document: Document, path: Path | None, content: bytes | None, steps: int) -> bool:
        """Show a document that is so many steps ahead of its file; whether these are in a journal."""
        held = at(path) if path is not None else None
        if held is None:
            session = self.new()
        elif not held.document.modified and self.show(held):
            session = self._sessions.front  # opened at the start, as its file has it
        else:
            session, path, content = self.new(), None, None  # of a file that was worked on meanwhile
        session.workspace.open(document, path, content)
        return session.keeper.take_over(steps)

    def reopen(self) -> None:
        """Open again what was closed last, as it was then; where its file holds something else by now, as it is."""
        while self._closed:
            found = self._closed.pop()
            if found.path is None or at(found.path) is None:
                self._show(self._fresh(found))
                return
        self._sessions.front.commands.parts.status.say("No drawing was closed in this window.")

    def close(self, session: Session) -> bool:
        """Close a document after what has to be asked; the last one gives way to an empty one. Whether it is closed."""
        session.commands.settle()
        if not self._may_stop(session) or not session.files.may_leave():
            return False
        if not session.untouched:
            workspace = session.workspace
            self._closed.append(Closed(workspace.document, workspace.path, workspace.content))
        elif len(self._sessions.all) == 1:
            self._frame.workspaces.show_workspace(START)
            return True
        if len(self._sessions.all) == 1:
            self._sessions.add()
            self._frame.workspaces.show_workspace(START)
        self._sessions.remove(session)
        return True

    def toggle_restores(self) -> None:
        """Begin with the drawings that are open, or no more."""
        settings.set_restores(self._frame.actions["restores"].isChecked())
        self._windows.remember_open()

    def left_open(self) -> list[str]:
        """The files to begin with: those that were open last, where that is wanted."""
        return settings.open_files() if settings.restores() else []

    def open_paths(self, paths: Sequence[str]) -> None:
        """Open drawings, the last of them in front."""
        for path in paths:
            self.open_path(path)

    def close_others(self) -> None:
        """Close every document but the one in front, until one is to stay."""
        for session in [each for each in self._sessions.all if each is not self._sessions.front]:
            if not self.close(session):
                break

    def fill_recent(self, menu: QMenu) -> None:
        """List the recent files in their menu."""
        menu.clear()
        for path in settings.recent_files():
            self._entry(menu, path).triggered.connect(lambda _=False, path=path: self.open_path(path))
        menu.setEnabled(True)
        menu.addSeparator()
        menu.addAction("Clear the List", settings.forget_recent)

    def fill_examples(self, menu: QMenu) -> None:
        """List the examples in their menu."""
        menu.clear()
        self._list_folder(menu, examples_dir())
        menu.addSeparator()
        self._list_folder(menu.addMenu("Comparisons of a Course"), examples_dir() / COURSE)

    def _open_menu(self, index: int, where: QPoint) -> None:
        self._sessions.show(self._sessions.all[index])
        open_menu("tab", self._frame.actions, where, self._frame.window)

    def _allow(self) -> None:
        """Enable what several documents allow."""
        self._windows.remember_open()
        for command in ("close_others", "move_tab", "next_tab", "previous_tab"):
            self._frame.actions[command].setEnabled(len(self._sessions.all) > 1)

    def _show(self, found: Closed) -> Session:
        session = self.new()
        session.workspace.open(found.document, found.path, found.content)
        if found.document.modified:
            session.keeper.take_over(len(found.document.history))
        return session

    def _arrive(self, session: Session) -> None:
        self._frame.workspaces.leave_start()
        self._frame.workspaces.leave_manual()
        if self._frame.workspaces.has_drawing:
            session.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self, path: str | Path) -> Closed | None:
        try:
            content = read(path)
            return Closed(parse(path, content), None, content)
        except FileError as error:
            dialogs.tell(self._frame.window, "Open", str(error))
            return None

    def _fresh(self, closed: Closed) -> Closed:
        """What was closed, with what its file holds now where no work would be lost by that."""
        if closed.path is None or closed.document.modified:
            return closed
        try:
            content = read(closed.path)
            if content != closed.content:
                return Closed(parse(closed.path, content), closed.path, content)
        except FileError:
            pass
        return closed

    def _may_stop(self, session: Session) -> bool:
        """Whether what goes on with a document may end."""
        name = session.workspace.title()
        window, waiting = self._frame.window, len(session.queue.waiting)
        lost = f" The {waiting} that wait{'s' if waiting == 1 else ''} to train will not be trained." if waiting else ""
        question = f"{name} is training. Stop it and close? The run keeps what it has learned so far.{lost}"
        if session.run.active and not dialogs.ask(window, "Training is running", question, "Stop and close"):
            return False
        question = f"Stop the sweep of {name} and close? Its trials keep what they have learned; it can be continued."
        return not session.sweeping.active or dialogs.ask(window, "A sweep is running", question, "Stop and close")

    def _list_folder(self, menu: QMenu, folder: Path) -> None:
        for path in sorted(folder.glob("*.loom")):
            menu.addAction(unkeyed(path.stem)).triggered.connect(lambda _=False, path=path: self.open_example(path))

    def _entry(self, menu: QMenu, path: str) -> QAction:
        action = menu.addAction(unkeyed(Path(path).name))
        set_tip(action, path)
        action.setStatusTip(path)
        return action
