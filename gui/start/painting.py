"""How the examples and the recent files are painted: cards in a grid, and rows with a cross to take one off."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap, QTextLayout
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.start.cards import CARD, PICTURE, PIXMAP, ExampleCard
from gui.start.recent import FILE, STAMP, RecentFile
from gui.theme.colors import Theme

# Around a card, inside it, and between its lines.
GAP, PAD, AIR = 6, 10, 4
CROSS = 16
_ROUND = 8.0
_LINES = 3


class CardDelegate(QStyledItemDelegate):
    """Paints an example: picture, title, one sentence in a few lines, and figures."""

    theme = Theme.light()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        card, picture = index.data(CARD), index.data(PIXMAP)
        if not isinstance(card, ExampleCard):
            return
        painter.save()
        rect = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        _paint_ground(painter, rect, option, self.theme)
        shown = QRect(rect.left(), rect.top(), rect.width(), PICTURE.height())
        if isinstance(picture, QPixmap):
            _paint_picture(painter, shown, picture, self.theme)
        area = rect.adjusted(PAD, PICTURE.height() + 1 + AIR, -PAD, -AIR)
        lines = option.fontMetrics.height()
        title = _bold(option.font)
        _line(painter, area, card.title, title, self.theme.text)
        area.setTop(area.top() + QFontMetrics(title).height() + 1)
        small = _small(option.font)
        painter.setFont(small)
        painter.setPen(self.theme.muted)
        for line in wrapped(card.sentence, small, area.width(), _LINES):
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line)
            area.setTop(area.top() + QFontMetrics(small).height())
        bottom = QRect(area.left(), rect.bottom() - AIR - lines, area.width(), lines)
        _line(painter, bottom, _figures(card, QFontMetrics(small), bottom.width()), small, self.theme.text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = option.widget
        return view.gridSize() if isinstance(view, QListView) else QSize()

    @staticmethod
    def height(font: QFont) -> int:
        """How high a card is with the room around it."""
        text = QFontMetrics(_bold(font)).height() + _LINES * QFontMetrics(_small(font)).height()
        return PICTURE.height() + text + QFontMetrics(font).height() + 2 * GAP + 4 * AIR


class RecentDelegate(QStyledItemDelegate):
    """Paints a recent file: picture, name, when it changed and where it is; one that is missing is grey."""

    theme = Theme.light()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        file, picture = index.data(FILE), index.data(PIXMAP)
        if not isinstance(file, RecentFile):
            return
        painter.save()
        rect = option.rect.adjusted(0, 1, 0, -1)
        _paint_row(painter, rect, option, self.theme)
        stamp = QRect(QRect(rect.left() + 6, 0, *STAMP.toTuple()))
        stamp.moveTop(rect.center().y() - stamp.height() // 2)
        if isinstance(picture, QPixmap):
            painter.drawPixmap(stamp, picture)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawRect(QRectF(stamp).adjusted(0.5, 0.5, -0.5, -0.5))
        crossed = file.missing or bool(option.state & (QStyle.StateFlag.State_MouseOver | _FOCUS))
        area = rect.adjusted(STAMP.width() + 16, 4, -(CROSS + 10 if crossed else 6), -4)
        missing = file.missing
        _line(painter, area, file.name, _bold(option.font), self.theme.faint if missing else self.theme.text)
        area.setTop(area.top() + option.fontMetrics.height() + 1)
        small, ink = _small(option.font), self.theme.faint if missing else self.theme.muted
        told = f"{file.when}  \N{MIDDLE DOT}  " if file.seen else ""
        room = area.width() - QFontMetrics(small).horizontalAdvance(told)
        # The folder itself says more than the way to it.
        place = QFontMetrics(small).elidedText(file.place, Qt.TextElideMode.ElideLeft, room)
        _line(painter, area, told + place, small, ink)
        if crossed:
            _paint_cross(painter, cross_rect(option.rect), self.theme.muted)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, max(STAMP.height() + 8, 2 * option.fontMetrics.height() + 12))


_FOCUS = QStyle.StateFlag.State_HasFocus


def cross_rect(row: QRect) -> QRect:
    """Where the cross of a row is that takes it off the list."""
    return QRect(row.right() - CROSS - 6, row.center().y() - CROSS // 2, CROSS, CROSS)


def _figures(card: ExampleCard, metrics: QFontMetrics, width: int) -> str:
    """The figures of a card, the word for parameters cut short where what was reached would be."""
    whole = card.figures
    return whole if metrics.horizontalAdvance(whole) <= width else whole.replace("parameters", "params")


def wrapped(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """A text in no more than so many lines, the last of them cut with an ellipsis where it is longer."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    found, place = list[str](), 0
    while len(found) < lines - 1:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        place = line.textStart() + line.textLength()
        found.append(text[line.textStart() : place].rstrip())
    layout.endLayout()
    if rest := text[place:].strip():
        found.append(QFontMetrics(font).elidedText(rest, Qt.TextElideMode.ElideRight, width))
    return found


def _paint_ground(painter: QPainter, rect: QRect, option: QStyleOptionViewItem, theme: Theme) -> None:
    """The card itself; the one that the keys are at has a frame of the accent."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    focus, hover = bool(option.state & _FOCUS), bool(option.state & QStyle.StateFlag.State_MouseOver)
    rim = theme.accent if focus else theme.outline if hover else theme.border
    painter.setPen(QPen(rim, 2.0 if focus else 1.0))
    painter.setBrush(theme.hover if hover else theme.field)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)


def _paint_picture(painter: QPainter, area: QRect, picture: QPixmap, theme: Theme) -> None:
    """The picture in the middle of the upper part of a card, whose corners are round; its ground fills the part."""
    inner = QRectF(area).adjusted(1.5, 1.5, -1.5, 0)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(inner, _ROUND - 1, _ROUND - 1)
    path.addRect(inner.adjusted(0, _ROUND, 0, 0))
    painter.fillPath(path, theme.canvas)
    size = picture.deviceIndependentSize()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QPointF(round(inner.center().x() - size.width() / 2), inner.top()), picture)
    painter.setClipping(False)
    painter.setPen(QPen(theme.border, 1.0))
    painter.drawLine(QPointF(inner.left(), inner.bottom()), QPointF(inner.right(), inner.bottom()))


def _paint_row(painter: QPainter, rect: QRect, option: QStyleOptionViewItem, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    focus, hover = bool(option.state & _FOCUS), bool(option.state & QStyle.StateFlag.State_MouseOver)
    if focus or hover:
        painter.setPen(QPen(theme.accent, 1.0) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(theme.hover if hover else theme.tint)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_cross(painter: QPainter, rect: QRect, color: QColor) -> None:
    painter.setPen(QPen(color, 1.6))
    inner = QRectF(rect).adjusted(4, 4, -4, -4)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def _line(painter: QPainter, area: QRect, text: str, font: QFont, color: QColor) -> None:
    """A line at the top of an area, cut where it is too long."""
    painter.setFont(font)
    painter.setPen(color)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine, shown)


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made


def _small(font: QFont) -> QFont:
    made = QFont(font)
    if font.pixelSize() > 0:
        made.setPixelSize(font.pixelSize() - 1)
    else:
        made.setPointSizeF(font.pointSizeF() * 0.92)
    return made
