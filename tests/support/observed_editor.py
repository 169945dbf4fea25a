"""The editor as it is started, with somebody who looks over its user's shoulder and says what is where on the screen.

``python -m tests.support.observed_editor [PATH]`` answers each line on stdin, JSON of what is asked, by one on stdout.
It only looks: what is done in the window is done by a keyboard and a mouse.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMenu, QTabBar, QWidget

from graph.storage.loom import dumps
from gui.app import run
from gui.window import MainWindow

# Not all that happens is painted: a file is written, a process has ended.
LEAST_MS = 250
NAMES = ("text", "accessibleName", "objectName", "placeholderText", "windowTitle")


class Observer(QObject):
    """Answers questions about a window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._rest = b""
        app = QGuiApplication.instance()
        assert app is not None
        self._app = app
        self._least = QTimer(self, singleShot=True)
        self._least.timeout.connect(self._tell_painted)
        self._listening = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._listening.activated.connect(self._read)
        self._answers: dict[str, Callable[..., Any]] = {
            "focus": self.focus,
            "find": self.find,
            "place": self.place,
            "row": self.row,
            "node": self.node,
            "port": self.port,
            "canvas": self.canvas,
            "below": self.below,
            "drawing": lambda: dumps(window.workspace.document),
            "selected": window.canvas.selected,
            "training": lambda: [window.run.active, window.run.history.epoch],
            "texts": self.texts,
            "picture": self.picture,
            "says": lambda: [label.text() for label in window.status.findChildren(QWidget) if hasattr(label, "text")],
        }

    def focus(self) -> dict[str, str]:
        """What has the keyboard: the window by its title or class, and the widget in it."""
        window, widget = QGuiApplication.focusWindow(), QApplication.focusWidget()
        owner = next((each for each in QApplication.topLevelWidgets() if each.windowHandle() is window), None)
        title = "" if owner is None or window is None else type(owner).__name__
        named = "" if widget is None else widget.accessibleName() or widget.objectName()
        return {"window": title, "widget": "" if widget is None else type(widget).__name__, "name": named}

    def find(self, text: str, kind: str = "") -> list[int] | None:
        """The middle of the widget of a text, a name or a placeholder, or else of a tip that has the text, in view."""
        seen = [each for each in self._visible(kind) if not each.visibleRegion().isEmpty()]
        named = (each for each in seen if any(_said(each, name) == text for name in NAMES))
        tipped = (each for each in seen if text in _said(each, "toolTip"))
        found = next(named, None) or next(tipped, None)
        return None if found is None else _middle(found, found.visibleRegion().boundingRect())

    def place(self, text: str, kind: str) -> list[int]:
        """The middle of the widget of a text or a name, whether it is in view or scrolled out of it."""
        found = next(each for each in self._visible(kind) if any(_said(each, name) == text for name in NAMES))
        return _middle(found, found.rect())

    def row(self, text: str, kind: str = "") -> list[int] | None:
        """The middle of the visible row, tab or menu entry that is, or else begins with, a text."""
        found = None
        for widget in self._visible(kind):
            for rect, said in _rows(widget):
                said = said.replace("&", "")
                if not said.startswith(text) or not widget.rect().contains(rect.center()):
                    continue
                if said == text:
                    return _middle(widget, rect)
                found = found or _middle(widget, rect)
        return found

    def below(self, text: str, kind: str) -> int:
        """How many pixels a row of the first widget of a class is below its middle; less than zero above."""
        widget = next(self._visible(kind))
        rect = next(rect for rect, said in _rows(widget) if said == text)
        return rect.center().y() - widget.rect().center().y()

    def node(self, name: str) -> list[int]:
        """Where on the screen a node's header is."""
        canvas = self._window.canvas
        card = canvas.drawing.nodes[name].card()
        return _tuple(canvas.viewport().mapToGlobal(canvas.mapFromScene(card.center().x(), card.top() + 12)))

    def port(self, node: str, port: str, output: bool) -> list[int]:
        """Where on the screen a port is."""
        canvas = self._window.canvas
        canvas.drawing.flush()
        at = canvas.mapFromScene(canvas.drawing.nodes[node].port_at(port, output))
        return _tuple(canvas.viewport().mapToGlobal(at))

    def canvas(self, across: float, down: float) -> list[int]:
        """A point of the canvas, as shares of its width and height."""
        view = self._window.canvas.viewport()
        return _tuple(view.mapToGlobal(QPoint(round(view.width() * across), round(view.height() * down))))

    def texts(self, kind: str = "Label") -> list[str]:
        """What all visible widgets of a class say, or are described by."""
        said = [[_said(each, name) for name in ("text", "accessibleDescription")] for each in self._visible(kind)]
        return [text for texts in said for text in texts if text]

    def picture(self, path: str) -> bool:
        """Keep what is on the screen."""
        return self._window.screen().grabWindow(0).save(path)

    def _visible(self, kind: str) -> Iterator[QWidget]:
        """Visible widgets of a class, those of the window in front first."""
        tops = [each for each in QApplication.topLevelWidgets() if each.isVisible()]
        tops.sort(key=lambda each: (each is self._window, not each.isActiveWindow()))
        for top in tops:
            for widget in (top, *top.findChildren(QWidget)):
                if widget.isVisible() and (not kind or any(each.__name__ == kind for each in type(widget).__mro__)):
                    yield widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            self._least.start(0)  # when it is painted
        return False

    def _await_paint(self) -> None:
        """Answer when something was painted, or after a while."""
        self._least.start(LEAST_MS)
        self._app.installEventFilter(self)

    def _tell_painted(self) -> None:
        self._app.removeEventFilter(self)
        print(json.dumps("painted"), flush=True)

    def _read(self) -> None:
        found = os.read(0, 65536)
        if not found:
            self._listening.setEnabled(False)
            return
        *lines, self._rest = (self._rest + found).split(b"\n")
        for line in lines:
            what, *arguments = json.loads(line)
            if what == "painted":
                self._await_paint()
                continue
            try:
                answer = self._answers[what](*arguments)
            except Exception as error:
                answer = {"error": repr(error)}
            print(json.dumps(answer), flush=True)


def _said(widget: QWidget, name: str) -> str:
    said = getattr(widget, name, None)
    text = said() if callable(said) else ""
    return text.replace("&", "") if isinstance(text, str) else ""


def _rows(widget: QWidget) -> Iterator[tuple[QRect, str]]:
    if isinstance(widget, QMenu):
        yield from ((widget.actionGeometry(action), action.text()) for action in widget.actions())
    elif isinstance(widget, QTabBar):
        yield from ((widget.tabRect(index), widget.tabText(index)) for index in range(widget.count()))
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        parents = [widget.rootIndex()]
        while parents:
            parent = parents.pop(0)
            for row in range(model.rowCount(parent)):
                for column in range(model.columnCount(parent)):
                    index = model.index(row, column, parent)
                    if model.rowCount(index):  # a heading, which may be called as one of its rows
                        continue
                    rect = widget.visualRect(index)
                    at = widget.viewport().mapTo(widget, rect.topLeft())
                    yield QRect(at, rect.size()), str(index.data() or "")
                parents.append(model.index(row, 0, parent))


def _middle(widget: QWidget, rect: QRect) -> list[int]:
    return _tuple(widget.mapToGlobal(rect.center()))


def _tuple(point: QPoint) -> list[int]:
    return [point.x(), point.y()]


def observe() -> None:
    """Begin to listen, and say so."""
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    Observer(window)
    print(json.dumps("ready"), flush=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], painted=observe))
