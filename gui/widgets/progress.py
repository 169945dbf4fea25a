"""A bar of progress."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """Moves by itself only while it is not known how far something is: Qt's goes on, thirty times a second, for as
    long as too little is done to be seen."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.StyleAnimationUpdate and self.maximum() > self.minimum():
            event.ignore()  # so that the animation ends
            return True
        return super().event(event)
