"""Nodes that glide to where they stand now: what is painted alone; the document is there at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation
from PySide6.QtGui import QGuiApplication

from gui.canvas.scene.scene import Scene

MILLISECONDS = 150
# More nodes than this are put in their places at once.
MOST = 200


class Motion(QObject):
    """Shows moved nodes on their way for a moment.

    ``on`` tells whether it does so; it does not where nobody watches the screen.
    """

    def __init__(self, drawing: Callable[[], Scene], parent: QObject) -> None:
        super().__init__(parent)
        self.on = QGuiApplication.platformName() != "offscreen"
        self._drawing = drawing
        self._ways: dict[str, tuple[QPointF, QPointF]] = {}
        self.animation = QVariantAnimation(self)
        self.animation.setDuration(MILLISECONDS)
        self.animation.setStartValue(0.0)
        self.animation.setEndValue(1.0)
        self.animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.animation.valueChanged.connect(self._show)
        self.animation.finished.connect(self.stop)

    @contextmanager
    def gliding(self) -> Iterator[None]:
        """Have the nodes glide that are moved in this context."""
        self.stop()
        drawing = self._drawing()
        before = {name: item.pos() for name, item in drawing.nodes.items()} if self.on else {}
        yield
        if drawing is not self._drawing():
            return
        moved = {
            name: (at, drawing.nodes[name].pos())
            for name, at in before.items()
            if name in drawing.nodes and drawing.nodes[name].pos() != at
        }
        if 0 < len(moved) <= MOST:
            self._ways = moved
            self._show(0.0)
            self.animation.start()

    def stop(self) -> None:
        """Show all nodes where the document has them."""
        self.animation.stop()
        ways, self._ways = self._ways, {}
        if ways:
            self._drawing().restore(ways)

    def forget(self) -> None:
        """Stop, as another drawing is shown."""
        self._ways = {}
        self.animation.stop()

    def _show(self, done: float) -> None:
        drawing = self._drawing()
        drawing.preview(
            {name: start + (end - start) * done for name, (start, end) in self._ways.items() if name in drawing.nodes}
        )
