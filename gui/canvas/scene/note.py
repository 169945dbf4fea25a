"""The document's notes, as quiet text above the drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from gui.canvas.look.fonts import font, metrics
from gui.theme.colors import Theme

MIN_WIDTH, MAX_WIDTH = 360.0, 900.0
GAP = 36.0
# Above a drawing this wide the text grows with it, so that it can be read where all of the drawing is in view.
WIDE, LARGEST = 1500.0, 2.0


class Note:
    """Lines of text within ``rect``, in the scene, above a drawing; nothing that could be hit or selected."""

    def __init__(self, text: str = "", drawing: QRectF | None = None, left: float = 0.0) -> None:
        around = drawing or QRectF()
        self._scale = min(max(1.0, around.width() / WIDE), LARGEST)
        width = min(max(MIN_WIDTH, around.width() / self._scale), MAX_WIDTH)
        self._lines = [line for part in text.strip().splitlines() for line in _wrapped(part, width)] if text else []
        height = len(self._lines) * metrics("note").lineSpacing() * self._scale
        self.rect = QRectF()
        if self._lines:
            self.rect = QRectF(left, around.top() - GAP - height, width * self._scale, height)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint the lines, in scene units."""
        if not self._lines:
            return
        painter.save()
        painter.translate(self.rect.topLeft())
        painter.scale(self._scale, self._scale)
        painter.setFont(font("note"))
        painter.setPen(theme.muted)
        for number, line in enumerate(self._lines):
            painter.drawText(QPointF(0.0, number * metrics("note").lineSpacing() + metrics("note").ascent()), line)
        painter.restore()


def _wrapped(text: str, width: float) -> list[str]:
    """A paragraph in lines of at most this width."""
    layout = QTextLayout(text, font("note"))
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines or [""]
