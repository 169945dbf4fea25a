"""The names, shapes and dtypes of the tensors in a file of weights, read from its head without torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec

from graph.storage.atomic import reason
from training.errors import RunError

_DTYPES = {"F32": "float32", "F64": "float64", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "BOOL": "bool"}
_METADATA = "__metadata__"
_MAX_HEAD = 100_000_000  # bytes, the format's own limit


class Stored(NamedTuple):
    """What is known of a tensor in a file."""

    shape: tuple[int, ...]
    dtype: str


class _Entry(msgspec.Struct):
    dtype: str
    shape: tuple[int, ...]


def stored_tensors(path: Path) -> dict[str, Stored]:
    """The tensors of a safetensors file.

    Raises:
        RunError: the file cannot be read, or is damaged.
    """
    rows = _head(path)
    rows.pop(_METADATA, None)
    try:
        entries = {name: msgspec.json.decode(row, type=_Entry) for name, row in rows.items()}
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _damaged(path) from None
    return {name: Stored(entry.shape, _DTYPES.get(entry.dtype, entry.dtype)) for name, entry in entries.items()}


def stored_metadata(path: Path) -> dict[str, str]:
    """The notes in a safetensors file.

    Raises:
        RunError: the file cannot be read, or is damaged.
    """
    try:
        return msgspec.json.decode(_head(path).get(_METADATA, msgspec.Raw(b"{}")), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _damaged(path) from None


def _head(path: Path) -> dict[str, msgspec.Raw]:
    try:
        if path.exists() and not path.is_file():
            raise _damaged(path)
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            head = file.read(size) if size <= min(_MAX_HEAD, path.stat().st_size) else b""
        return msgspec.json.decode(head, type=dict[str, msgspec.Raw])
    except OSError as error:
        raise RunError(f"The weights {path} cannot be read: {reason(error)}.") from None
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeError, RecursionError):
        raise _damaged(path) from None


def _damaged(path: Path) -> RunError:
    return RunError(f"The weights {path} are damaged: the file does not begin with a list of tensors.")
