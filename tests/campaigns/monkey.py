"""Does anything at all in the editor's window by real events, for as long as it is given, and looks at what is left.

``python -m tests.campaigns.monkey --seconds 300``. Each seed is a window of its own in a process of its own. What must
hold: no exception, no warning of Python's or Qt's; the document reads back as it was written; what was painted bit by
bit is what a whole repaint gives, and what a new window of the saved document shows; undoing all, redoing all and
undoing all again comes back to the same texts. A seed does the same again: ``--once SEED``.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QMessageLogContext, QRect, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from graph.edits.picked import Picked
from graph.storage.loom import dumps, loads, save
from gui.commands.files import examples_dir
from gui.widgets import dialogs
from tests.support.anywhere import AnyHand
from tests.support.editor_window import EditorWindow, draw, draw_blocks, fake_command

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "build" / "monkey"
ACTIONS = 80
LOOKS = 8
SIDE = (800, 500)
EXAMPLES = ("lenet5", "residual_block", "unet_small", "gru_cell", "vae")
# What the offscreen platform says of what it has no use for.
IGNORED = ("This plugin does not support",)
WALL_SECONDS = 300


class Faults:
    """What went wrong so far."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.done: list[str] = []

    def add(self, what: str) -> None:
        after = ", ".join(self.done[-3:]) or "nothing"
        self.found.append(f"{what}\n  after {len(self.done)} actions, the last: {after}")

    def check(self, holds: bool, what: str) -> None:
        if not holds:
            self.add(what)

    def listen(self) -> None:
        """Take every exception in a slot, warning and message of Qt from now on."""
        sys.excepthook = self._take_exception
        sys.unraisablehook = lambda one: self.add(f"Unraisable: {one.exc_value!r} in {one.object!r}")
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_args, **_keywords: self.add(f"Warning: {message!r}")
        qInstallMessageHandler(self._take_message)

    def _take_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.add("".join(traceback.format_exception(kind, error, trace)))

    def _take_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not text.startswith(IGNORED):
            self.add(f"Qt: {text}")


def begin(window: EditorWindow, seed: int) -> None:
    """Have something on the canvas."""
    if seed % 3 == 0:
        draw(window)
    elif seed % 3 == 1:
        draw_blocks(window)
    else:
        window.files.load(examples_dir() / f"{EXAMPLES[seed // 3 % len(EXAMPLES)]}.loom", as_copy=True)
    window.workspace.document.forget_history()


def act(seed: int, actions: int, folder: Path, faults: Faults) -> None:
    """Do it in one window."""
    window = EditorWindow(fake_command("endless"))
    with pytest.MonkeyPatch.context() as patch:
        window.answers.install(patch)
        patch.setattr(dialogs, "ask_trust", lambda *_: True)
        window.answers.path = str(folder / "kept.loom")
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        QApplication.processEvents()
        begin(window, seed)
        save(window.workspace.document, folder / "kept.loom")
        first, start = window.workspace.document, dumps(window.workspace.document)
        hand = AnyHand(window, seed)
        faults.done = hand.done
        for _ in range(0, actions, LOOKS):
            hand.act(LOOKS)
            look(window, faults, folder)
        rest(window)
        look(window, faults, folder)
        agree_with_a_new_window(window, faults, folder)
        there_and_back(window, faults, folder, start if window.workspace.document is first else None)
        window.answers.unsaved, window.answers.agree = "discard", True
        faults.check(window.close(), "The window does not close.")
        QApplication.processEvents()


def rest(window: EditorWindow) -> None:
    """Leave what is half done."""
    window.workspace.settle()
    window.show_panel("Draw")
    if window.canvas.name_field.isVisible():
        QTest.keyClick(window.canvas.name_field, Qt.Key.Key_Escape)
    window.framing.touring.tour.end()
    window.canvas.cancel_drag()
    window.canvas.motion.stop()
    window.training.on_nodes.setCurrentIndex(0)
    window.resize(1500, 900)
    window.canvas.setFixedSize(*SIDE)
    window.analysis.update()
    QApplication.processEvents()


def look(window: EditorWindow, faults: Faults, folder: Path) -> None:
    """Hold the document and what is painted against what they must be."""
    document, canvas = window.workspace.document, window.canvas
    text = dumps(document)
    try:
        faults.check(dumps(loads(text)) == text, "The document does not read back as it was written.")
    except Exception as error:
        faults.add(f"The document cannot be read back: {error}")
    toured = window.framing.touring.tour.running
    if canvas.viewport().isVisible() and not canvas.motion.on and not toured:
        # What is shown a moment later must not come between the two pictures.
        window.analysis.settle()
        canvas.settle_map()
        pictures = on_screen(window), as_repainted(window)
        if differs := differing(*pictures):
            faults.add(f"What is on the screen is not what a repaint gives: {differs}.")
            keep(pictures, folder, f"screen-{len(faults.done)}", f"repaint-{len(faults.done)}")


def on_screen(window: EditorWindow) -> QImage:
    """What has been painted of the canvas so far, without painting it anew."""
    for _ in range(3):
        window.canvas.drawing.flush()
        QApplication.processEvents()
    view = window.canvas
    whole = window.screen().grabWindow(window.winId())
    seen = in_view(window)
    rect = QRect(view.mapTo(window, seen.topLeft()), seen.size())
    return whole.copy(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)


def in_view(window: EditorWindow) -> QRect:
    """What a small window holds of its canvas."""
    view = window.canvas.viewport()
    return view.visibleRegion().boundingRect().translated(view.pos())


def as_repainted(window: EditorWindow) -> QImage:
    """The canvas, with what stands on it, painted whole."""
    QApplication.processEvents()
    return window.canvas.grab(in_view(window)).toImage().convertToFormat(QImage.Format.Format_RGB32)


def keep(pictures: Sequence[QImage], folder: Path, *names: str) -> None:
    """Put pictures where they can be looked at."""
    for name, each in zip(names, pictures, strict=True):
        each.save(str(folder / f"{name}.png"))


def differing(one: QImage, other: QImage) -> str:
    """Where two pictures differ; "" where they do not."""
    if one.size() != other.size():
        return f"{one.size().toTuple()} and {other.size().toTuple()}"
    if one == other:
        return ""
    spots = [(x, y) for y in range(one.height()) for x in range(one.width()) if one.pixel(x, y) != other.pixel(x, y)]
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return f"{len(spots)} pixels in x {min(across)}..{max(across)}, y {min(down)}..{max(down)}" if spots else ""


def agree_with_a_new_window(window: EditorWindow, faults: Faults, folder: Path) -> None:
    """What the canvas shows after all that must be what a new window shows of the saved document."""
    path = folder / "saved.loom"
    save(window.workspace.document, path)
    other = EditorWindow(fake_command())
    other.resize(window.size())
    other.show()
    other.files.load(path)
    QApplication.processEvents()
    rest(other)
    pictures = [settled(each, window.canvas.graph) for each in (window, other)]
    differs = differing(*pictures)
    if differs:
        keep(pictures, folder, "worked", "new")
        faults.add(f"The canvas does not show what a new window shows of the saved document: {differs}.")
    other.answers.unsaved = "discard"
    other.close()
    other.deleteLater()


def settled(window: EditorWindow, graph: str) -> QImage:
    """What a canvas shows of a graph where nothing but the document decides it."""
    canvas = window.canvas
    canvas.go_to_graph(graph)
    canvas.pick(Picked())
    canvas.clear_changes()
    canvas.drawing.insist()
    canvas.hover_port(None)
    canvas.drawing.hover_wire(None)
    canvas.hide_bubble()
    canvas.frame_all()
    window.status.setFocus()
    window.analysis.settle()
    canvas.settle_map()
    return as_repainted(window)


def there_and_back(window: EditorWindow, faults: Faults, folder: Path, start: str | None) -> None:
    """Undo all, redo all, undo all."""
    document = window.workspace.document
    end, done = dumps(document), len(document.history)
    step(window, "undo", done)
    first = dumps(document)
    faults.check(start is None or first == start, "Undoing all does not come back to the start.")
    faults.check(not document.history, "There is something left to undo.")
    step(window, "redo", done)
    faults.check(dumps(document) == end, "Redoing all does not come back to the end.")
    look(window, faults, folder)
    step(window, "undo", done)
    faults.check(dumps(document) == first, "Undoing all again comes back to something else.")
    look(window, faults, folder)


def step(window: EditorWindow, way: str, times: int) -> None:
    for _ in range(times):
        window.actions_made[way].trigger()
        QApplication.processEvents()


def once(seed: int, actions: int) -> int:
    """One seed in this process; 1 if anything was wrong."""
    faulthandler.enable()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = KEPT / str(seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = tempfile.mkdtemp(prefix="layerloom-monkey-")
    app = QApplication(sys.argv[:1])
    faults = Faults()
    faults.listen()
    try:
        act(seed, actions, folder, faults)
    except Exception:
        faults.add(traceback.format_exc())
    for each in faults.found:
        print(each)
    sys.stdout.flush()
    del app
    os._exit(1 if faults.found else 0)  # without a question about what is open still


def campaign(seconds: float, seed: int, actions: int) -> int:
    """One seed after the other until the time is over, at least one; 1 if anything was wrong."""
    until, windows, failed = time.monotonic() + seconds, 0, []
    while not windows or time.monotonic() < until:
        command = [sys.executable, "-m", "tests.campaigns.monkey", "--once", str(seed), "--actions", str(actions)]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WALL_SECONDS, check=False)
            told, code = done.stdout + done.stderr, done.returncode
        except subprocess.TimeoutExpired:
            told, code = f"It took more than {WALL_SECONDS} s.\n", 1
        if code:
            failed.append(seed)
            print(f"Seed {seed} ended with {code}:\n{told}", flush=True)
        else:
            shutil.rmtree(KEPT / str(seed), ignore_errors=True)
        windows, seed = windows + 1, seed + 1
    print(f"{windows} windows, {windows * actions} actions, {len(failed)} failed", flush=True)
    return 1 if failed else 0


def main() -> int:
    """Run the campaign, or one seed of it; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=0, help="the first of them")
    parser.add_argument("--actions", type=int, default=ACTIONS, help="in each window")
    parser.add_argument("--once", type=int, metavar="SEED", help="this seed alone, in this process")
    chosen = parser.parse_args()
    if chosen.once is not None:
        return once(chosen.once, chosen.actions)
    return campaign(chosen.seconds, chosen.seed, chosen.actions)


if __name__ == "__main__":
    sys.exit(main())
