"""Opens the editor. Nothing here imports Qt before it is known that Qt can open a window."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType

from gui.preflight import obstacle


def run(paths: Sequence[str] = (), painted: Callable[[], None] | None = None) -> int:
    """Open the editor, on drawings if any are given, until it is closed; the exit status.

    ``painted`` is called once the window has been painted.
    """
    if sentence := obstacle():
        print(sentence, file=sys.stderr)
        return 2
    # What is imported stays: collecting garbage in the midst of it only makes the start slower.
    gc.disable()
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from gui.theme.icons import LOGO
    from gui.window import MainWindow, say

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Layerloom")
    app.setOrganizationName("Layerloom")
    app.setDesktopFileName("layerloom")
    app.setWindowIcon(QIcon(str(LOGO)))
    # Ctrl+C in the terminal ends the editor; its workers end with their stdin.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = MainWindow()
    sys.excepthook = _reporter(say)
    if painted is not None:
        window.painted.connect(painted)
    window.painted.connect(gc.enable)
    # A moment later, so that the first clicks are not kept waiting by imports.
    window.painted.connect(lambda: QTimer.singleShot(150, window, window.prepare))
    window.painted.connect(lambda: QTimer.singleShot(0, window, window.recovery.offer))
    wanted = list(paths) or window.opening.left_open()
    if wanted:
        QTimer.singleShot(0, window, lambda: window.opening.open_paths(wanted))
    else:
        window.welcome()
        window.offer_tour()
    window.show()
    return app.exec()


def _reporter(say: Callable[[str], None]) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception in a slot becomes a sentence; the editor goes on."""
    from graph.errors import LayerloomError

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, LayerloomError):
            say(str(error))
            return
        traceback.print_exception(kind, error, trace)
        say(f"Something went wrong inside Layerloom ({kind.__name__}: {error}); the drawing is as it was.")

    return report
