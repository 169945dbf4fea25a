"""A hand that also cuts, bundles, replaces, bypasses, and chooses from context menus and searches."""

from __future__ import annotations

from canvas_tools import at_node, at_port, click, drag, drop_layer
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from random_hand import CONTROL, KINDS, NONE, SHIFT, Hand

from gui.window import MainWindow

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
        rows = [action for action in menu.actions() if action.isEnabled() and action.text() and not action.menu()]
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
            ends = [at_port(canvas, name, next(iter(nodes[name].box.outputs)), output=True) for name in (first, second)]
            drag(canvas, *ends, CONTROL)

    def drop_a_layer(self) -> None:
        drop_layer(self.window.canvas, self._random.choice(KINDS), self._somewhere())

    def arrange(self) -> None:
        names = [name for name in self.window.actions_made.actions if name.startswith(("align_", "distribute_"))]
        self.window.actions_made[self._random.choice(names)].trigger()

    def select_two(self) -> None:
        self.window.canvas.select([self._node(), self._node()])

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
