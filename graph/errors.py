"""The refusals of the document: every message is the sentence the user reads."""

from __future__ import annotations

from typing import Any

import msgspec


class LayerloomError(Exception):
    """Base of every error meant for the user; ``str(error)`` is one complete sentence."""


class DocumentError(LayerloomError):
    """A change the document refuses: a bad name, a cycle, an unknown node or port."""


class ParameterError(LayerloomError):
    """A layer parameter of the wrong type or out of its range."""


class UndecidedError(LayerloomError):
    """Something is asked of a size that only each use of a block knows, such as whether it is larger than another."""


class FileError(LayerloomError):
    """A file that cannot be read or written, with the place in the file where it fails."""


class UntrustedError(DocumentError):
    """Python in a drawing that the user has not said may run; ``node`` is where it stands."""

    code = "untrusted"

    def __init__(self, node: str) -> None:
        super().__init__(
            f"'{node}' is written in Python that is not trusted here yet; read it, and let it run with "
            "`layerloom trust FILE` or by the editor's question."
        )
        self.node = node


class Fix(msgspec.Struct, frozen=True):
    """A repair the editor can apply for the user.

    ``action`` names a function of ``graph.problems.fixes``; ``arguments`` are its keyword arguments.
    """

    label: str
    action: str
    arguments: dict[str, Any] = {}


class ShapeError(LayerloomError):
    """A layer refuses the tensors on its ports.

    ``port`` is the input port at fault, ``None`` when several are; ``fix`` is a repair, if one is known.
    """

    def __init__(self, message: str, port: str | None = None, fix: Fix | None = None) -> None:
        super().__init__(message)
        self.port = port
        self.fix = fix
