"""The buttons at the end of a row of a list: up, down, away. Alt with the up and down keys does the same."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from gui.widgets.text import set_tip


def move_button(sign: str, parent: QWidget) -> QToolButton:
    """A small button with a sign."""
    button = QToolButton(parent)
    button.setText(sign)
    button.setObjectName("sign")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setFixedWidth(22)
    return button


def name_buttons(name: str, up: QToolButton, down: QToolButton, remove: QToolButton) -> None:
    """Say whose the buttons are."""
    words = {up: ("Move", "up", " (Alt+Up)"), down: ("Move", "down", " (Alt+Down)"), remove: ("Take", "away", "")}
    for button, (verb, where, key) in words.items():
        set_tip(button, f"{verb} {name} {where}{key}")
        button.setAccessibleName(f"{verb} {name} {where}")
