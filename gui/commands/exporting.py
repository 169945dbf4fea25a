"""What leaves the window: a run that trains, ONNX, source, a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.loom import dumps
from gui.commands.guide import Guide
from gui.commands.parts import Parts
from gui.widgets import dialogs
from training.protocol import RangeJob

if TYPE_CHECKING:
    from gui.export.choosing import FigureChoice

FIGURES = "SVG picture (*.svg);;PDF document (*.pdf);;TikZ for LaTeX (*.tex);;PNG picture (*.png)"


class Exporting:
    """The commands that hand the drawing to a worker or a file."""

    def __init__(self, parts: Parts, guide: Guide) -> None:
        self._parts, self._guide = parts, guide
        self._code_path = ""

    def train(self) -> None:
        """Train the drawing, or offer to when the run that trains has ended, or say what keeps it from that."""
        document = self._parts.workspace.document
        if self._guide.is_sound("Train", training=True) and self._guide.may_run(document, "Train"):
            self._guide.train(None)

    def try_rates(self) -> None:
        """Try rising learning rates on the drawing, and offer to take the one that is suggested."""
        parts, title = self._parts, "Try learning rates"
        document, path = parts.workspace.document, parts.workspace.path
        if parts.run.active:
            parts.status.say(f"{title}: a run is training; wait until it has ended, or stop it.")
            return
        if not self._guide.is_sound(title) or not self._guide.may_run(document, title):
            return
        from gui.desk.training.rates import RatesDialog

        job = RangeJob(dumps(document), str(path.parent) if path is not None else "")
        rate = document.training.optimizer.learning_rate
        dialog = RatesDialog(parts.run.workers, job, rate, parts.canvas.theme, parts.window)
        dialog.taken.connect(lambda rate: self._take_rate(document, rate))
        dialog.open()

    def _take_rate(self, document: Document, rate: float) -> None:
        with document.edit(f"Learning rate {rate:g}"):
            document.set_training(learning_rate=rate)
        self._parts.status.say(f"The learning rate is {rate:g} now.")

    def export_onnx(self) -> None:
        """Ask where and with which weights, and have a worker write verified ONNX."""
        parts = self._parts
        if parts.onnx.active or not self._guide.is_sound("Export ONNX"):
            return
        path = parts.files.ask_save("Export ONNX", ".onnx", "ONNX models (*.onnx)")
        if path and self._guide.may_run(parts.workspace.document, "Export ONNX"):
            parts.onnx.ask(parts.workspace, path, parts.run.runs_of(parts.workspace.document))

    def remember_file(self) -> None:
        """Have the runs of a drawing that got its first file know it."""
        workspace = self._parts.workspace
        if workspace.path is not None:
            self._parts.run.remember(workspace.document, workspace.path)

    def export_code(self) -> None:
        """Ask where, and write the source of the drawing as it is now."""
        parts = self._parts
        if not self._guide.is_sound("Export code"):
            return
        self._code_path = parts.files.ask_save("Export code", ".py", "Python source (*.py)")
        if self._code_path and parts.code.current:
            self.write_code()
        elif self._code_path:
            parts.code.ask()

    def write_code(self) -> None:
        """Write the source where the user wanted it, if that was asked for."""
        path, self._code_path = self._code_path, ""
        if not path:
            return
        if not self._parts.code.text:
            dialogs.tell(self._parts.window, "Export code", self._parts.code.message.text())
        elif self._parts.files.write(path, self._parts.code.text):
            self._parts.status.say(f"Wrote {path}.")

    def export_figure(self) -> None:
        """Ask what, how and where, and write a picture of it."""
        from gui.export.choosing import FigureDialog

        canvas = self._parts.canvas
        dialog = FigureDialog(canvas.graph, canvas.selected(), self._parts.window)
        dialog.accepted.connect(lambda: self._write_figure(dialog.choice))
        dialog.open()

    def _write_figure(self, choice: FigureChoice) -> None:
        from gui.export.figure import render

        parts = self._parts
        path = parts.files.ask_save("Export figure", ".svg", FIGURES)
        if not path:
            return
        try:
            render(parts.workspace.document, path, choice.graph, look=choice.look, names=choice.names)
        except LayerloomError as error:
            dialogs.tell(parts.window, "Export figure", str(error))
        else:
            parts.status.say(f"Wrote {path}.")
