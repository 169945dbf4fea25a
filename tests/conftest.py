"""What every test gets: an offscreen Qt, settings of its own, and a search for what it left behind."""

from __future__ import annotations

import gc
import os
import select
import signal
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from tests.support.editor_window import EditorWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # as in the worker: beside another test run, torch would crawl
# One core a process, as there is a process a core: halves of operations that wait for each other cost a fifth more.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import shiboken6
from hypothesis import HealthCheck, settings
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QThread, QTimer
from PySide6.QtGui import QCursor, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

GRACE_SECONDS = 5

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
_qthreads: weakref.WeakSet[QThread] = weakref.WeakSet()


def _remember(cls: Any, started: weakref.WeakSet[Any]) -> None:
    """Note every object of a Qt class that is started from Python; Qt's own timers are its own affair."""
    start = cls.start

    def noting_start(self: Any, *arguments: Any, **keywords: Any) -> Any:
        started.add(self)
        return start(self, *arguments, **keywords)

    cls.start = noting_start


_remember(QTimer, _timers)
_remember(QThread, _qthreads)


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's preferences, caches or unsaved work, nor those of another test."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))


@pytest.fixture(autouse=True)
def nothing_left_behind(settings_of_its_own: None) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer, a process or a window behind."""
    threads, processes, windows = set(threading.enumerate()), _children(), _windows()
    yield
    _let_go()
    _clear_clipboard()
    _delete_what_is_due()
    left = [f"thread {thread.name}" for thread in _new_threads(threads)]
    left += [f"thread {thread!r}" for thread in list(_qthreads) if not _finished(thread)]
    left += [f"timer {timer!r}" for timer in list(_timers) if not _stopped(timer)]
    left += [f"process {pid}: {_command(pid)}" for pid in _still_running(_children() - processes)]
    left += [f"window {window!r}" for window in _new_windows(windows)]
    _end_all(processes)
    if left:
        pytest.fail("The test left behind: " + "; ".join(left), pytrace=False)


def _let_go() -> None:
    """A button that a test holds to its end would take the pointer from the widgets of the next, and the pointer itself
    would stand where it left it.
    """
    if not isinstance(QCoreApplication.instance(), QApplication):
        return
    QCursor.setPos(0, 0)
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
        if button & QApplication.mouseButtons():
            window = QWindow()
            window.show()
            QTest.mouseRelease(window, button, Qt.KeyboardModifier.NoModifier, QPoint(0, 0))
            window.destroy()


def _clear_clipboard() -> None:
    """One test's copy is no other's; and offscreen Qt crashes at exit over data that Python put on the clipboard."""
    if isinstance(QCoreApplication.instance(), QApplication):
        QApplication.clipboard().clear()


def _delete_what_is_due() -> None:
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    found = []
    for thread in set(threading.enumerate()) - before:
        # A dummy stands for a thread of a C++ library, such as torch's autograd, that once ran Python.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(GRACE_SECONDS)
        if thread.is_alive():
            found.append(thread)
    return found


def _finished(thread: QThread) -> bool:
    return not shiboken6.isValid(thread) or thread.wait(GRACE_SECONDS * 1000)


def _stopped(timer: QTimer) -> bool:
    """Whether it had ended; it has now, so that one test is blamed and not all behind it."""
    if not shiboken6.isValid(timer) or not timer.isActive():
        return True
    timer.stop()
    return False


def _children() -> set[int]:
    """Processes started by this one; none on systems without /proc."""
    return {int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in _read(task).split()}


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _command(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ").strip()


def _still_running(pids: set[int]) -> list[int]:
    """Those that do not end within the grace they are given; zombies have ended."""
    return [pid for pid in pids if "resource_tracker" not in _command(pid) and not _ends(pid)]


def _ends(pid: int) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return not _command(pid)
    try:
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return bool(waiting.poll(GRACE_SECONDS * 1000))
    finally:
        os.close(descriptor)


def _end_all(before: set[int]) -> None:
    for pid in _children() - before:
        if _command(pid) and "resource_tracker" not in _command(pid):
            os.kill(pid, signal.SIGKILL)


def _windows() -> set[QWidget]:
    return set(QApplication.topLevelWidgets()) if isinstance(QCoreApplication.instance(), QApplication) else set()


def _new_windows(before: set[QWidget]) -> list[QWidget]:
    """Windows that are shown, or of our own classes; libraries keep hidden ones."""
    found = _ours(_windows() - before)
    if not found:
        return []
    del found
    gc.collect()
    _delete_what_is_due()
    return _ours(_windows() - before)


def _ours(windows: set[QWidget]) -> list[QWidget]:
    return [
        window
        for window in windows
        if shiboken6.isValid(window)
        and window.parent() is None
        and (window.isVisible() or any(kind.__module__.startswith("gui.") for kind in type(window).__mro__))
    ]


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EditorWindow:
    """The editor's window with a worker that computes nothing; ``window.answers`` stands in for the dialogs."""
    from tests.support.editor_window import open_window

    return open_window(qtbot, monkeypatch)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, half of it in each half of the tests: two processes have one each to start with."""
    long = [item for item in items if item.get_closest_marker("long")]
    others = [item for item in items if not item.get_closest_marker("long")]
    first = len(items) // 2 - len(long[::2])
    items[:] = [*long[::2], *others[:first], *long[1::2], *others[first:]] if first > 0 else [*long, *others]


def pytest_collection_finish() -> None:
    """What is imported by now stays: a search for windows that nothing holds need not look at all of it each time."""
    gc.collect()
    gc.freeze()
