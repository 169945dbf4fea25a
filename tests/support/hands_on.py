"""The editor on a screen of its own, used by keys and mouse of X: what a user does, in their words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from time import monotonic
from typing import Any, TypeVar

from graph.document import Document
from graph.storage.loom import loads
from tests.support.xdesktop import PATIENCE, Hands, program

OBSERVED = [sys.executable, "-m", "tests.support.observed_editor"]
Point = tuple[int, int]
T = TypeVar("T")
# Pixels by which a notch of the wheel moves the palette, about.
NOTCH = 60


class Editor:
    """The process of an editor, its user's hands, and what an observer sees in it."""

    def __init__(self, process: Popen[bytes], hands: Hands, home: Path) -> None:
        self._process, self.hands, self._home = process, hands, home
        self.pictures = len(list(home.glob("*.png")))
        assert self._line() == "ready"

    def ask(self, what: str, *arguments: object) -> Any:
        """What the observer says."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([what, *arguments]).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._line()
        assert not (isinstance(answer, dict) and "error" in answer), answer
        return answer

    def until(self, found: Callable[[], T], what: str) -> T:
        """What is found once it is there; it is looked for whenever something was painted.

        Raises:
            AssertionError: it is not there after a long time.
        """
        end = monotonic() + PATIENCE
        while not (answer := found()):
            assert monotonic() < end, f"Waited {PATIENCE:g} s: {what}."
            self.ask("painted")
        return answer

    def drawing(self) -> Document:
        """What is drawn at the moment."""
        return loads(self.ask("drawing"))

    def await_focus(self, window: str, *widgets: str) -> None:
        """Wait until a window of that class has the keyboard, and in it one of these widgets if any are named."""

        def there() -> bool:
            found = self.ask("focus")
            return found["window"] == window and (not widgets or found["widget"] in widgets)

        self.until(there, f"{window} {' or '.join(widgets)} has not got the keyboard, but {self.ask('focus')}")

    def find(self, text: str, kind: str = "") -> Point:
        """Where the widget of a text or name is, once it is there."""
        found = self.until(lambda: self.ask("find", text, kind), f"nothing is called {text!r}")
        return (found[0], found[1])

    def scroll_to(self, text: str, kind: str, over: Point) -> Point:
        """Where a widget is, having turned the wheel over a place until it is in view."""
        while not (found := self.ask("find", text, kind)):
            place = self.ask("place", text, kind)
            self.hands.scroll(over, max(1, (place[1] - over[1]) // NOTCH))
            self.until(lambda: self.ask("place", text, kind) != place, f"{text!r} does not come into view")  # noqa: B023
        return (found[0], found[1])

    def row(self, text: str, kind: str = "") -> Point:
        """Where the row, tab or menu entry of a text is, once it is there."""
        found = self.until(lambda: self.ask("row", text, kind), f"no row begins with {text!r}")
        return (found[0], found[1])

    def press(self, button: str, kind: str = "QAbstractButton") -> None:
        """Click on a button."""
        self.hands.click(self.find(button, kind))

    def told(self, words: str) -> str:
        """What some label says in which these words are, once it says so."""

        def said() -> str:
            return next((text for text in self.ask("texts") if words in text), "")

        return self.until(said, f"nothing says {words!r}")

    def picture(self, name: str) -> None:
        """Keep what is on the screen beside the other files of the user."""
        self.pictures += 1
        assert self.ask("picture", str(self._home / f"{self.pictures:02} {name}.png"))

    def quit(self) -> None:
        """Leave the editor, and wait until it has ended."""
        self.hands.press("ctrl+q")
        self._process.wait(PATIENCE)

    # By keys

    def add(self, text: str, *fields: str) -> None:
        """Add a layer behind the selection, and type into its first fields; those passed by stay as they are.

        As fast as keys can be pressed: whether the search has come up by then is not waited for.
        """
        self.hands.thoughts += 1
        self.hands.press("Tab")
        self.hands.type(text)
        self.hands.press("Return")
        if fields:
            self.fill(fields)

    def fill(self, fields: Iterable[str]) -> None:
        """Type into one field after the other, and go back to the canvas."""
        for index, text in enumerate(fields):
            if index:
                self.hands.press("Tab")
            self.hands.type(text)
        self.hands.press("Return")
        self.await_focus("MainWindow", "Canvas")

    def name_file(self, path: Path) -> None:
        """Type a path into the dialog that asks for one."""
        self.await_focus("QFileDialog")
        self.hands.type(str(path))
        self.hands.press("Return")
        self.come_back("QFileDialog")

    def come_back(self, dialog: str) -> None:
        """Wait until a dialog is closed, and go on in the window, which a window manager would give the keyboard."""
        self.until(lambda: self.ask("focus")["window"] != dialog, f"{dialog} stays open")
        if self.ask("focus")["window"] == "":
            self.hands.take_up("Layerloom")

    # By mouse

    def add_from_palette(self, label: str, *fields: str) -> None:
        """Double-click a layer in the palette, turning the wheel to where it is, and type into its first fields."""
        self.hands.thoughts += 1
        before = len(self.drawing().model.nodes)
        self.hands.click(self.in_palette(label), times=2)
        self.until(lambda: len(self.drawing().model.nodes) > before, f"{label} is not added")
        if fields:
            self.fill(fields)

    def in_palette(self, label: str) -> Point:
        """Where a layer is in the palette, having turned the wheel to it."""
        middle = self.find("Layers", "QTreeWidget")
        while not (found := self.ask("row", label, "_Tree")):
            far = self.ask("below", label, "_Tree")
            self.hands.scroll(middle, round(far / NOTCH) or (1 if far > 0 else -1))
            self.until(lambda: self.ask("below", label, "_Tree") != far, "the palette does not turn")  # noqa: B023
        return (found[0], found[1])

    def _line(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the editor has ended"
        return json.loads(line)


@contextmanager
def editor(display: str, home: Path, *arguments: str, **environment: str) -> Iterator[Editor]:
    """An editor on a screen, with a home of its own; nothing it says to stderr is left unread."""
    hands = Hands(display)
    with program([*OBSERVED, *arguments], display, home, **environment) as process:
        shown = Editor(process, hands, home)
        hands.take_up("Layerloom")
        yield shown
    said = (home / "stderr.txt").read_text()
    assert not said, said
