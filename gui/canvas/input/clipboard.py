"""Cut, copy and paste through the system's clipboard, so that nodes travel between windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QGuiApplication

from graph.edits import fragments
from graph.edits import nodes as edits

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

MIME = "application/x-layerloom-nodes"


def copy(canvas: Canvas) -> bool:
    """Put the selected nodes on the clipboard; whether there were any."""
    names = canvas.selected()
    if not names:
        return False
    text = fragments.copy(canvas.document, canvas.graph, names)
    content = QMimeData()
    content.setData(MIME, text.encode())
    content.setText(text)
    QGuiApplication.clipboard().setMimeData(content)
    return True


def cut(canvas: Canvas) -> None:
    """Put the selected nodes on the clipboard and delete them."""
    names = canvas.selected()
    if not copy(canvas):
        return

    def remove() -> None:
        with canvas.document.edit(edits.counted("Cut", names)):
            edits.delete(canvas.document, canvas.graph, names, heal=False)

    canvas.attempt(remove)


def paste(canvas: Canvas, at: QPointF | None, keep_incoming: bool) -> None:
    """Add the nodes of the clipboard and select them."""
    text = _held()
    place = canvas.pointer_place() if at is None else at

    def add() -> None:
        where = (place.x(), place.y())
        names = fragments.paste(canvas.document, canvas.graph, text, where, keep_incoming, step_aside=True)
        canvas.select(names)

    canvas.attempt(add)


def _held() -> str:
    """The text on the clipboard; Qt has no data at all for one that is empty, whatever its types say."""
    content: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if content is None:
        return ""
    return bytes(content.data(MIME).data()).decode("utf-8", "replace") if content.hasFormat(MIME) else content.text()
