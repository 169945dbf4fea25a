"""The keys of every command as the user has them: changed, kept in the preferences, and shown wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar

from gui import preferences as settings
from gui.canvas.input.keys import BINDINGS, Keymap, written
from gui.shell.actions import CANVAS_KEYS, COMMANDS, Actions, Command
from gui.widgets.text import set_tip


class Bindings:
    """Which keys stand for which command in one window."""

    def __init__(self, actions: Actions, keymap: Keymap, bar: QMenuBar) -> None:
        self._actions, self._keymap, self._bar = actions, keymap, bar
        self.commands = {each.id: each for each in (*COMMANDS, *CANVAS_KEYS) if each.keys or each.id in actions.actions}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._use(settings.keys())

    def keys(self, command: str) -> tuple[str, ...]:
        """The keys of a command."""
        return self._keys.get(command, ())

    def is_own(self, command: str) -> bool:
        """Whether a command has other keys than at first."""
        return self.keys(command) != defaults(self.commands[command])

    def owner(self, key: str) -> str:
        """What a key stands for already, by its name; "" if for nothing."""
        for name, keys in self._keys.items():
            if key in keys:
                return self.commands[name].name
        menus = (action.text() for action in self._bar.actions())
        opened = (text.replace("&", "") for text in menus if QKeySequence.mnemonic(text).toString() == key)
        return next((f"the menu {menu}" for menu in opened), "")

    def take(self, command: str, key: str) -> None:
        """Have a command stand for one key, which no other stands for any more."""
        own = {name: keys for name, keys in self._own().items() if name != command}
        for name, keys in self._keys.items():
            if key in keys and name != command:
                own[name] = tuple(each for each in keys if each != key)
        self._keep({**own, command: (key,)})

    def reset(self, command: str) -> None:
        """Give a command the keys it had at first, as far as no other has been given them."""
        self._keep({name: keys for name, keys in self._own().items() if name != command})

    def reset_all(self) -> None:
        """Give every command the keys it had at first."""
        self._keep({})

    def reload(self) -> None:
        """Take the keys as they are in the preferences by now."""
        self._use(settings.keys())

    def _own(self) -> dict[str, tuple[str, ...]]:
        return {name: keys for name, keys in self._keys.items() if self.is_own(name)}

    def _keep(self, own: Mapping[str, Iterable[str]]) -> None:
        self._use(own)
        settings.set_keys({name: list(keys) for name, keys in self._own().items()})

    def _use(self, own: Mapping[str, Iterable[str]]) -> None:
        """Bind every command; of two that want the same key, the one the user has said it of gets it."""
        taken: set[str] = set()
        before, self._keys = self._keys, {}
        for name in sorted(self.commands, key=lambda name: name not in own):
            wanted = map(written, own[name]) if name in own else defaults(self.commands[name])
            self._keys[name] = tuple(key for key in dict.fromkeys(wanted) if key and key not in taken)
            taken.update(self._keys[name])
        for name, keys in self._keys.items():
            if before.get(name) != keys:
                self._bind(self.commands[name], keys)

    def _bind(self, command: Command, keys: tuple[str, ...]) -> None:
        if command.id in BINDINGS:
            self._keymap.bind(command.id, keys)
        action = self._actions.actions.get(command.id)
        if action is None:
            return
        shown = ([command.gesture] if command.gesture else []) + [native(key) for key in keys]
        if command.own:
            # The canvas takes them: as shortcuts they would take them from everything else.
            action.setText("\t".join(filter(None, [command.text, ", ".join(shown)])))
        else:
            action.setShortcuts([QKeySequence(key) for key in keys])
        set_tip(action, f"{command.tip or command.name}" + (f" ({shown[0]})" if shown else ""))


def defaults(command: Command) -> tuple[str, ...]:
    """The keys a command has at first, as Qt writes them."""
    return tuple(map(written, command.keys))


def native(key: str) -> str:
    """A key as the system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
