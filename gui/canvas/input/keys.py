"""The keys that the canvas itself takes: which command each stands for, as the user has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

BINDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "walk_left": ("Left",),
        "walk_right": ("Right",),
        "walk_up": ("Up",),
        "walk_down": ("Down",),
        "add": ("Tab",),
        "add_here": ("Shift+A",),
        "hold": ("Space",),
        "escape": ("Esc",),
        "enter": ("Return", "Enter"),
        "frame": ("F",),
        "frame_all": ("Home",),
        "delete": ("Del", "Backspace"),
        "delete_apart": ("Shift+Del", "Shift+Backspace"),
    }
)


class Keymap:
    """The commands by their keys, written as Qt writes them."""

    def __init__(self) -> None:
        self._commands: dict[str, str] = {}
        for command, keys in BINDINGS.items():
            self.bind(command, keys)

    def bind(self, command: str, keys: Iterable[str]) -> None:
        """Have a command stand for these keys and no others."""
        self._commands = {key: other for key, other in self._commands.items() if other != command}
        self._commands.update(dict.fromkeys(map(written, keys), command))

    def command_of(self, event: QKeyEvent) -> str:
        """The command a key stands for; "" where it stands for none."""
        return self._commands.get(key_of(event), "")

    def takes(self, key: str) -> bool:
        """Whether a key stands for a command."""
        return written(key) in self._commands


@lru_cache(1024)  # every window asks for the keys of every command
def written(key: str) -> str:
    """A key as Qt writes it; "" for a text that names none, or several in a row."""
    sequence = QKeySequence.fromString(key, QKeySequence.SequenceFormat.PortableText)
    text = sequence.toString()
    return text if sequence.count() == 1 and QKeySequence(text) == sequence else ""


def key_of(event: QKeyEvent) -> str:
    """A key that was pressed, with its modifiers, as Qt writes it; that it is on the keypad does not matter."""
    modifiers, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    return QKeySequence(QKeyCombination(modifiers, key)).toString()
