"""Which Python from drawings the user lets run here: the hashes of texts that were shown and agreed to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from graph.errors import FileError
from graph.storage.atomic import reason, write_atomically
from graph.storage.userfolders import settings_folder

MAX_BYTES = 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest(code: str) -> str:
    """What a text is known by: another letter, another digest."""
    return hashlib.sha256(code.encode("utf-8", errors="surrogatepass")).hexdigest()


def file() -> Path:
    """The file with the digests, one a line; it can be read, edited and deleted."""
    return settings_folder() / "trusted.txt"


def trusted() -> frozenset[str]:
    """The digests that are trusted; a file that cannot be read trusts nothing."""
    try:
        with file().open("rb") as stream:
            content = stream.read(MAX_BYTES)
    except OSError:
        return frozenset()
    return frozenset(_DIGEST.findall(content.decode("ascii", errors="replace")))


def trust(codes: Iterable[str]) -> None:
    """Let texts run here from now on.

    Raises:
        FileError: it cannot be remembered.
    """
    known = trusted() | {digest(code) for code in codes}
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, "".join(f"{each}\n" for each in sorted(known)).encode())
    except OSError as error:
        raise FileError(f"{path} cannot be written: {reason(error)}.") from None
