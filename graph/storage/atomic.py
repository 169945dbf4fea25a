"""Files replaced whole or not at all, and the system's refusals in words."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from graph.errors import FileError


def write_atomically(path: str | Path, content: bytes, last_look: Callable[[Path], None] | None = None) -> None:
    """Replace a file by ``content``, whole or not at all.

    ``last_look`` is called with the file at the last moment, when all that is left is to replace it; what it raises
    goes to the caller, and nothing is replaced.

    Raises:
        FileError: it cannot be written; what was there before is intact.
    """
    path = Path(path).resolve()  # a link stays a link: what it points to is replaced
    temporary: str | None = None
    try:
        if path.exists() and not path.is_file():
            raise FileError(f"{path} cannot be saved: it is no file; choose another name.")
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
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
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    return (error.strerror or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
