"""Files replaced whole or not at all, and the system's refusals in words."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from graph.errors import FileError


def write_atomically(
    path: str | Path, content: bytes, last_look: Callable[[Path], None] | None = None, follow: bool = True
) -> None:
    """Replace a file by ``content``, whole or not at all.

    A link stays a link, and what it points to is replaced; without ``follow``, the link is. ``last_look`` is called
    with the file at the last moment, when all that is left is to replace it; what it raises goes to the caller, and
    nothing is replaced.

    Raises:
        FileError: it cannot be written; what was there before is intact.
    """
    path = Path(path)
    temporary: str | None = None
    try:
        path = path.resolve() if follow else path.absolute()
        mode = _mode(path)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        if last_look is not None:
            last_look(path)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise FileError(f"{path} cannot be saved: {reason(error)}. What was there before is unchanged.") from None
    except (ValueError, RuntimeError):  # a character no path has, or links that lead round
        raise FileError(f"{str(path)!r} cannot be saved: no file can have that name; choose another.") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """The permissions of the file that is to be replaced, or of a new one where there is none or a link.

    Raises:
        FileError: something that is not a file has the name.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if stat.S_ISREG(mode):
        return stat.S_IMODE(mode) & 0o777
    if stat.S_ISLNK(mode):
        return 0o666 & ~_umask()
    raise FileError(f"{path} cannot be saved: it is not a file; choose another name.")


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    return (error.strerror or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
