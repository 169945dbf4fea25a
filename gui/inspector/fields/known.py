"""What an editor knows of the value it stands for, where that is not one value."""

from __future__ import annotations

from PySide6.QtCore import Qt

MIXED = object()
UNKNOWN = object()
# A menu or another window takes the focus only for a while.
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
