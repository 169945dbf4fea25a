"""Export: ONNX through a worker with a report at its end, source and figures as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from graph.document import Document
from graph.storage.loom import dumps
from gui.widgets.text import Label
from gui.workers.lease import Lease
from gui.workers.pool import Workers
from gui.workspace import Workspace
from training.protocol import Event, Exported, ExportJob, Failed, Notice, Stage
from training.runs.choices import Choice

if TYPE_CHECKING:
    from gui.export.dialog import ExportDialog
    from gui.export.report import ExportReport


class OnnxExport(QObject):
    """One export at a time, shown over the window of ``holder``; ``done`` carries the report's event, ``failed`` a
    ``Failed``."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, workers: Workers, holder: QWidget) -> None:
        super().__init__(holder)
        self._holder = holder
        self._lease = Lease(workers, self)
        self._lease.received.connect(self._take)
        self._lease.lost.connect(self._fail)
        self._progress: QProgressDialog | None = None
        self.dialog: ExportDialog | None = None
        self.report: ExportReport | None = None

    @property
    def active(self) -> bool:
        """Whether a worker is at it."""
        return self._lease.active

    def ask(self, workspace: Workspace, path: str, made: Sequence[Path]) -> None:
        """Ask which weights go to ``path``, and write it; ``made`` are runs of the document since it was opened."""
        # Here, so that the start of the editor does not wait for it.
        from gui.export.dialog import ExportDialog
        from gui.export.offers import Offers

        dialog = ExportDialog(path, Offers(workspace, made), workspace.runs_folder(), self._holder.window())
        dialog.accepted.connect(
            lambda: self.start(workspace.document, path, dialog.choice, dialog.embeds, workspace.folder())
        )
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def start(
        self, document: Document, path: str, choice: Choice | None, embed: bool = False, folder: str = ""
    ) -> None:
        """Write verified ONNX to ``path`` with chosen weights, or with fresh ones; ``folder`` is the document's."""
        if self.active:
            return
        run, which = (str(choice.run), choice.which) if choice else ("", "best")
        job = ExportJob(dumps(document), path, run, weights=which, embed_drawing=embed, folder=folder)
        self._lease.begin(job)
        self._progress = QProgressDialog(self._holder.window())
        self._progress.setLabel(Label(f"Writing {Path(path).name}"))
        self._progress.setRange(0, 0)
        self._progress.setWindowTitle("Export ONNX")
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.setMinimumDuration(400)
        self._progress.canceled.connect(self.cancel)
        self._progress.setValue(0)

    def cancel(self) -> None:
        """Give it up; a file that was there before is intact."""
        self._end(kill=True)

    def _take(self, event: Event) -> None:
        match event:
            case Stage() | Notice():
                self._show(event)
            case Exported():
                self._end()
                self._report(event)
            case Failed():
                self._fail(event)

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _report(self, event: Exported) -> None:
        # Here, so that the start of the editor does not wait for it.
        from gui.export.report import ExportReport

        self.report = ExportReport(event, self._holder.window())
        self.report.open()
        self.done.emit(event)

    def _show(self, event: Stage | Notice) -> None:
        if self._progress is None:
            return
        self._progress.setLabelText(event.message)
        fraction = event.fraction if isinstance(event, Stage) else None
        if fraction is not None:
            self._progress.setMaximum(100)
            self._progress.setValue(min(99, round(100 * fraction)))

    def _fail(self, failure: Failed) -> None:
        self._end()
        self.failed.emit(failure)

    def _end(self, *, kill: bool = False) -> None:
        self._lease.end(kill=kill)
        if self._progress is not None:
            self._progress.canceled.disconnect(self.cancel)
            self._progress.close()
            self._progress.deleteLater()
            self._progress = None
