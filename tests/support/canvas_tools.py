"""A canvas in a test: shown for real, pressed and dragged with real events."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graph.document import Document
from gui.canvas import Canvas
from gui.canvas.input.dropping import MIME

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def small_network() -> Document:
    """image -> conv -> relu -> flatten -> linear, with a lone tanh below."""
    document = Document("Small")
    model = document.model
    with document.edit("Draw"):
        model.add("Input", {"shape": (3, 8, 8)}, name="image", at=(0, 0))
        model.add("Conv2d", {"out_channels": 4}, name="conv", at=(240, 0))
        model.add("ReLU", name="relu", at=(480, 0))
        model.add("Flatten", name="flatten", at=(720, 0))
        model.add("Linear", {"out_features": 5}, name="linear", at=(960, 0))
        model.add("Tanh", name="tanh", at=(240, 250))
        for source, target in (("image", "conv"), ("conv", "relu"), ("relu", "flatten"), ("flatten", "linear")):
            model.connect(source, target)
    document.forget_history()
    return document


def shown(qtbot: QtBot, document: Document | None = None, size: tuple[int, int] = (1300, 700)) -> Canvas:
    """A canvas on the screen at its own size, with the document's origin and some of its left in view."""
    canvas = Canvas()

    def held(_: object) -> None:
        """Hold it until the test is over: the events of its end must not meet a canvas that is being collected."""
        assert canvas.isWidgetType()

    qtbot.addWidget(canvas, before_close_func=held)
    canvas.resize(*size)
    canvas.set_document(document or small_network())
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.activateWindow()
    canvas.setFocus()
    canvas.zoom_reset()
    canvas.centerOn(480, 120)
    QApplication.processEvents()
    return canvas


def at_node(canvas: Canvas, name: str) -> QPoint:
    """A point of the view on the node's header, away from ports."""
    return canvas.mapFromScene(canvas.drawing.nodes[name].card().center() - QPointF(0, 15))


def at_port(canvas: Canvas, node: str, port: str, *, output: bool) -> QPoint:
    """The point of the view where a port is."""
    canvas.drawing.flush()
    return canvas.mapFromScene(canvas.drawing.nodes[node].port_at(port, output))


def output(canvas: Canvas, node: str) -> QPoint:
    return at_port(canvas, node, "out", output=True)


def entry(canvas: Canvas, node: str, port: str = "x") -> QPoint:
    return at_port(canvas, node, port, output=False)


def move(canvas: Canvas, to: QPoint, modifiers: Qt.KeyboardModifier = NONE, buttons: Qt.MouseButton = LEFT) -> None:
    """Move the mouse with buttons and keys held, which QTest.mouseMove cannot."""
    where = QPointF(canvas.viewport().mapToGlobal(to))
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), where, Qt.MouseButton.NoButton, buttons, modifiers)
    QApplication.sendEvent(canvas.viewport(), event)
    QApplication.processEvents()


def hold(
    canvas: Canvas, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT
) -> None:
    """Press and drag, without letting go."""
    QTest.mousePress(canvas.viewport(), button, modifiers, start)
    for share in (0.3, 0.7, 1.0):
        move(canvas, start + (end - start) * share, modifiers, button)


def drag(
    canvas: Canvas,
    start: QPoint,
    end: QPoint,
    modifiers: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
    release: Qt.KeyboardModifier | None = None,
) -> None:
    """Press, drag and let go, with ``release`` instead of ``modifiers`` held at the end."""
    hold(canvas, start, end, modifiers, button)
    last = modifiers if release is None else release
    if release is not None:
        move(canvas, end, last, button)
    QTest.mouseRelease(canvas.viewport(), button, last, end)
    QApplication.processEvents()


def click(canvas: Canvas, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(canvas.viewport(), LEFT, modifiers, at)


def press_key(canvas: Canvas, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(canvas, key, modifiers)


def drop_layer(canvas: Canvas, kind: str, at: QPoint, modifiers: Qt.KeyboardModifier = NONE, mime: str = MIME) -> bool:
    """Drag a layer out of the palette and drop it; whether the canvas took it."""
    data = QMimeData()
    data.setData(mime, kind.encode())
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(canvas.viewport(), QDragEnterEvent(at, copy, data, LEFT, modifiers))
    QApplication.sendEvent(canvas.viewport(), QDragMoveEvent(at, copy, data, LEFT, modifiers))
    event = QDropEvent(QPointF(at), copy, data, LEFT, modifiers)
    QApplication.sendEvent(canvas.viewport(), event)
    QApplication.processEvents()
    return event.isAccepted()


def picture(canvas: Canvas) -> QImage:
    """What the view shows, painted whole."""
    QApplication.processEvents()
    return canvas.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def on_screen(canvas: Canvas) -> QImage:
    """What has been painted so far, piece by piece, without painting it anew."""
    for _ in range(3):
        canvas.drawing.flush()
        QApplication.processEvents()
    return canvas.screen().grabWindow(canvas.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def place_of(document: Document, name: str) -> tuple[float, float]:
    node = document.model.node(name)
    return node.x, node.y


def wires_of(document: Document) -> set[str]:
    return {str(wire) for wire in document.model.wires()}
