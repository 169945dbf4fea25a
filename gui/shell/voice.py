"""What one document has to say in the bar at the bottom of its window."""

from __future__ import annotations

from gui.analysis import Analysis
from gui.shell.statusbar import StatusBar


class Voice:
    """Is heard at once while its document is in front; what was said last meanwhile is heard when it comes there."""

    def __init__(self, bar: StatusBar, analysis: Analysis) -> None:
        self._bar, self._analysis = bar, analysis
        self.front = False
        self._sentence, self._training, self._zoom = "", "", 1.0
        analysis.updated.connect(self._show_figures)

    def come_up(self, bar: StatusBar) -> None:
        """Have the bar of a window from now on."""
        self._bar, self.front = bar, True
        bar.say(self._sentence)
        bar.show_training(self._training)
        bar.show_zoom(self._zoom)
        self._analysis.settle()
        self._show_figures()

    def rest(self) -> None:
        """Leave the bar to another document."""
        self.front, self._sentence = False, ""

    def say(self, sentence: str) -> None:
        """Show a message for a while; "" takes away the one that is shown."""
        if self.front:
            self._bar.say(sentence)
        else:
            self._sentence = sentence

    def show_training(self, words: str) -> None:
        """Show how far the document's run is, "" while none goes on."""
        self._training = words
        if self.front:
            self._bar.show_training(words)

    def show_zoom(self, zoom: float) -> None:
        """Show the canvas' zoom; 1 is 100 %."""
        self._zoom = zoom
        if self.front:
            self._bar.show_zoom(zoom)

    def _show_figures(self) -> None:
        if self.front:
            self._bar.show_figures(self._analysis)
