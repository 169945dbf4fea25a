"""A small window with a field in it, which every key reaches that is pressed while it is there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)


class Popup(QFrame):
    """Has ``field`` for what is typed.

    The screen hands a window the keyboard when it comes to it. What was typed by then comes to the window before:
    its shortcuts leave them to the field. Those that come when the popup has closed go to what has the focus there.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.field = QLineEdit(self)
        self.field.installEventFilter(self)
        self.setFocusProxy(self.field)
        self._parent = parent
        self._before: QWidget | None = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._before = self._beside()
        self._before.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._before is not None:
            self._before.removeEventFilter(self)
            self._before = None
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in KEYS:
            return False
        if watched is self._before and event.type() == QEvent.Type.ShortcutOverride and is_for_field(event):
            event.accept()
            return True
        if watched is self.field and self.isHidden():
            self._hand_on(event)
            return True
        return False

    def _hand_on(self, event: QEvent) -> None:
        """Have a key where it is meant for. A window that is not in front yet tells no field of the focus that Tab
        gives it: what is there would not be selected, and the next key would be typed behind it.
        """
        before = self._beside()
        QCoreApplication.sendEvent(before, event)
        after = self._beside()
        if after is not before and not after.hasFocus():
            for widget, kind in ((before, QEvent.Type.FocusOut), (after, QEvent.Type.FocusIn)):
                if isinstance(widget, QLineEdit):
                    QCoreApplication.sendEvent(widget, QFocusEvent(kind, Qt.FocusReason.TabFocusReason))

    def _beside(self) -> QWidget:
        """What has the focus in the window that this belongs to."""
        window = self._parent.window()
        return window.focusWidget() or window


def is_for_field(event: QEvent) -> bool:
    """Whether a key that is a shortcut too is for the field that has the focus.

    Alt opens menus all the same, and help is asked for in the midst of typing.
    """
    if not isinstance(event, QKeyEvent) or event.modifiers() & Qt.KeyboardModifier.AltModifier:
        return False
    return not event.matches(QKeySequence.StandardKey.HelpContents)
