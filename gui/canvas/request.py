"""The wish to find a layer and add it at a place."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF

from graph.edits.nodes import PortRef


class SearchRequest(NamedTuple):
    """Where to open the search and where the layer goes.

    ``source`` is the port a dropped wire came from; ``beside`` that the layer goes into a free place beside it, as
    when the search is asked for by a key; ``replaces`` names the nodes that become the layer.
    """

    global_pos: QPoint
    scene_pos: QPointF
    source: PortRef | None = None
    beside: bool = False
    replaces: tuple[str, ...] = ()
