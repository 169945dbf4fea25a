"""The canvas: a graph of a document under mouse and keyboard, and the commands on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from graph.edits import blocks, flow, joining
from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.records import Wire
from gui.canvas.drag import Drag, Pointer
from gui.canvas.input import clipboard, dropping, keys, pressing, zooming
from gui.canvas.input.walking import step
from gui.canvas.look.box import size_in, width_in
from gui.canvas.scene.hits import Hit, hit
from gui.canvas.stage import Stage
from gui.widgets.text import show_tip

EDGE = 28
# Milliseconds between two steps of an edge pan.
EDGE_INTERVAL = 16


class Canvas(Stage):
    """Shows a graph of a document and edits it: takes Qt's events and owns the commands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing")
        self._button = Qt.MouseButton.NoButton
        self._last = Pointer(QPointF(), QPoint(), Qt.KeyboardModifier.NoModifier)
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_INTERVAL)
        self._edge.timeout.connect(self._pan_at_edge)
        self._by_key: dict[str, Callable[[], object]] = {
            "walk_left": lambda: self.walk((-1, 0)),
            "walk_right": lambda: self.walk((1, 0)),
            "walk_up": lambda: self.walk((0, -1)),
            "walk_down": lambda: self.walk((0, 1)),
            "search": self.search,
            "frame": self.join_or_frame,
            "frame_all": self.frame_all,
            "delete": self.delete_selection,
            "delete_apart": lambda: self.delete_selection(heal=False),
        }
        self.grabGesture(Qt.GestureType.PinchGesture)

    # Commands

    def select_all(self) -> None:
        """Select every node."""
        self.select(self.drawing.nodes)

    def search(self) -> None:
        """Ask for the search for a layer: behind the node selected last, or at the pointer if there is none."""
        end = self.growing_end()
        if end is None:
            self.request_search(self.free_place(self.pointer_place()))
            return
        card = self.drawing.nodes[end.node].card()
        at = card.topRight() if end.output else card.bottomLeft()
        self.request_search(at if self.visible().contains(at) else self.middle(), end, beside=True)

    def growing_end(self) -> PortRef | None:
        """The port that a layer added by a key is wired to: of the node selected last."""
        selected = self.selected()
        end = joining.growing_end(self.drawing.graph, selected[-1]) if selected else None
        return None if end is None else PortRef(*end)

    def join_or_frame(self) -> None:
        """Wire the left one of two selected nodes to the right one; frame any other selection."""
        names = self.selected()
        if len(names) != 2 or joining.are_joined(self.drawing.graph, names):
            self.frame_selection()
            return
        self.attempt(lambda: joining.connect_two(self.document, self.graph, names))

    def frame_selection(self) -> None:
        """Bring the selected nodes into view; the whole drawing if there are none."""
        self.frame(self.drawing.bounds(self.selected() or None))

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
        self._tell_added(made, source)
        return made[0] if made else ""

    def add_beside(self, kind: str, source: PortRef) -> str:
        """Add a layer in a free place beside a port, wired to it where it fits, and select it; its name."""
        made: list[str] = []
        size = size_in(self.document, self.graph)
        self.attempt(lambda: made.append(flow.add_beside(self.document, self.graph, kind, source, size)))
        self._tell_added(made, source)
        if made:
            self.bring_into_view(self.drawing.nodes[made[0]].card())
        return made[0] if made else ""

    def _tell_added(self, made: list[str], source: PortRef | None) -> None:
        """Select a new node; say why it has no wire where one was wanted."""
        if not made:
            return
        name = made[0]
        self.select(made)
        if source is not None and not joining.are_joined(self.drawing.graph, (name, source.node)):
            why = joining.why_apart(self.document, self.graph, source, name)
            self._tell(f"{name} is added without a wire: {why}")

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

    def walk(self, direction: tuple[int, int]) -> None:
        """Go from the node selected last to its neighbour in a direction."""
        selected = self.selected()
        name = step(self.drawing, selected[-1] if selected else "", direction)
        if not name:
            return
        self.select([name])
        if not self.visible().contains(self.drawing.nodes[name].card()):
            self.center_on_node(name)

    # Mouse

    def begin(self, drag: Drag) -> None:
        """Start a drag."""
        self._drag = drag
        self._dragging = False
        if not drag.threshold:
            self._start_dragging()

    def end_drag(self) -> None:
        self._edge.stop()
        super().end_drag()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._drag is None:
            self._button = event.button()
            drag = pressing.press(self, event.button(), self._pointer(event))
            if drag is not None:
                self.begin(drag)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._move_to(self._pointer(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        drag, dragging = self._drag, self._dragging
        if drag is None or event.button() != self._button:
            return
        self.end_drag()
        self.cover(drag.bounds())
        if dragging:
            drag.release(self._pointer(event))
        else:
            drag.click(self._pointer(event))
        self._hover(self._pointer(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and not self.hand:
            pressing.double_click(self, self._pointer(event))

    def _move_to(self, pointer: Pointer) -> None:
        drag = self._drag
        if drag is None:
            self._hover(pointer)
            return
        if not self._dragging:
            if (pointer.view - drag.start.view).manhattanLength() < QApplication.startDragDistance():
                return
            self._start_dragging()
        self.cover(drag.bounds())
        drag.move(pointer)
        self.cover(drag.bounds())

    def _start_dragging(self) -> None:
        assert self._drag is not None
        self._dragging = True
        if self._drag.edge_pans:
            self._edge.start()
        self.update_cursor()

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

    def _hover(self, pointer: Pointer) -> None:
        found = Hit() if self.hand or self._style.far else hit(self.drawing, pointer.scene, self.zoom)
        self.drawing.hover_wire(found.wire)
        self.hover_port(found.port)
        self.update_cursor()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._press(keys.command_of(event), event.isAutoRepeat()):
            event.ignore()

    def _press(self, command: str, repeated: bool) -> bool:
        """Do what a key stands for; whether it means anything now."""
        if command in self._by_key:
            self._by_key[command]()
            return True
        match command:
            case "hold":
                if not repeated:
                    self.set_hand(True)
            case "escape" if self.busy:
                self.cancel_drag()
            case "escape" if self.graph:
                self.leave()
            case "enter" if self.selected():
                if not self.open(self.selected()[-1]):
                    self.fields_requested.emit()
            case _:
                return False
        return True

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

    # Other events

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
            show_tip(self.viewport(), event.globalPos(), pressing.tip(self, found))
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
        dropped = dropping.drop(self, event)
        if dropped is not None:
            self.add_layer(dropped.kind, dropped.at, wire=dropped.wire)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
