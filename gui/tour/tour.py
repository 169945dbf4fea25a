"""Shows a window's parts one after the other, in a bubble that points at each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Signal
from PySide6.QtWidgets import QWidget

from gui.theme.colors import Theme
from gui.tour.bubble import Bubble, Ring


class Step(NamedTuple):
    """A part of the window, found when its turn comes, and what is said of it."""

    heading: str
    words: str
    find: Callable[[], QWidget | None]


class Tour(QObject):
    """The steps of a tour; it takes the keys only where it was asked for. ``ended`` tells that it is over."""

    ended = Signal()

    def __init__(self, window: QWidget, steps: Sequence[Step]) -> None:
        super().__init__(window)
        self._window, self._steps = window, steps
        self._theme = Theme.light()
        self._at = 0
        self._pointed: QWidget | None = None
        self.ring: Ring | None = None
        self.bubble: Bubble | None = None

    @property
    def running(self) -> bool:
        """Whether it is shown."""
        return self.bubble is not None

    def start(self, *, with_keys: bool) -> None:
        """Begin at the first step; ``with_keys`` gives the bubble the keyboard."""
        if self.bubble is None:
            self.ring, self.bubble = Ring(self._window), Bubble(self._window)
            self.bubble.next_wanted.connect(lambda: self._go(1))
            self.bubble.back_wanted.connect(lambda: self._go(-1))
            self.bubble.left.connect(self.end)
            self.set_theme(self._theme)
            self._window.installEventFilter(self)
        self._at = 0
        self._show()
        if with_keys:
            self.bubble.setFocus()

    def end(self) -> None:
        """Take everything away."""
        if self.bubble is None or self.ring is None:
            return
        self._window.removeEventFilter(self)
        self._watch(None)
        for widget in (self.bubble, self.ring):
            widget.hide()
            widget.deleteLater()
        self.bubble = self.ring = None
        self.ended.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        for widget in (self.ring, self.bubble):
            if widget is not None:
                widget.theme = theme
                widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return False

    def _go(self, steps: int) -> None:
        self._at += steps
        if 0 <= self._at < len(self._steps):
            self._show()
        else:
            self.end()

    def _show(self) -> None:
        assert self.bubble is not None
        step = self._steps[self._at]
        self._watch(step.find())
        self.bubble.say(step.heading, step.words, self._at + 1, len(self._steps))
        self._place()

    def _place(self) -> None:
        """Put line and bubble where what they point at is now; what is out of sight is only told of."""
        if self.bubble is None or self.ring is None:
            return
        widget = self._pointed
        if widget is None or not widget.isVisible():
            self.ring.hide()
            self.bubble.point_at(self._window.rect())
            return
        place = QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())
        self.ring.surround(place)
        self.bubble.point_at(place)

    def _watch(self, widget: QWidget | None) -> None:
        if self._pointed is not None:
            self._pointed.removeEventFilter(self)
        self._pointed = widget
        if widget is not None:
            widget.installEventFilter(self)
