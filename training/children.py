"""How this program starts a process of its own: a module, run by the Python, or by the packed program, that runs this.

Imports nothing of ours.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(module: str, *arguments: str) -> list[str]:
    """What starts a module: the packed program takes ``-m`` as Python does, for those that ``layerloom.py`` names."""
    return [sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Our own, with the packages of this project in reach and the working folder out of it."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}
