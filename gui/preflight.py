"""What a window needs from the system, checked before Qt is asked: Qt itself answers with an abort."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_NO_DISPLAY = (
    "Layerloom cannot open a window: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); "
    "start it in a desktop session, or under `xvfb-run`."
)


def obstacle() -> str | None:
    """The sentence on what keeps a window from opening here, or nothing."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return explain(str(error))
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if sys.platform != "linux" or platform not in ("", "xcb", "wayland"):
        return None
    checks = {"WAYLAND_DISPLAY": _wayland, "DISPLAY": _x11}
    found = [check() for variable, check in checks.items() if os.environ.get(variable)]
    if not found:
        return _NO_DISPLAY
    return None if None in found else found[-1]


def explain(message: str) -> str:
    """The sentence for what the loader said of a library, with the package of every library that is missing."""
    named = re.search(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object", message)
    if named is None:
        return f"Layerloom cannot open a window: PySide6 does not load ({message.strip().rstrip('.')}); reinstall it."
    missing = sorted({named[1], *(name for name in PACKAGES if not _loads(name))})
    packages = " ".join(PACKAGES.get(name, name) for name in missing)
    verb = "is" if len(missing) == 1 else "are"
    return (
        f"Layerloom cannot open a window: {', '.join(missing)} {verb} missing; "
        f"install with `sudo apt-get install {packages}`."
    )


def _wayland() -> str | None:
    return _plugin("libqwayland.so")


def _x11() -> str | None:
    import ctypes

    if sentence := _plugin("libqxcb.so"):
        return sentence
    # Qt aborts where the X server does not answer, so it is asked first.
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if not refused:
        return None
    return (
        f"Layerloom cannot open a window: the display {os.environ['DISPLAY']} does not answer; "
        "check DISPLAY, or start it under `xvfb-run`."
    )


def _plugin(name: str) -> str | None:
    import ctypes

    import PySide6

    path = Path(PySide6.__path__[0]) / "Qt" / "plugins" / "platforms" / name
    if not path.exists():
        return None  # a distribution's own Qt keeps its plugins, and their dependencies, elsewhere
    try:
        ctypes.CDLL(str(path))
    except OSError as error:
        return explain(str(error))
    return None


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
