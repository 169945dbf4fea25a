"""Cut, copy and paste through the system's clipboard, so that nodes travel between windows."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QGuiApplication

from graph.edits import fragments, nodes as edits, picked
from graph.edits.sketching import frames
from gui.canvas.stage import Stage

MIME = "application/x-layerloom-nodes"


def copy(stage: Stage) -> bool:
    """Put the selected nodes on the clipboard, and frames with what they hold; whether there were any."""
    held, keys = frames.held(stage.drawing.graph, stage.picked().frames)
    names = dict.fromkeys([*stage.selected(), *held])
    if not names and not keys:
        return False
    text = fragments.copy(stage.document, stage.graph, names, keys)
    content = QMimeData()
    content.setData(MIME, text.encode())
    content.setText(text)
    QGuiApplication.clipboard().setMimeData(content)
    return True


def cut(stage: Stage) -> None:
    """Put the selected nodes on the clipboard, and frames with what they hold, and delete them."""
    chosen = stage.picked()
    held, keys = frames.held(stage.drawing.graph, chosen.frames)
    names = tuple(dict.fromkeys([*chosen.names, *held]))
    if not copy(stage):
        return

    def remove() -> None:
        with stage.document.edit(edits.counted("Cut", names) if names else "Cut a frame"):
            picked.delete(stage.document, stage.graph, picked.Picked(names, frames=tuple(keys)), heal=False)

    stage.attempt(remove)


def paste(stage: Stage, at: QPointF | None, keep_incoming: bool) -> None:
    """Add the nodes of the clipboard and select them."""
    text = _held()
    place = stage.pointer_place() if at is None else at

    def add() -> None:
        where = (place.x(), place.y())
        names = fragments.paste(stage.document, stage.graph, text, where, keep_incoming, step_aside=True)
        stage.select(names)

    stage.attempt(add)


def _held() -> str:
    """The text on the clipboard; Qt has no data at all for one that is empty, whatever its types say."""
    content: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if content is None:
        return ""
    return bytes(content.data(MIME).data()).decode("utf-8", "replace") if content.hasFormat(MIME) else content.text()
