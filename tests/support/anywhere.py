"""A hand that also chooses any command, turns the wheel, and clicks, drags and types anywhere in the window."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QMenu, QTabBar, QWidget

from gui.shell.workspaces import WORKSPACES
from gui.window import MainWindow
from tests.support.canvas_tools import drag
from tests.support.random_gestures import FreeHand
from tests.support.random_hand import CONTROL, NONE, SHIFT

W = TypeVar("W", bound=QWidget)
ALT = Qt.KeyboardModifier.AltModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
# What ends the window, or the work in it, and what stands above the canvas until it is read.
LEFT_OUT = ("quit", "new_window", "open_in_window", "move_tab", "tour")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
NAMED = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_PageDown)
SIZES = ((1024, 700), (1366, 768), (1440, 900))


class AnyHand(FreeHand):
    """Acts on all of a window."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        super().__init__(window, seed)
        more = (
            (9, self.choose_any_command),
            (4, self.turn_the_wheel),
            (4, self.click_anywhere),
            (3, self.drag_anywhere),
            (4, self.press_any_button),
            (3, self.press_any_key),
            (2, self.choose_in_a_list),
            (2, self.open_a_menu),
            (3, self.go_to_a_workspace),
            (1, self.resize_the_window),
        )
        self._actions = (*self._actions, *more)

    def choose_any_command(self) -> None:
        actions = self.window.actions_made.actions
        name = self._random.choice([each for each in actions if each not in LEFT_OUT])
        self._note(name)
        if actions[name].isEnabled():
            actions[name].trigger()

    def turn_the_wheel(self) -> None:
        at, by = self._anywhere(self._view), self._random.choice((-240, -120, -17, 17, 120, 240))
        turned = QPoint(0, by) if self._random.random() < 0.7 else QPoint(by, 0)
        held, phase = self._random.choice((NONE, NONE, SHIFT, CONTROL)), Qt.ScrollPhase.NoScrollPhase
        where = QPointF(self._view.mapToGlobal(at))
        none = Qt.MouseButton.NoButton
        QApplication.sendEvent(self._view, QWheelEvent(QPointF(at), where, QPoint(), turned, none, held, phase, False))

    def click_anywhere(self) -> None:
        at = self._anywhere(self.window)
        widget = self.window.childAt(at) or self.window
        self._note(type(widget).__name__)
        button, held = (
            self._random.choice((LEFT, LEFT, LEFT, MIDDLE)),
            self._random.choice((NONE, NONE, SHIFT, CONTROL)),
        )
        QTest.mouseClick(widget, button, held, widget.mapFrom(self.window, at))

    def drag_anywhere(self) -> None:
        """From any point of the canvas to any other, with any button."""
        if self._view.isVisible():
            button = self._random.choice((LEFT, LEFT, LEFT, MIDDLE, RIGHT))
            held = self._random.choice((NONE, NONE, SHIFT, CONTROL, ALT))
            drag(self.window.canvas, self._anywhere(self._view), self._anywhere(self._view), held, button)

    def press_any_button(self) -> None:
        found = self._everywhere(QAbstractButton)
        if found:
            button = self._random.choice(found)
            self._note(button.text() or button.accessibleName())
            QTest.mouseClick(button, LEFT)

    def press_any_key(self) -> None:
        focused = self.window.focusWidget() or self.window.canvas
        held = self._random.choice((NONE, NONE, SHIFT, ALT))
        if self._random.random() < 0.5:
            QTest.keyClicks(focused, self._random.choice(LETTERS), held)
        else:
            QTest.keyClick(focused, self._random.choice(NAMED))

    def choose_in_a_list(self) -> None:
        boxes: list[QComboBox | QTabBar] = [*self._everywhere(QComboBox), *self._everywhere(QTabBar)]
        if not boxes:
            return
        box = self._random.choice(boxes)
        if isinstance(box, QTabBar):
            index = self._random.randrange(max(1, box.count()))
            QTest.mouseClick(box, LEFT, pos=box.tabRect(index).center())
        else:
            box.setFocus()
            QTest.keyClick(box, self._random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_End)))

    def open_a_menu(self) -> None:
        """Unfold a menu of the bar, look at some of it, and take nothing."""
        menu = self._random.choice([each.menu() for each in self.window.menuBar().actions()])
        if isinstance(menu, QMenu):
            menu.popup(self.window.mapToGlobal(QPoint(20, 20)))
            for _ in range(self._random.randint(0, 4)):
                QTest.keyClick(menu, Qt.Key.Key_Down)
            menu.close()

    def go_to_a_workspace(self) -> None:
        self.window.show_panel(self._random.choice(("Draw", "Draw", *WORKSPACES)))

    def resize_the_window(self) -> None:
        self.window.resize(*self._random.choice(SIZES))

    def _anywhere(self, widget: QWidget) -> QPoint:
        return QPoint(self._random.randrange(max(1, widget.width())), self._random.randrange(max(1, widget.height())))

    def _everywhere(self, kind: type[W]) -> list[W]:
        return [each for each in self.window.findChildren(kind) if each.isVisible() and each.isEnabled()]

    def _note(self, what: str) -> None:
        self.done[-1] = f"{self.done[-1]} {what}".strip()

    def _close_popups(self) -> None:
        super()._close_popups()
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            if self._random.random() < 0.3:
                QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
            super()._close_popups()
            if dialog is QApplication.activeModalWidget():
                dialog.reject()
