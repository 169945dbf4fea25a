"""What all nodes of a canvas share: theme, zoom, and one pixmap for all that look the same."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from gui.canvas.look.box import Body
from gui.canvas.look.paint import MARGIN, paint_body
from gui.theme.colors import Theme

FAR, FAR_IF_FEW = 0.33, 0.18
FEW = 400
NEAR = 0.5
MAX_PIXMAPS = 1500


class Style:
    """The look of a canvas at one zoom. Below ``FAR`` it shows an overview, below ``NEAR`` only the nodes' names.

    ``count`` is the number of nodes there are.
    """

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.zoom = 1.0
        self.count = 0
        self._ratio = 1.0
        self._pixmaps: dict[tuple[Body, bool], QPixmap] = {}

    @property
    def scale(self) -> float:
        """Pixels of the screen for each unit of the drawing: more than ``zoom`` where the screen is a fine one."""
        return self.zoom * self._ratio

    @property
    def ratio(self) -> float:
        """Pixels of the screen for each pixel of the view, along an edge."""
        return self._ratio

    @property
    def far(self) -> bool:
        """Whether the overview is shown: for a few nodes only where nothing could be read anyway."""
        return self.zoom < (FAR if self.count > FEW else FAR_IF_FEW)

    @property
    def near(self) -> bool:
        """Whether nodes show all their texts."""
        return self.zoom >= NEAR

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        self._pixmaps.clear()

    def set_scale(self, zoom: float, ratio: float) -> None:
        """Take another zoom or device pixel ratio; bodies are painted anew at it, so that they stay crisp."""
        if (zoom, ratio) != (self.zoom, self._ratio):
            self.zoom, self._ratio = zoom, ratio
            self._pixmaps.clear()

    def pixmap(self, body: Body, selected: bool) -> QPixmap:
        """A node without its texts, in pixels; its top left corner is ``MARGIN`` outside the node's."""
        key = (body, selected)
        found = self._pixmaps.get(key)
        if found is None:
            if len(self._pixmaps) >= MAX_PIXMAPS:
                self._pixmaps.clear()
            found = self._pixmaps[key] = self._painted(body, selected)
        return found

    def _painted(self, body: Body, selected: bool) -> QPixmap:
        width, height = body.width + 2 * MARGIN, body.height + 2 * MARGIN
        pixmap = QPixmap(ceil(width * self.scale), ceil(height * self.scale))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.scale(self.scale, self.scale)
        painter.translate(width / 2, height / 2)
        paint_body(painter, body, self.theme, selected)
        painter.end()
        return pixmap
