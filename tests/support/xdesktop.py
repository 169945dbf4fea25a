"""A screen of its own with a keyboard and a mouse: Xvfb and xdotool, which reach the editor as a user's hands do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = ("Xvfb", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
NEEDED = pytest.mark.skipif(
    bool(MISSING),
    reason=f"{' and '.join(MISSING)} cannot be found; on Debian or Ubuntu: sudo apt-get install xvfb xdotool",
)
PATIENCE = 150.0


# What a keystroke-level model gives an expert for a key, pointing, a press or release of a button, moving the hand
# between keyboard and mouse, and thinking of what comes next, in seconds (Card, Moran and Newell 1980).
KEY, POINT, BUTTON, HOMING, THOUGHT = 0.2, 1.1, 0.1, 0.4, 1.35


class Hands:
    """Presses keys and buttons of a screen, and counts them: a key with its modifiers is one.

    ``thoughts`` is counted by whoever uses them: how often a user has to think of what comes next.
    """

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}
        self._mouse = False
        self.keys = self.clicks = self.presses = self.drags = self.turns = self.homings = self.thoughts = 0

    @property
    def seconds(self) -> float:
        """What an expert takes for all of it by the keystroke-level model."""
        points = self.clicks + 2 * self.drags + self.turns
        buttons = 2 * (self.presses + self.drags)
        taken = self.keys * KEY + points * POINT + buttons * BUTTON
        return taken + self.homings * HOMING + self.thoughts * THOUGHT

    def __str__(self) -> str:
        used = f"{self.keys} keys, {self.clicks} clicks, {self.drags} drags, {self.turns} turns of the wheel"
        return f"{used}; an expert takes {self.seconds:.0f} s"

    def press(self, *keys: str) -> None:
        """Press keys, as X calls them: ``Tab``, ``ctrl+s``."""
        self._take(mouse=False)
        self._do("key", "--delay", "4", *keys)
        self.keys += len(keys)

    def type(self, text: str) -> None:
        """Type letters."""
        self._take(mouse=False)
        if text:
            self._do("type", "--delay", "4", "--", text)
            self.keys += len(text)

    def click(self, at: tuple[int, int], times: int = 1, button: int = 1) -> None:
        """Click at a point of the screen."""
        self.move(at)
        self._do("click", "--repeat", str(times), "--delay", "40", str(button))
        self.clicks += 1
        self.presses += times

    def click_adding(self, at: tuple[int, int]) -> None:
        """Click at a point with Ctrl held."""
        self._do("keydown", "ctrl")
        self.click(at)
        self._do("keyup", "ctrl")

    def move(self, at: tuple[int, int]) -> None:
        """Move the pointer there; it comes from beside, for who is there already does not enter."""
        self._take(mouse=True)
        self._do("mousemove", str(at[0] + 3), str(at[1] + 2), "mousemove", str(at[0]), str(at[1]))

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at a point, move to another in some steps, and let go."""
        self.move(start)
        self._do("mousedown", "1")
        for share in (0.1, 0.4, 0.7, 0.9, 1.0, 1.0):
            at = [round(a + (b - a) * share) for a, b in zip(start, end, strict=True)]
            self._do("mousemove", "--sync", *map(str, at)) if share < 1 else self._do("mousemove", *map(str, at))
        self._do("mouseup", "1")
        self.drags += 1

    def scroll(self, at: tuple[int, int], down: int) -> None:
        """Turn the wheel at a point, by so many notches, down or, where it is less than zero, up."""
        self.move(at)
        self._do("click", "--repeat", str(abs(down)), "--delay", "15", "5" if down > 0 else "4")
        self.turns += 1

    def take_up(self, title: str) -> None:
        """Give the window of a title the keyboard, once it is there, as the window manager of a desktop does."""
        self._do("search", "--sync", "--onlyvisible", "--name", title, "windowfocus", "--sync")

    def _take(self, *, mouse: bool) -> None:
        self.homings += mouse != self._mouse
        self._mouse = mouse

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environment, check=True, timeout=PATIENCE)


@contextmanager
def screen(size: tuple[int, int] = (1366, 768)) -> Iterator[str]:
    """A screen that nobody sees, and what it is called."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24"]
    command += ["-nolisten", "tcp", "-noreset"]  # or it would start anew when the last program has left it
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def program(command: list[str], display: str, home: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program on a screen, with a home of its own; it is ended if it is not by itself."""
    environment = {**os.environ, **_home(home), "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", **more}
    for name in ("WAYLAND_DISPLAY", "QT_SCALE_FACTOR"):
        environment.pop(name, None)
    with (home / "stderr.txt").open("ab") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        )
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def _home(home: Path) -> Mapping[str, str]:
    names = ("CONFIG", "DATA", "CACHE", "STATE")
    return {"HOME": str(home), **{f"XDG_{name}_HOME": str(home / name.lower()) for name in names}}
