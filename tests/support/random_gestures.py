"""A hand that also cuts, bundles, replaces, bypasses, and chooses from context menus and searches."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from gui.window import MainWindow
from tests.support.canvas_tools import at_node, at_port, click, drag, drop_layer
from tests.support.mouse import double_click
from tests.support.random_hand import CONTROL, KINDS, NONE, SHIFT, Hand

MORE_KEYS = (
    (Qt.Key.Key_M, NONE),
    (Qt.Key.Key_M, NONE),
    (Qt.Key.Key_F, NONE),
    (Qt.Key.Key_S, SHIFT),
    (Qt.Key.Key_A, SHIFT),
    (Qt.Key.Key_Tab, NONE),
    (Qt.Key.Key_Tab, NONE),
    (Qt.Key.Key_Return, NONE),
    (Qt.Key.Key_Up, CONTROL | SHIFT),
    (Qt.Key.Key_Down, CONTROL | SHIFT),
    (Qt.Key.Key_F, CONTROL),
    (Qt.Key.Key_Delete, NONE),
    (Qt.Key.Key_H, NONE),
    (Qt.Key.Key_H, NONE),
    (Qt.Key.Key_M, CONTROL),
)


class FreeHand(Hand):
    """Acts on a window by every gesture there is."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        super().__init__(window, seed)
        more = (
            (6, self.press_another_key),
            (4, self.choose_from_a_menu),
            (3, self.click_wire),
            (2, self.cut_with_the_knife),
            (2, self.move_all_wires),
            (2, self.drop_a_layer),
            (2, self.arrange),
            (1, self.select_two),
            (3, self.put_a_frame),
            (3, self.drag_a_frame),
            (3, self.put_a_dot),
            (2, self.drag_a_dot),
            (2, self.type_a_name),
            (1, self.go_to_a_step),
        )
        self._actions = (*self._actions, *more)

    def press_another_key(self) -> None:
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, *self._random.choice(MORE_KEYS))
        popup = QApplication.activePopupWidget()
        if popup is not None and isinstance(popup.focusWidget(), QLineEdit):
            QTest.keyClicks(popup.focusWidget(), self._random.choice(KINDS)[:4].lower())

    def choose_from_a_menu(self) -> None:
        canvas, view = self.window.canvas, self._view
        at = self._somewhere()
        QTest.mousePress(view, Qt.MouseButton.RightButton, pos=at)
        QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))
        QTest.mouseRelease(view, Qt.MouseButton.RightButton, pos=at)
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return
        # The manual would stand in the way of all that follows.
        rows = [each for each in menu.actions() if each.isEnabled() and each.text() and not each.menu()]
        rows = [each for each in rows if "What Is This" not in each.text()]
        if rows:
            menu.setActiveAction(self._random.choice(rows))
            QTest.keyClick(menu, Qt.Key.Key_Return)
        canvas.cancel_drag()

    def click_wire(self) -> None:
        if (at := self._on_a_wire()) is not None:
            click(self.window.canvas, at, self._random.choice((NONE, SHIFT, CONTROL)))

    def cut_with_the_knife(self) -> None:
        if (at := self._on_a_wire()) is not None:
            by = QPoint(self._random.randint(-30, 30), 40)
            drag(self.window.canvas, at - by, at + by, CONTROL, Qt.MouseButton.RightButton)

    def move_all_wires(self) -> None:
        canvas, nodes = self.window.canvas, self.window.canvas.drawing.nodes
        first, second = self._node(), self._node()
        if first and second and nodes[first].box.outputs and nodes[second].box.outputs:
            canvas.frame_all()
            start, end = (
                at_port(canvas, name, next(iter(nodes[name].box.outputs)), output=True) for name in (first, second)
            )
            drag(canvas, start, end, CONTROL)

    def drop_a_layer(self) -> None:
        drop_layer(self.window.canvas, self._random.choice(KINDS), self._somewhere())

    def arrange(self) -> None:
        names = [name for name in self.window.actions_made.actions if name.startswith(("align_", "distribute_"))]
        self.window.actions_made[self._random.choice(names)].trigger()

    def select_two(self) -> None:
        self.window.canvas.select([self._node(), self._node()])

    def put_a_frame(self) -> None:
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, Qt.Key.Key_C)
        self._type_a_name(("Stem", "", "two words", "x" * 130))

    def drag_a_frame(self) -> None:
        canvas = self.window.canvas
        frames = list(canvas.drawing.frames)
        if not frames:
            return
        canvas.frame_all()
        rect = canvas.drawing.frames.rect(self._random.choice(frames).key)
        start = canvas.mapFromScene(self._random.choice((rect.topLeft() + QPointF(40, 12), rect.bottomRight())))
        by = QPoint(self._random.randint(-60, 60), self._random.randint(-60, 60))
        drag(canvas, start, start + by, self._random.choice((NONE, NONE, Qt.KeyboardModifier.AltModifier)))

    def put_a_dot(self) -> None:
        if (at := self._on_a_wire()) is not None:
            double_click(self._view, at)

    def drag_a_dot(self) -> None:
        canvas = self.window.canvas
        bent = [wire for wire in sorted(canvas.drawing.wires) if canvas.drawing.graph.bends(wire)]
        if bent:
            canvas.frame_all()
            start = canvas.mapFromScene(QPointF(*canvas.drawing.graph.bends(self._random.choice(bent))[0]))
            drag(canvas, start, start + QPoint(self._random.randint(-60, 60), self._random.randint(-60, 60)))

    def type_a_name(self) -> None:
        canvas = self.window.canvas
        if name := self._node():
            canvas.frame_all()
            at = canvas.mapFromScene(canvas.drawing.nodes[name].name_rect().center())
            double_click(self._view, at)
            self._type_a_name(("stem", "fc1", "a b", "", "layer9"))

    def _type_a_name(self, names: tuple[str, ...]) -> None:
        field = self.window.canvas.name_field
        if field.isVisible():
            QTest.keyClicks(field, self._random.choice(names))
            QTest.keyClick(field, self._random.choice((Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Escape)))

    def go_to_a_step(self) -> None:
        self.window.actions_made["history"].trigger()
        chooser = self.window.chooser
        near = min(3, len(self.window.workspace.document.history))
        for _ in range(self._random.randint(0, near)):
            QTest.keyClick(chooser.field, Qt.Key.Key_Down)
        QTest.keyClick(chooser.field, Qt.Key.Key_Return)

    def _somewhere(self) -> QPoint:
        """A node, a port, a wire or nothing."""
        canvas, name = self.window.canvas, self._node()
        canvas.frame_all()
        places = [QPoint(12, 12), self._on_a_wire()]
        if name:
            box = canvas.drawing.nodes[name].box
            places.append(at_node(canvas, name))
            places += [at_port(canvas, name, port, output=True) for port in box.outputs]
            places += [at_port(canvas, name, port, output=False) for port in box.inputs]
        return self._random.choice([place for place in places if place is not None])

    def _on_a_wire(self) -> QPoint | None:
        canvas = self.window.canvas
        canvas.frame_all()
        canvas.drawing.flush()
        wires = sorted(canvas.drawing.wires)
        if not wires:
            return None
        line = canvas.drawing.wires.curve(self._random.choice(wires)).lines(3)[0]
        return canvas.mapFromScene(line.center())
