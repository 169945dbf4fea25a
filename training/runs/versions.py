"""What a run was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str]:
    """The versions of Python, Layerloom and the libraries numbers depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in ("layerloom", "torch", "numpy")}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
