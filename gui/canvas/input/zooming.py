"""Wheel, touchpad and pinch; and the pull of the edges."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from gui.canvas.view import View

_NOTCH = 120.0
_PER_NOTCH = 1.2
_FASTEST = 24
# Pixels for each eighth of a degree that a wheel is turned to pan sideways.
_SIDEWAYS = 0.5


def wheel(view: View, event: QWheelEvent) -> None:
    """A wheel zooms at the pointer, with Shift it pans sideways; two fingers scroll, and zoom with Ctrl."""
    touchpad = event.deviceType() == QInputDevice.DeviceType.TouchPad or not event.pixelDelta().isNull()
    if touchpad and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        view.scroll_by(-(event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()))
        return
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or _is_sideways(event):
        turned = event.angleDelta().x() or event.angleDelta().y()
        view.scroll_by(QPoint(round(-turned * _SIDEWAYS), 0))
        return
    # With Alt held the wheel turns sideways.
    turned = event.angleDelta().y() or event.angleDelta().x()
    view.zoom_to(view.zoom * _PER_NOTCH ** (turned / _NOTCH), event.position().toPoint())


def _is_sideways(event: QWheelEvent) -> bool:
    """Whether a wheel was tilted, or a second one turned; with Alt held, Qt tells of the only one so."""
    turned = event.angleDelta()
    return turned.x() != 0 and turned.y() == 0 and not event.modifiers() & Qt.KeyboardModifier.AltModifier


def pinch(view: View, event: QEvent) -> bool:
    """Zoom by two fingers; whether the event was that."""
    if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
        view.zoom_to(view.zoom * (1 + event.value()), event.position().toPoint())
        return True
    if isinstance(event, QGestureEvent):
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(gesture, QPinchGesture):
            view.zoom_to(view.zoom * gesture.scaleFactor(), view.mapFromGlobal(gesture.centerPoint().toPoint()))
            return True
    return False


def edge_pull(at: QPoint, rect: QRect, edge: int) -> QPoint:
    """How far to scroll when the pointer is held at a point: nothing but within ``edge`` pixels of the border."""
    return QPoint(
        _pull(at.x(), rect.left(), rect.right(), edge),
        _pull(at.y(), rect.top(), rect.bottom(), edge),
    )


def _pull(at: int, low: int, high: int, edge: int) -> int:
    if at < low + edge:
        return -min(_FASTEST, (low + edge - at) // 2 + 1)
    if at > high - edge:
        return min(_FASTEST, (at - high + edge) // 2 + 1)
    return 0
