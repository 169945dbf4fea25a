"""Shows a page of the manual: text, tables, formulas and pictures, with links that can be clicked and tabbed to.

The one place that writes into Qt's text browser. It is handed pieces of text and their looks, never HTML, and whatever
Qt would load by itself is refused, so that a page shows what is written and nothing else.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import (
    QBrush,
    QFont,
    QFontDatabase,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from graph.manual.formulas import parse, plain
from graph.manual.page import Formula, Heading, Item, Listing, Page, Paragraph, Part, Picture, Span, Table, Text, words
from gui.manual.pictures.drawing import picture_of
from gui.manual.typeset import drawn_size, image_of
from gui.theme.colors import Theme

WIDEST, MARGIN = 760, 30
HEADINGS = {1: 1.7, 2: 1.22, 3: 1.08}
ABOVE, BELOW = {1: 6, 2: 20, 3: 14}, {1: 2, 2: 6, 3: 4}
PARAGRAPH, LINE = 8, 130
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"
ALT = QTextFormat.Property.ImageAltText


class Reader(QTextBrowser):
    """``wanted`` carries the address of a link that was followed; ``back`` and ``forth`` ask for the page before, and
    the one after it; ``escaped`` tells of Escape."""

    wanted = Signal(str)
    back = Signal()
    forth = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("manual")
        self.setAccessibleName("Page of the manual")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self._theme = Theme.light()
        self._page: Page | None = None
        self._images = 0
        self.anchorClicked.connect(lambda url: self.wanted.emit(url.toString()))

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        if self._page is not None:
            place = self.verticalScrollBar().value()
            self.show_page(self._page)
            self.verticalScrollBar().setValue(place)

    def show_page(self, page: Page) -> None:
        """Show a page from its beginning."""
        self._page = page
        self._images = 0
        self.clear()
        self.document().setDocumentMargin(0)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for index, part in enumerate(page.parts):
            self._write(cursor, part, first=index == 0)
        cursor.endEditBlock()
        self._fit()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def loadResource(self, type: int, name: QUrl | str) -> Any:
        """Nothing: what a page shows was added to it by name."""
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._page is not None:
            self.show_page(self._page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: self.back, Qt.Key.Key_Right: self.forth}
        way = ways.get(Qt.Key(event.key())) if event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if way is not None:
            way.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        ways = {Qt.MouseButton.BackButton: self.back, Qt.MouseButton.ForwardButton: self.forth}
        if event.button() in ways:
            ways[event.button()].emit()
            return
        super().mouseReleaseEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        """The selection as text, formulas as they are written in a line."""
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def selected_text(self) -> str:
        """What is selected, with the words for what is a picture."""
        cursor = self.textCursor()
        pieces, walker = [], QTextCursor(self.document())
        for place in range(cursor.selectionStart(), cursor.selectionEnd()):
            letter = self.document().characterAt(place)
            if letter == OBJECT:
                walker.setPosition(place + 1)
                letter = str(walker.charFormat().property(ALT) or "")
            pieces.append("\n" if letter in "\u2028\u2029\ufdd0\ufdd1" else letter)
        return "".join(pieces)

    def _fit(self) -> None:
        """Leave room at the right where lines would be too long to read."""
        if self._page is None:
            return
        right = max(MARGIN, self.viewport().width() - MARGIN - WIDEST)
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        if shape.rightMargin() != right or shape.leftMargin() != MARGIN:
            made = QTextFrameFormat(shape)
            made.setLeftMargin(MARGIN)
            made.setRightMargin(right)
            made.setTopMargin(18)
            made.setBottomMargin(40)
            frame.setFrameFormat(made)

    def _write(self, cursor: QTextCursor, part: Part, *, first: bool) -> None:
        match part:
            case Heading(level, text, anchor):
                self._begin(cursor, _block(ABOVE.get(level, 10) if not first else 0, BELOW.get(level, 4)), first=first)
                self._insert_heading(cursor, level, text, anchor)
            case Paragraph(text, muted):
                self._begin(cursor, _block(0, PARAGRAPH), first=first)
                self._insert(cursor, text, self._format(muted=muted))
            case Item(text, mark, depth):
                block = _block(0, 4)
                block.setLeftMargin(18.0 * (depth + 1))
                block.setTextIndent(-14.0 if mark == "•" else -20.0)
                self._begin(cursor, block, first=first)
                self._insert(cursor, (Span(f"{mark}\N{EN SPACE}"), *text), self._format())
            case Table(head, rows):
                self._table(cursor, head, rows)
            case Listing(text):
                block = _block(2, 10)
                block.setLeftMargin(10)
                block.setBackground(QBrush(self._theme.hover))
                self._begin(cursor, block, first=first)
                cursor.insertText(text.replace("\n", "\u2028"), self._format(Span("", "code")))
            case Formula(source):
                block = _block(4, 10, of_pictures=True)
                block.setLeftMargin(14)
                self._begin(cursor, block, first=first)
                self._image(cursor, image_of(source, self._theme.text, self.devicePixelRatioF()), plain(parse(source)))
            case Picture(_, _, caption):
                self._begin(cursor, _block(6, 2, of_pictures=True), first=first)
                self._image(cursor, picture_of(part, self._theme, self.devicePixelRatioF()), f"Picture. {caption}")
                self._begin(cursor, _block(0, 8), first=False)
                self._insert(cursor, words(caption), self._format(muted=True))

    def _begin(self, cursor: QTextCursor, block: QTextBlockFormat, *, first: bool) -> None:
        if first:
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block, QTextCharFormat())

    def _insert_heading(self, cursor: QTextCursor, level: int, text: Text, anchor: str) -> None:
        look = self._format()
        font = QFont(self.font())
        font.setPointSizeF(self.font().pointSizeF() * HEADINGS.get(level, 1.0))
        font.setWeight(QFont.Weight.DemiBold)
        look.setFont(font)
        look.setAnchor(True)
        look.setAnchorNames([anchor])
        cursor.insertText("".join(span.text for span in text), look)

    def _insert(self, cursor: QTextCursor, text: Text, base: QTextCharFormat) -> None:
        for span in text:
            look = QTextCharFormat(base)
            look.merge(self._look(span))
            cursor.insertText(span.text, look)

    def _format(self, span: Span | None = None, *, muted: bool = False) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setFont(self.font())
        look.setForeground(self._theme.muted if muted else self._theme.text)
        if span is not None:
            look.merge(self._look(span))
        return look

    def _look(self, span: Span) -> QTextCharFormat:
        look = QTextCharFormat()
        if span.look == "code":
            fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            look.setFontFamilies(fixed.families())
            look.setFontPointSize(self.font().pointSizeF() * 0.94)
        elif span.look == "strong":
            look.setFontWeight(QFont.Weight.DemiBold)
        elif span.look == "emphasis":
            look.setFontItalic(True)
        if span.link:
            look.setAnchor(True)
            look.setAnchorHref(span.link)
            look.setForeground(self._theme.accent)
            look.setFontUnderline(True)
        return look

    def _table(self, cursor: QTextCursor, head: tuple[Text, ...], rows: tuple[tuple[Text, ...], ...]) -> None:
        shape = QTextTableFormat()
        shape.setHeaderRowCount(1)
        shape.setCellPadding(6)
        shape.setCellSpacing(0)
        shape.setBorder(1)
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderBrush(QBrush(self._theme.border))
        shape.setBorderCollapse(True)
        shape.setTopMargin(4)
        shape.setBottomMargin(12)
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table = cursor.insertTable(len(rows) + 1, len(head), shape)
        for place, row in enumerate((head, *rows)):
            for column, text in enumerate(row[: len(head)]):
                cell = table.cellAt(place, column)
                if place == 0:
                    tinted = QTextCharFormat(cell.format())
                    tinted.setBackground(QBrush(self._theme.hover))
                    cell.setFormat(tinted)
                inside = cell.firstCursorPosition()
                self._insert(inside, text, self._format(Span("", "strong") if place == 0 else None))
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _image(self, cursor: QTextCursor, image: QImage, words: str) -> None:
        name = f"image:{self._images}"
        self._images += 1
        self.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), image)
        size, shape = drawn_size(image), QTextImageFormat()
        scale = min(1.0, WIDEST / size.width())
        shape.setName(name)
        shape.setWidth(size.width() * scale)
        shape.setHeight(size.height() * scale)
        shape.setProperty(ALT, words)
        cursor.insertImage(shape)


def _block(above: float, below: float, *, of_pictures: bool = False) -> QTextBlockFormat:
    """A paragraph with room above and below; lines of text have some between them, pictures take what they take."""
    block = QTextBlockFormat()
    block.setTopMargin(above)
    block.setBottomMargin(below)
    if not of_pictures:
        block.setLineHeight(LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return block
