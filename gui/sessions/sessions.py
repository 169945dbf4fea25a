"""The documents of a window in the order of their tabs, one of them in front."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QMetaObject, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from gui.canvas.input.keys import Keymap
from gui.commands.parts import Frame
from gui.sessions.memory import give_back
from gui.sessions.session import Session
from gui.sessions.tabbar import Doing, Look, TabBar
from gui.shell.themes import Themes
from gui.workers.pool import Workers

PLACES = ("Drawing", "Inspector", "Problems", "Code", "Outline", "Data", "Train", "Runs")


class Place(QStackedWidget):
    """Where a window shows one part of the document in front; as small as that one allows."""

    def turn_to(self, widget: QWidget) -> None:
        """Show the part of another document."""
        for page in filter(None, (self.currentWidget(), widget)):
            policy = QSizePolicy.Policy.Preferred if page is widget else QSizePolicy.Policy.Ignored
            page.setSizePolicy(policy, policy)
        self.setCurrentWidget(widget)


class Sessions(QObject):
    """``turned`` tells that another document is in front, or that there are more or fewer."""

    turned = Signal()

    def __init__(
        self,
        frame: Frame,
        places: Mapping[str, Place],
        bar: TabBar,
        themes: Themes,
        keymap: Keymap,
        workers: Workers,
    ) -> None:
        super().__init__(frame.window)
        self._frame, self._places, self.bar = frame, places, bar
        self._themes, self._keymap, self._workers = themes, keymap, workers
        self.all: list[Session] = []
        self._doing: dict[Session, Doing] = {}
        self._heard: dict[Session, list[QMetaObject.Connection]] = {}
        self._front: Session | None = None
        bar.currentChanged.connect(self._turn_to)
        bar.tabMoved.connect(self._move)

    @property
    def front(self) -> Session:
        """The document that the window shows."""
        assert self._front is not None
        return self._front

    def add(self) -> Session:
        """Have one more document, an empty one, behind the one in front; it comes to the front."""
        session = Session(self._frame, self._places, self._keymap, self._workers)
        self._put(session)
        return session

    def take_in(self, session: Session) -> None:
        """Have a document of another window, where nothing was done to the one in front in its place."""
        before = self.front
        session.move(self._frame, self._keymap)
        self._put(session)
        if before.untouched:
            self.remove(before)

    def _put(self, session: Session) -> None:
        """Put a document behind the one in front, and turn to it."""
        self._themes.add(session.wearers)
        index = self.all.index(self._front) + 1 if self._front is not None else 0
        self.all.insert(index, session)
        for name, place in self._places.items():
            place.addWidget(session.places[name])
        with QSignalBlocker(self.bar):
            self.bar.put(index, _look(session, ""))
        look = partial(self._show_look, session)
        self._heard[session] = [
            session.workspace.renamed.connect(look),
            session.workspace.changed.connect(look),
            session.run.changed.connect(partial(self._note_run, session)),
            session.run.failed.connect(partial(self._note_failure, session)),
        ]
        self._note_run(session)
        self.show(session)

    def show(self, session: Session) -> None:
        """Bring a document to the front."""
        if session is self._front:
            return
        if self._front is not None:
            self._front.commands.rest()
        self._front = session
        with QSignalBlocker(self.bar):
            self.bar.setCurrentIndex(self.all.index(session))
        for name, place in self._places.items():
            place.turn_to(session.places[name])
        # At once, so that the drawing has its size before it is looked at.
        for place in self._places.values():
            if (layout := place.layout()) is not None:
                layout.activate()
        if self._doing.get(session) in ("ended", "failed"):
            self._doing[session] = ""
        session.commands.come_up()
        self._show_look(session)
        self.turned.emit()

    def step(self, by: int) -> None:
        """Turn to the next document, or the one before, round the ends."""
        self.show(self.all[(self.all.index(self.front) + by) % len(self.all)])

    def remove(self, session: Session) -> None:
        """Close a document, which another stays open beside; nothing is asked."""
        self.give(session)
        session.destroyed.connect(give_back)
        session.close()

    def give(self, session: Session) -> None:
        """Take a document out of this window, which another stays in."""
        index = self.all.index(session)
        if session is self._front:
            self.show(self.all[index + 1] if index + 1 < len(self.all) else self.all[index - 1])
        self.all.remove(session)
        self._doing.pop(session, None)
        with QSignalBlocker(self.bar):
            self.bar.take(index)
        self._themes.remove(session.wearers)
        for name, place in self._places.items():
            place.removeWidget(session.places[name])
        for connection in self._heard.pop(session):
            QObject.disconnect(connection)
        self.turned.emit()

    def _turn_to(self, index: int) -> None:
        if 0 <= index < len(self.all):
            self.show(self.all[index])

    def _move(self, source: int, target: int) -> None:
        self.all.insert(target, self.all.pop(source))

    def _note_run(self, session: Session) -> None:
        state = session.run.state
        before = self._doing.get(session, "")
        if state != "idle":
            self._doing[session] = "paused" if state == "paused" else "training"
        elif before in ("training", "paused"):
            self._doing[session] = "" if session is self._front else "ended"
        self._show_look(session)

    def _note_failure(self, session: Session, _: object) -> None:
        if session is not self._front:
            self._doing[session] = "failed"
            self._show_look(session)

    def _show_look(self, session: Session, _: object = None) -> None:
        if session in self.all:
            self.bar.show_look(self.all.index(session), _look(session, self._doing.get(session, "")))


def _look(session: Session, doing: Doing) -> Look:
    workspace = session.workspace
    return Look(workspace.title(), str(workspace.path or ""), workspace.document.modified, doing)
