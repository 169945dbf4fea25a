"""What a model says all over a plane: regions in the colours of the classes, and samples as marks upon them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.desk.charts.legend import Entry, place
from gui.desk.data.hues import kind_color
from gui.desk.results.marks import paint_mark
from gui.desk.results.square import Square
from gui.theme.colors import Theme
from gui.theme.contrast import mixed
from gui.widgets.text import show_tip
from training.protocol import Plane

_FAINT, _STRONG, _UNKNOWN = 0.12, 0.62, 0.35
_LEVELS, _BANDS = 32, 8
_MARK = 3.2
_RAMP = 90.0


class PlaneView(Square):
    """Shows a ``Plane``. The stronger a colour, the more probable is the class; lines are where it changes.

    Of numbers the colours run from the lowest true one to the highest. With ``grows`` it takes the room there is.
    """

    def __init__(self, parent: QWidget | None = None, *, grows: bool = False) -> None:
        super().__init__(parent)
        self.plane: Plane | None = None
        self._marks: QPixmap | None = None
        self._image, self._borders = QImage(), [QLineF()]
        if grows:
            self.setMinimumSize(200, 220)
            self.setMaximumHeight(2**24 - 1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName("What the model says over the plane")

    def show_plane(self, plane: Plane) -> None:
        """Show a plane."""
        known, self.plane = self.plane, plane
        if known is None or (known.points, known.true, known.values) != (plane.points, plane.true, plane.values):
            self._marks = None
        self._image, self._borders = self._painted(plane), _borders(plane)
        kinds = f"{len(plane.names)} classes" if plane.names else "numbers"
        self.setAccessibleDescription(f"{kinds} over {', '.join(plane.axes)}; {len(plane.points):,} samples")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._marks = None
        super().set_theme(theme)
        if self.plane is not None:
            self._image = self._painted(self.plane)

    def below(self) -> float:
        """The room below the square, with what the marks mean."""
        return super().below() + self._key()[1]

    def sizeHint(self) -> QSize:
        return QSize(320, 340)

    def resizeEvent(self, event: QEvent) -> None:
        self._marks = None

    def tip_of(self, at: QPointF) -> str:
        """What is said at a point of the widget."""
        plane, area = self.plane, self.area()
        if plane is None or not area.contains(at):
            return ""
        across, up = (at.x() - area.left()) / area.width(), (area.bottom() - at.y()) / area.height()
        column, row = (round(share * (plane.size - 1)) for share in (across, up))
        index = row * plane.size + column
        x, y = (
            low + share * (high - low) for low, high, share in zip(plane.low, plane.high, (across, up), strict=True)
        )
        where = f"{plane.axes[0]} {x:.3g}, {plane.axes[1]} {y:.3g}" if plane.axes else f"{x:.3g}, {y:.3g}"
        share = plane.shares[index] / 255 if plane.shares else None
        if not plane.classes and share is not None:
            low, high = plane.span
            beyond = " or less" if share == 0.0 else " or more" if share == 1.0 else ""
            return f"{where}: about {low + share * (high - low):.3g}{beyond}"
        kind = plane.classes[index]
        name = plane.names[kind] if kind < len(plane.names) else str(kind)
        return f"{where}: {name}" + ("" if share is None else f" ({share:.0%})")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            show_tip(self, event.globalPos(), self.tip_of(QPointF(event.pos())))
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        plane = self.plane
        if plane is None:
            return
        painter, area = QPainter(self), self.area()
        painter.fillRect(area, self.theme.field)
        self._paint_regions(painter, area, plane.size)
        if self._marks is None:
            self._marks = self._painted_marks(plane, area)
        painter.drawPixmap(QPointF(0, 0), self._marks)
        across, up = plane.axes or ["first", "second"]
        self.paint_axes(painter, QPointF(*plane.low), QPointF(*plane.high), across, up)
        self._paint_key(painter, area)
        painter.end()

    def color_of(self, kind: int) -> QColor:
        """The colour of a class."""
        return kind_color(kind, self.theme)

    def ramp(self, share: float) -> QColor:
        """The colour of a number at a share of the way from the lowest to the highest."""
        end = self.theme.advice if share < 0.5 else self.theme.accent
        return mixed(end, self.theme.field, abs(2 * share - 1))

    def _painted(self, plane: Plane) -> QImage:
        """The regions, a pixel for each point, the lowest row at the bottom."""
        if not plane.classes:
            indices = plane.shares
            colors = [mixed(self.ramp(share / 255), self.theme.field, 0.75) for share in range(256)]
        else:
            kinds = max(1, len(plane.names), 1 + max(plane.classes))
            levels = max(1, min(_LEVELS, 256 // kinds))
            shares = plane.shares or bytes(len(plane.classes))
            indices = bytes(
                kind * levels + share * levels // 256 for kind, share in zip(plane.classes, shares, strict=True)
            )
            colors = [
                mixed(self.color_of(kind), self.theme.field, _strength(plane, (level + 0.5) / levels, kinds))
                for kind in range(kinds)
                for level in range(levels)
            ]
        size = plane.size
        rows = b"".join(indices[row * size : (row + 1) * size] for row in reversed(range(size)))
        image = QImage(rows, size, size, size, QImage.Format.Format_Indexed8)
        image.setColorTable([color.rgb() for color in colors])
        return image.convertToFormat(QImage.Format.Format_RGB32)

    def _paint_regions(self, painter: QPainter, area: QRectF, size: int) -> None:
        """The regions and their borders; what is said at a point holds half way to the next."""
        half = area.width() / (size - 1) / 2
        whole = area.adjusted(-half, -half, half, half)
        painter.save()
        painter.setClipRect(area)
        painter.drawImage(whole, self._image)
        painter.translate(whole.bottomLeft())
        painter.scale(whole.width() / size, -whole.height() / size)
        pen = QPen(mixed(self.theme.text, self.theme.field, 0.6), 1.2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._borders)
        painter.restore()

    def _painted_marks(self, plane: Plane, area: QRectF) -> QPixmap:
        """The samples, painted once: they stay while the regions move."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        (left, low), (right, high) = plane.low, plane.high
        for number, (x, y) in enumerate(plane.points):
            at = QPointF(
                area.left() + (x - left) / (right - left) * area.width(),
                area.bottom() - (y - low) / (high - low) * area.height(),
            )
            kind, color = self._kind_of(plane, number)
            paint_mark(painter, at, kind, color, self.theme.text if not plane.names else self.theme.field, _MARK)
        painter.end()
        return pixmap

    def _kind_of(self, plane: Plane, number: int) -> tuple[int, QColor]:
        """The shape and colour of a sample's mark."""
        if plane.values:
            low, high = plane.span
            return 0, self.ramp((plane.values[number] - low) / ((high - low) or 1.0))
        kind = plane.true[number]
        return kind, self.color_of(kind) if kind >= 0 else self.theme.muted

    def _key(self) -> tuple[list[tuple[QRectF, str]], float]:
        """Where what the marks mean is written, and how high that is."""
        plane = self.plane
        if plane is None or not plane.names:
            return [], self.fontMetrics().height() + 6.0
        entries = [Entry(name, self.color_of(kind)) for kind, name in enumerate(plane.names)]
        placed, height = place(entries, QFontMetricsF(self.font()), max(60.0, self.width() - 12.0))
        return [(each.rect, each.entry.text) for each in placed], height + 6.0

    def _paint_key(self, painter: QPainter, area: QRectF) -> None:
        top = area.bottom() + super().below() + 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.plane is not None and not self.plane.names:
            self._paint_ramp(painter, area, top)
            return
        for kind, (rect, text) in enumerate(self._key()[0]):
            line = rect.translated(6, top)
            at = QPointF(line.left() + 7, line.center().y())
            paint_mark(painter, at, kind, self.color_of(kind), self.theme.field, 1.4 * _MARK)
            painter.setPen(self.theme.text)
            name = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()) - 18)
            painter.drawText(line.adjusted(19, 0, 4, 0), int(Qt.AlignmentFlag.AlignVCenter), name)

    def _paint_ramp(self, painter: QPainter, area: QRectF, top: float) -> None:
        """The lowest and the highest number, and the colours between them."""
        assert self.plane is not None
        low, high = (f"{value:.4g}" for value in self.plane.span)
        metrics = self.fontMetrics()
        bar = QRectF(area.center().x() - _RAMP / 2, top + 3, _RAMP, metrics.height() - 4)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for share in (0.0, 0.5, 1.0):
            gradient.setColorAt(share, self.ramp(share))
        painter.setPen(QPen(self.theme.outline, 1))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        painter.setPen(self.theme.text)
        side = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, top, bar.left() - 6, metrics.height()), int(side | Qt.AlignmentFlag.AlignRight), low)
        painter.drawText(QRectF(bar.right() + 6, top, 200, metrics.height()), int(side), high)


def _strength(plane: Plane, share: float, kinds: int) -> float:
    """How much of its colour a class has: from faint, where all are as probable, to strong."""
    if not plane.shares:
        return _UNKNOWN
    least = 1 / kinds
    return _FAINT + (_STRONG - _FAINT) * min(1.0, max(0.0, (share - least) / (1 - least) if kinds > 1 else 1.0))


def _borders(plane: Plane) -> list[QLineF]:
    """The edges between points of which different things are said, in points from the lower left corner."""
    said = plane.classes or bytes(share * _BANDS // 256 for share in plane.shares)
    size, lines = plane.size, []
    for row in range(size):
        here = said[row * size : (row + 1) * size]
        if here != here[:1] * size:
            lines += [QLineF(x, row, x, row + 1) for x in range(1, size) if here[x - 1] != here[x]]
        above = said[(row + 1) * size : (row + 2) * size]
        if above and above != here:
            lines += [QLineF(x, row + 1, x + 1, row + 1) for x in range(size) if here[x] != above[x]]
    return lines
