"""The bar at the bottom: what the model amounts to, what is wrong with it, and the last message."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStatusBar, QStyle, QStyleOption, QWidget

from graph.analysis.memory import Memory, in_bytes, in_short
from gui.analysis import Analysis
from gui.widgets.text import Label, set_tip

MESSAGE_MS = 10_000
MARGIN = 8


class StatusBar(QStatusBar):
    """What is being trained, parameters, MACs, problems and zoom; all but the figures can be clicked."""

    training_clicked = Signal()
    problems_clicked = Signal()
    zoom_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.parameters, self.macs, self.memory = Label(self), Label(self), Label(self)
        self.problems, self.zoom = QPushButton(self), QPushButton("100 %", self)
        self.training = QPushButton(self)
        set_tip(self.zoom, "Zoom to 100 %")
        set_tip(self.training, "Show the curves (Ctrl+3)")
        for button in (self.training, self.problems, self.zoom):
            button.setObjectName("status")
        self.training.hide()
        for widget in (self.training, self.parameters, self.macs, self.memory, self.problems, self.zoom):
            self.addPermanentWidget(widget)
        self.training.clicked.connect(self.training_clicked)
        self.problems.clicked.connect(self.problems_clicked)
        self.zoom.clicked.connect(self.zoom_clicked)
        self.messageChanged.connect(lambda message: set_tip(self, message))

    @property
    def shown(self) -> str:
        """The message as far as there is room for it."""
        return self.fontMetrics().elidedText(self.currentMessage(), Qt.TextElideMode.ElideRight, self._room().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        # Qt's own cuts a long message off without a sign.
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelStatusBar, option, painter, self)
        painter.drawText(self._room(), Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.shown)

    def say(self, sentence: str) -> None:
        """Show a message for a while; "" takes away the one that is shown."""
        self.showMessage(sentence, MESSAGE_MS)

    def show_training(self, words: str) -> None:
        """Show how far a run is, "" while none goes on."""
        if words != self.training.text():
            self.training.setText(words)
            self.training.setVisible(bool(words))
            if (layout := self.layout()) is not None:
                layout.activate()  # at once: words that grew would be cut until Qt comes to it

    def show_zoom(self, zoom: float) -> None:
        """Show the canvas' zoom; 1 is 100 %."""
        self.zoom.setText(f"{zoom:.0%}".replace("%", " %"))

    def show_figures(self, analysis: Analysis) -> None:
        """Show what a model amounts to, and how much is wrong with it."""
        summary, problems = analysis.summary_of(), analysis.problems
        errors = sum(problem.severity == "error" for problem in problems)
        hints = len(problems) - errors
        self.parameters.setText(f"{in_short(summary.parameters)} parameters")
        set_tip(self.parameters, f"{summary.parameters:,} parameters")
        self.macs.setText("MACs not known" if summary.macs is None else f"{in_short(summary.macs)} MACs")
        set_tip(self.macs, "" if summary.macs is None else f"{summary.macs:,} multiply-adds for one sample")
        self._show_memory(analysis.memory())
        counts = [_counted(errors, "problem")] if errors else []
        counts += [_counted(hints, "hint")] if hints else []
        self.problems.setText(", ".join(counts) or "No problems")
        self.problems.setProperty("invalid", bool(errors))
        self.problems.style().polish(self.problems)

    def _room(self) -> QRect:
        return self.rect().adjusted(MARGIN, 0, self._first().x() - MARGIN - self.width(), 0)

    def _first(self) -> QWidget:
        return self.parameters if self.training.isHidden() else self.training

    def _show_memory(self, memory: Memory) -> None:
        self.memory.setVisible(bool(memory.whole))
        self.memory.setText(f"{in_bytes(memory.whole)} to train")
        set_tip(
            self.memory,
            f"About: {in_bytes(memory.weights)} of weights, their gradients and what the optimizer keeps; "
            f"{in_bytes(memory.outputs)} of all layers' outputs in a batch",
        )


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
