"""The canvas: a graph of a document under mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from graph.document import Document
from graph.edits import blocks
from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.errors import LayerloomError
from graph.layout.overlap import aside
from graph.records import Wire
from gui.canvas.input import clipboard, dropping, keys, pressing, zooming
from gui.canvas.input.gestures.gesture import Gesture, Pointer
from gui.canvas.look.box import PORT_RADIUS, width_in
from gui.canvas.look.bubble import Bubble
from gui.canvas.look.hint import Hint
from gui.canvas.look.styles import Style
from gui.canvas.request import SearchRequest
from gui.canvas.scene.hits import Hit, hit
from gui.canvas.scene.scene import Drawing
from gui.canvas.trail import Trail
from gui.canvas.view import View
from gui.theme.colors import Theme

EDGE = 28
# Milliseconds between two steps of an edge pan.
EDGE_INTERVAL = 16


class Canvas(View):
    """Shows a graph of a document and edits it.

    ``selection_changed`` carries the names of the selected nodes; ``refused`` the sentence why something was not
    done, "" once that is over; ``search_requested`` a ``SearchRequest``; ``open_requested`` the name of a node that
    is no block; ``graph_shown`` the graphs on the way from the model to the one that is shown.
    """

    selection_changed = Signal(object)
    refused = Signal(str)
    search_requested = Signal(object)
    open_requested = Signal(str)
    graph_shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Drawing(Document(), "", Style(Theme.light())), parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing")
        self._gesture: Gesture | None = None
        self._dragging = False
        self._button = Qt.MouseButton.NoButton
        self._hand = False
        self._hovered: PortRef | None = None
        self._framed = False
        self._said = ""
        self._last = Pointer(QPointF(), QPoint(), Qt.KeyboardModifier.NoModifier)
        self._bubble = Bubble(self)
        self._hint = Hint(self)
        self._trail = Trail(self)
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_INTERVAL)
        self._edge.timeout.connect(self._pan_at_edge)
        self.set_theme(Theme.light())
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.drawing.selection_changed.connect(self._on_selection)

    # The document

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.drawing.document

    @property
    def graph(self) -> str:
        """The graph that is shown: "" for the model, else a block's name."""
        return self.drawing.key

    def set_document(self, document: Document, graph: str = "") -> None:
        """Show a graph of a document, all of it in view."""
        self._show(document, graph)
        self._trail.start(graph)
        self._tell_graph()
        self._framed = self.isVisible()
        self.frame_all()

    def show_graph(self, graph: str) -> None:
        """Show another graph of the document that is shown; ``go_to_graph`` keeps the way there and the view."""
        self._show(self.document, graph)
        self._tell_graph()

    def _show(self, document: Document, graph: str) -> None:
        self.cancel_gesture()
        self._hovered = None
        self.show_drawing(Drawing(document, graph, self._style, self))
        self.drawing.selection_changed.connect(self._on_selection)
        self.drawing.followed.connect(self.cancel_gesture)
        self.drawing.vanished.connect(self._trail.climb)
        self.drawing.dirty.connect(self._tell_hint)
        self._tell_hint()

    def _tell_hint(self, _: object = None) -> None:
        self._hint.tell(not self.drawing.nodes, not self.graph)

    def _tell_graph(self) -> None:
        self.graph_shown.emit(self.path)
        self._on_selection([])

    # Blocks

    @property
    def path(self) -> tuple[str, ...]:
        """The graphs from the model, "", to the one that is shown."""
        return self._trail.path

    def open(self, node: str) -> None:
        """Go into the block a node uses; others are opened elsewhere."""
        if not self._trail.enter(node):
            self.open_requested.emit(node)

    def leave(self) -> bool:
        """Go back to where the block was entered from; whether that was possible."""
        return self._trail.leave()

    def go_to_graph(self, graph: str) -> None:
        """Show another graph as it was last looked at."""
        self._trail.go_to(graph)

    def group(self, block: str) -> str:
        """Make the selected nodes a block of this name and select it; why that is refused, or ""."""
        made: list[str] = []
        self.attempt(lambda: made.append(blocks.group(self.document, self.graph, self.selected(), block)))
        self.select(made or self.selected())
        return "" if made else self._said

    def unpack(self) -> None:
        """Put what is inside the selected blocks in their places, and select it."""
        self.attempt(lambda: self.select(blocks.unpack(self.document, self.graph, self.selected())))

    def toggle_frozen(self) -> None:
        """Freeze the weights of the selected nodes, or let them train again."""
        self.attempt(lambda: blocks.toggle_frozen(self.document, self.graph, self.selected()))

    def lay_out(self) -> None:
        """Put the selected nodes, or all, in order and show the whole drawing."""
        bodies = {name: item.box.body for name, item in self.drawing.nodes.items()}
        sizes = {name: (float(body.width), float(body.height)) for name, body in bodies.items()}
        self.attempt(lambda: blocks.lay_out(self.document, self.graph, self.selected(), sizes))
        self.frame_all()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self._bubble.set_theme(theme)
        self._hint.set_theme(theme)

    # Selection and framing

    def selected(self) -> list[str]:
        """The names of the selected nodes, in the order they were selected."""
        return self.drawing.selected()

    def select(self, names: Iterable[str]) -> None:
        """Select these nodes and no others."""
        self.drawing.select(names)

    def select_all(self) -> None:
        """Select every node."""
        self.select(self.drawing.nodes)

    def frame_all(self) -> None:
        """Bring the whole drawing into view."""
        self.frame(self.drawing.bounds())

    def frame_selection(self) -> None:
        """Bring the selected nodes into view; the whole drawing if there are none."""
        self.frame(self.drawing.bounds(self.selected() or None))

    def center_on_node(self, name: str) -> None:
        """Bring a node to the middle of the view."""
        if name in self.drawing.nodes:
            self.centerOn(self.drawing.nodes[name].pos())

    # Commands

    def delete_selection(self, heal: bool = True) -> None:
        """Delete the selected nodes; with ``heal``, join the neighbours of those with one wire in."""
        if names := self.selected():
            self.attempt(lambda: edits.delete(self.document, self.graph, names, heal=heal))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        clipboard.copy(self)

    def cut(self) -> None:
        """Put the selected nodes on the clipboard and delete them."""
        clipboard.cut(self)

    def paste(self, at: QPointF | None = None, keep_incoming: bool = False) -> None:
        """Add the nodes of the clipboard at a point of the scene: the pointer's, if none is given."""
        clipboard.paste(self, at, keep_incoming)

    def duplicate(self) -> None:
        """Copy the selected nodes to a place beside them."""
        if names := self.selected():
            self.attempt(lambda: self.select(edits.duplicate(self.document, self.graph, names)))

    def add_layer(self, kind: str, scene_pos: QPointF, source: PortRef | None = None, wire: Wire | None = None) -> str:
        """Add a layer, wired to ``source`` or spliced into ``wire``, and select it; its name, "" if refused."""
        at = (scene_pos.x(), scene_pos.y())
        made: list[str] = []
        width = width_in(self.document, self.graph)
        self.attempt(lambda: made.append(edits.add_layer(self.document, self.graph, kind, at, source, wire, width)))
        if made:
            self.select(made)
        return made[0] if made else ""

    def attempt(self, action: Callable[[], object]) -> None:
        """Do something to the document; a refusal goes to whoever listens to ``refused``."""
        try:
            action()
        except LayerloomError as error:
            self._tell(str(error))
        else:
            self._tell("")

    def request_search(self, at: QPointF, source: PortRef | None = None) -> None:
        """Ask for the search for a layer to add at a point of the scene."""
        self.search_requested.emit(SearchRequest(self.viewport().mapToGlobal(self.mapFromScene(at)), at, source))

    def pointer_place(self) -> QPointF:
        """Where the pointer is in the scene; the middle of the view, if it is elsewhere."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect().contains(at) and self.viewport().underMouse()
        return self.mapToScene(at) if inside else self.middle()

    def free_place(self, at: QPointF) -> QPointF:
        """A point of the scene, or one to the right and down of it if a node stands there."""
        by = aside(self.drawing.graph.nodes.values(), [(at.x(), at.y())])
        return at + QPointF(by, by)

    # Words beside the pointer

    def say(self, sentence: str, at: QPoint) -> None:
        """Show a refusal beside a point of the view; nothing takes it away."""
        self._bubble.show_at(sentence, at)
        self._tell(sentence)

    def hide_bubble(self) -> None:
        """Take the bubble away and leave the refusal for the status bar."""
        self._bubble.hide()

    def _tell(self, sentence: str) -> None:
        # The same sentence is told again: what listens may have passed on to something else.
        if sentence or self._said:
            self._said = sentence
            self.refused.emit(sentence)

    # Gestures

    def begin(self, gesture: Gesture) -> None:
        """Start a drag."""
        self._gesture = gesture
        self._dragging = False
        if not gesture.threshold:
            self._start_dragging()

    def cancel_gesture(self) -> None:
        """End the drag that is going on, as if it had never begun; what it holds may be gone, even with its graph."""
        gesture = self._gesture
        if gesture is None:
            return
        self._end_gesture()
        self.say("", QPoint())
        if self.graph in self.document.graphs:
            gesture.cancel()
        self.viewport().update()

    def set_hand(self, on: bool) -> None:
        """Have the left button pan, as while Space is held."""
        self._hand = on
        self._update_cursor()

    @property
    def hand(self) -> bool:
        """Whether the left button pans."""
        return self._hand

    @property
    def busy(self) -> bool:
        """Whether a drag is going on."""
        return self._gesture is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._gesture is None:
            self._button = event.button()
            pressing.press(self, event.button(), self._pointer(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._move_to(self._pointer(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        gesture, dragging = self._gesture, self._dragging
        if gesture is None or event.button() != self._button:
            return
        self._end_gesture()
        self._cover(gesture.bounds())
        if dragging:
            gesture.release(self._pointer(event))
        else:
            gesture.click(self._pointer(event))
        self._hover(self._pointer(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and not self._hand:
            pressing.double_click(self, self._pointer(event))

    def _move_to(self, pointer: Pointer) -> None:
        gesture = self._gesture
        if gesture is None:
            self._hover(pointer)
            return
        if not self._dragging:
            if (pointer.view - gesture.start.view).manhattanLength() < QApplication.startDragDistance():
                return
            self._start_dragging()
        self._cover(gesture.bounds())
        gesture.move(pointer)
        self._cover(gesture.bounds())

    def _start_dragging(self) -> None:
        assert self._gesture is not None
        self._dragging = True
        if self._gesture.edge_pans:
            self._edge.start()
        self._update_cursor()

    def _end_gesture(self) -> None:
        self._gesture, self._dragging = None, False
        self._edge.stop()
        self._update_cursor()

    def _pan_at_edge(self) -> None:
        """Scroll while a drag is held near the edge of the view, faster the nearer."""
        by = zooming.edge_pull(self._last.view, self.viewport().rect(), EDGE)
        if not by.isNull():
            self.scroll_by(by)
            self._move_to(self._last._replace(scene=self.mapToScene(self._last.view)))

    def _pointer(self, event: QMouseEvent) -> Pointer:
        at = event.position().toPoint()
        self._last = Pointer(self.mapToScene(at), at, event.modifiers())
        return self._last

    def _cover(self, rect: QRectF) -> None:
        if not rect.isNull():
            self.viewport().update(self.mapFromScene(rect).boundingRect().adjusted(-6, -6, 6, 6))

    def _hover(self, pointer: Pointer) -> None:
        found = Hit() if self._hand or self._style.far else hit(self.drawing, pointer.scene, self.zoom)
        self.drawing.hover_wire(found.wire)
        if found.port != self._hovered:
            for port in (self._hovered, found.port):
                self._cover(self._port_ring(port))
            self._hovered = found.port
        self._update_cursor()

    def _update_cursor(self) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._gesture is not None and self._dragging and self._gesture.cursor is not None:
            shape = self._gesture.cursor
        elif self._hand:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hovered is not None:
            shape = Qt.CursorShape.CrossCursor
        self.viewport().setCursor(shape)

    # Painting

    def paint_over(self, painter: QPainter) -> None:
        if self._gesture is not None and self._dragging:
            self._gesture.paint(painter)
        elif self._hovered is not None and self._hovered.node in self.drawing.nodes:
            painter.setBrush(self.theme.accent)
            painter.setPen(QPen(self.theme.node, 1.5))
            painter.drawEllipse(self._port_ring(self._hovered).adjusted(3, 3, -3, -3))

    def _port_ring(self, port: PortRef | None) -> QRectF:
        if port is None or port.node not in self.drawing.nodes:
            return QRectF()
        at, radius = self.drawing.nodes[port.node].port_at(port.port, port.output), PORT_RADIUS + 5
        return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)

    # Other events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.press(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.set_hand(False)
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab opens the search; Shift+Tab leaves the canvas."""
        return False if next else super().focusNextPrevChild(next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.set_hand(False)
        super().focusOutEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._framed:
            self._framed = True
            self.frame_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint.place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        zooming.wheel(self, event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            found = hit(self.drawing, self.mapToScene(event.pos()), self.zoom)
            QToolTip.showText(event.globalPos(), pressing.tip(self, found), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and not self.busy:
            self._hover(Pointer(QPointF(1e9, 1e9), QPoint(), Qt.KeyboardModifier.NoModifier))
        return zooming.pinch(self, event) or super().viewportEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        dropping.move(self, event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drawing.hover_wire(None)

    def dropEvent(self, event: QDropEvent) -> None:
        dropping.drop(self, event)

    def _on_selection(self, names: list[str]) -> None:
        shown = ", ".join(f"{name}, {self.drawing.graph.node(name).kind}" for name in names[:5])
        self.setAccessibleDescription(f"Selected: {shown}" if shown else "Nothing is selected.")
        self.selection_changed.emit(names)
