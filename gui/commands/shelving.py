"""Blocks kept in the library, and taken out of it."""

from __future__ import annotations

from pathlib import Path

from graph.edits.blocks import USES
from graph.edits.shelf import library
from graph.errors import LayerloomError
from graph.layers.block import BlockLayer
from graph.storage.atomic import reason
from gui.commands.parts import Parts
from gui.palette import shelf
from gui.widgets import dialogs


class Shelving:
    """The library as the palette of one window shows it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list(self) -> None:
        """Show what is in the library now."""
        self._parts.palette.show_library(shelf.files())

    @property
    def has_own(self) -> bool:
        """Whether the palette is on one of the user's blocks."""
        return shelf.is_own(self._file())

    def keep_selected(self) -> None:
        """Keep the block that the node selected last uses."""
        canvas = self._parts.canvas
        layers = [canvas.drawing.graph.node(name).layer for name in canvas.selected()]
        used = [layer.definition for layer in layers if isinstance(layer, BlockLayer)]
        if used:
            self.keep(used[-1])

    def keep(self, block: str) -> None:
        """Keep a block in a file of its own; one of that name is replaced only after a question."""
        path = shelf.own_folder() / f"{block}{library.SUFFIX}"
        question = f"The library has a block {block} already. Replace it?"
        if path.exists() and not dialogs.ask(self._parts.window, "Keep in Library", question, "Replace"):
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            library.keep(self._parts.workspace.document, block, path)
        except LayerloomError as error:
            self._parts.status.say(str(error))
        except OSError as error:
            self._parts.status.say(f"{path.parent} cannot be written: {reason(error)}.")
        else:
            self._parts.status.say(f"{block} is kept in the library, as {path}.")
        self.list()

    def forget_current(self) -> None:
        """Delete the file of the user's block that the palette is on, after a question."""
        path = Path(self._file())
        if not self.has_own:
            return
        question = f"Delete {path}? Drawings that use the block keep it."
        if not dialogs.ask(self._parts.window, "Remove from Library", question, "Delete"):
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            self._parts.status.say(f"{path} cannot be deleted: {reason(error)}.")
        self.list()

    def _file(self) -> str:
        return self._parts.palette.current.partition(USES)[2]
