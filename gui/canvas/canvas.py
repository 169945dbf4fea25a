"""The canvas: a graph of a document under mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
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

from gui.canvas.commands import CommandedStage
from gui.canvas.drag import Drag, Pointer
from gui.canvas.input import dropping, pressing, zooming
from gui.canvas.input.gestures.stretch import cursor_of
from gui.canvas.input.keys import Keymap
from gui.canvas.scene.frames import FrameHit
from gui.canvas.scene.hits import Hit, hit
from gui.widgets.text import show_tip

EDGE = 28
# Milliseconds between two steps of an edge pan.
EDGE_INTERVAL = 16


class Canvas(CommandedStage):
    """Shows a graph of a document and edits it by mouse and keyboard; ``keymap`` may be shared with others."""

    def __init__(self, parent: QWidget | None = None, keymap: Keymap | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drawing")
        self.keymap = keymap or Keymap()
        self._held_key = 0
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
            "add": self.search,
            "add_here": self.search_here,
            "frame": self.join_or_frame,
            "frame_all": self.frame_all,
            "delete": self.delete_selection,
            "delete_apart": lambda: self.delete_selection(heal=False),
        }
        self.rename_requested.connect(self.rename)
        self.zoom_changed.connect(lambda _: self.name_field.follow())
        self.grabGesture(Qt.GestureType.PinchGesture)

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
        self.motion.stop()
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
        away = self.hand or self._style.far or self.map_rect().contains(pointer.view)
        found = Hit() if away else hit(self.drawing, pointer.scene, self.zoom)
        self.drawing.hover_wire(found.wire)
        self.hover_port(found.port)
        self._grip = Qt.CursorShape.SizeAllCursor if found.dot is not None else None
        if found.frame is not None:
            self._grip = cursor_of(found.frame.side)
        self.update_cursor()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = self.keymap.command_of(event)
        if command == "hold" and not event.isAutoRepeat():
            self._held_key = event.key()
            self.set_hand(True)
        elif command != "hold" and not self._press(command):
            event.ignore()

    def _press(self, command: str) -> bool:
        """Do what a key stands for; whether it means anything now."""
        if command in self._by_key:
            self._by_key[command]()
            return True
        match command:
            case "escape" if self.busy:
                self.cancel_drag()
            case "escape" if self.clear_changes():
                pass
            case "escape" if self.graph:
                self.leave()
            case "enter" if self.selected():
                if not self.open(self.selected()[-1]):
                    self.fields_requested.emit()
            case _:
                return False
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == self._held_key and not event.isAutoRepeat():
            self.set_hand(False)
        else:
            event.ignore()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab leaves the canvas only where it stands for nothing on it; Shift+Tab does."""
        return False if next and self.keymap.takes("Tab") else super().focusNextPrevChild(next)

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
        self.place_hint()

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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is pressed on, or by the menu key of what is selected; Ctrl means the knife."""
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at, found = self._selection_hit()
            self.request_menu(self.viewport().mapToGlobal(self.mapFromScene(at)), found)
        elif not self.busy and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = self.mapToScene(self.viewport().mapFromGlobal(event.globalPos()))
            self.request_menu(event.globalPos(), hit(self.drawing, at, self.zoom))

    def _selection_hit(self) -> tuple[QPointF, Hit]:
        """What the menu key is for, and where: a node, a wire or the canvas."""
        names, wires, dots, frames = self.picked()
        if names:
            return self.drawing.nodes[names[-1]].pos(), Hit(node=names[-1])
        if wires:
            return self.drawing.wires.curve(wires[-1]).bounds.center(), Hit(wire=wires[-1])
        if dots:
            wire, number = dots[-1]
            return QPointF(*self.drawing.graph.bends(wire)[number]), Hit(wire=wire, dot=dots[-1])
        if frames:
            return self.drawing.frames.rect(frames[-1]).center(), Hit(frame=FrameHit(frames[-1]))
        return self.middle(), Hit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        dropping.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        dropping.move(self, event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        dropping.leave(self)

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = dropping.drop(self, event)
        if dropped is not None:
            if dropped.node:
                self.replace(dropped.kind, [dropped.node])
            else:
                self.add_layer(dropped.kind, dropped.at, wire=dropped.wire)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
