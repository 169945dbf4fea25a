"""The Code panel: the source the drawing stands for, kept up to date, its lines tied to the nodes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QMouseEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from graph.storage.loom import dumps
from gui.analysis import Analysis
from gui.code.highlight import PythonHighlighter
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from gui.widgets.text import Label
from gui.workers.pool import Workers
from gui.workspace import Workspace
from training.protocol import Failed, SourceReady

DELAY_MS = 200


class _View(QPlainTextEdit):
    """The text; ``clicked`` tells the line, from 1."""

    clicked = Signal(int)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber() + 1)


class CodePanel(QWidget):
    """Asks the waiting worker for the source while it is in view; tells the node of a line that is clicked."""

    node_clicked = Signal(str)
    save_requested = Signal()
    answered = Signal()

    def __init__(
        self, workspace: Workspace, analysis: Analysis, workers: Workers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._analysis, self._workers = workspace, analysis, workers
        self._request, self._waits = 0, False
        self._asked = ""
        self._answer: SourceReady | None = None
        self._selected: list[str] = []
        self._graph = ""
        self._theme = Theme.light()
        self.view = _View(self)
        self.view.setReadOnly(True)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.view.setAccessibleName("Python source")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(9.5)
        self.view.setFont(font)
        self._highlighter = PythonHighlighter(self.view.document())
        self.message = Label(self)
        self.message.setObjectName("help")
        self.message.setWordWrap(True)
        self.message.setMinimumWidth(100)
        self.copy = QPushButton("Copy", self)
        self.save = QPushButton("Save…", self)
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._ask_if_seen)
        analysis.updated.connect(self._timer.start)
        workers.source.connect(self._take)
        self.view.clicked.connect(self._go)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        self.save.clicked.connect(self.save_requested)
        self._show()

    @property
    def text(self) -> str:
        """The source as it was last written."""
        return self._answer.text if self._answer else ""

    @property
    def current(self) -> bool:
        """Whether the source is that of the drawing as it is now."""
        return self._answer is not None and self._asked == dumps(self._workspace.document)

    def ask(self) -> None:
        """Have the source written now; ``answered`` follows, also where there is none."""
        self._timer.stop()
        self._asked = dumps(self._workspace.document)
        errors = self._analysis.obstacles()
        if errors or not self._workspace.document.model.nodes:
            self._refuse(errors[0].message if errors else "Nothing is drawn yet.")
            return
        self._request, self._waits = self._workers.ask_source(self._asked), True

    def select(self, names: list[str]) -> None:
        """Highlight the lines of nodes."""
        self._selected = names
        self._highlight(scroll=True)

    def show_graph(self, graph: str) -> None:
        """Bring the class of a block into view, or the model's for ""; those of its uses that differ come after it."""
        self._graph = graph
        self._follow()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._highlighter.set_theme(theme)
        self._highlight(scroll=False)

    def come_up(self) -> None:
        """Bring the source up to date: the panel has come into view."""
        self._timer.start()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(2, 6, 0, 6)
        row.setSpacing(8)
        row.addWidget(self.message, 1)
        row.addWidget(self.copy)
        row.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 0, 10, 10)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.view)

    def _ask_if_seen(self) -> None:
        if in_view(self) and self._asked != dumps(self._workspace.document):
            self.ask()

    def _take(self, event: SourceReady | Failed) -> None:
        # The worker serves every document that is open, and of a failure does not say whose it is.
        if isinstance(event, Failed):
            if self._waits:
                self._refuse(event.message)
        elif event.request == self._request:
            self._answer, self._waits = event, False
            if self.view.toPlainText() != event.text:
                self.view.setPlainText(event.text)
                self._follow()
            self._show()
            self._highlight(scroll=False)
            self.answered.emit()

    def _refuse(self, sentence: str) -> None:
        self._answer, self._waits = None, False
        self.view.clear()
        self._show(sentence)
        self.answered.emit()

    def _show(self, sentence: str = "") -> None:
        self.message.setText(sentence or "PyTorch source of the drawing; a click on a line selects its node")
        for button in (self.copy, self.save):
            button.setEnabled(self._answer is not None)

    def _go(self, line: int) -> None:
        node = self._answer.lines.get(line) if self._answer else None
        if node:
            self.node_clicked.emit(node)

    def _follow(self) -> None:
        lines = self._answer.lines if self._answer else {}
        inside = [line for line, node in lines.items() if node.rpartition("/")[0] == self._graph]
        head = self.view.document().findBlockByNumber(min(inside) - 1) if inside else None
        while head is not None and head.isValid() and not head.text().startswith("class "):
            head = head.previous()
        if head is not None and head.isValid():
            self.view.setTextCursor(QTextCursor(head))
            self.view.verticalScrollBar().setValue(head.firstLineNumber())

    def _highlight(self, *, scroll: bool) -> None:
        lines = [line for line, node in self._answer.lines.items() if node in self._selected] if self._answer else []
        marks = []
        color = self._theme.accent.__class__(self._theme.accent)
        color.setAlpha(40)
        for line in sorted(lines):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.view.document().findBlockByNumber(line - 1))
            mark.format.setBackground(color)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.view.setExtraSelections(marks)
        if marks and scroll:
            self.view.setTextCursor(marks[0].cursor)
            self.view.centerCursor()
