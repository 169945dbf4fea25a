"""The wish to find a layer and add it at a place."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF

from graph.edits.nodes import PortRef
from graph.edits.sketching.bends import Dot
from graph.records import Wire
from gui.canvas.scene.frames import FrameHit


class SearchRequest(NamedTuple):
    """Where to open the search and where the layer goes.

    ``source`` is the port a dropped wire came from; ``beside`` that the layer goes into a free place beside it, as
    when the search is asked for by a key; ``wire`` is one that it goes into; ``replaces`` names the nodes that become
    the layer.
    """

    global_pos: QPoint
    scene_pos: QPointF
    source: PortRef | None = None
    beside: bool = False
    wire: Wire | None = None
    replaces: tuple[str, ...] = ()


class MenuRequest(NamedTuple):
    """Where to open a context menu, and of what: a port of a node, a node, a dot, a wire, a frame, or the canvas."""

    global_pos: QPoint
    node: str = ""
    port: PortRef | None = None
    wire: Wire | None = None
    dot: Dot | None = None
    frame: FrameHit | None = None

    @property
    def place(self) -> str:
        """What the menu is of, as the table of commands has it."""
        if self.port is not None:
            return "port"
        if self.node:
            return "node"
        if self.dot is not None:
            return "dot"
        return "wire" if self.wire is not None else "frame" if self.frame is not None else "canvas"
