"""The page on the data of the drawing: choose it, see samples, and see what the drawing makes of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from graph.document import Document
from graph.errors import LayerloomError
from graph.recipe.part import choices_of
from graph.recipe.sources import Source, read_text
from graph.storage.loom import dumps
from gui import preferences
from gui.desk.data.augmented import AugmentedView
from gui.desk.data.choice import DataChoice
from gui.desk.data.findings import GONE
from gui.desk.data.reading import DataReading
from gui.desk.data.report import DataReport
from gui.desk.data.settings import ReadingForm
from gui.desk.later import Page
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from gui.widgets.scrolling import hold_column, scroll_area
from gui.workers.pool import Workers
from gui.workspace import Workspace
from training.protocol import DataDescribed, DataJob

SAMPLES = 40
DELAY_MS = 400
DRAWING = ".loom"
FILES = tuple({suffix for cls in choices_of(Source).values() for suffix in cls.suffixes} - {".txt"})


class DataPage(Page):
    """Chooses the data of the workspace's document and shows it; ``said`` carries sentences on what was chosen."""

    said = Signal(str)

    def __init__(self, workspace: Workspace, workers: Workers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.reading = DataReading(workers, self)
        left, right = (scroll_area(Qt.Orientation.Vertical, self) for _ in range(2))
        self.choice = DataChoice(left.widget())
        self.augmented = AugmentedView(workspace, workers)
        self.report = DataReport(self.augmented, self)
        self.settings = ReadingForm(workspace, right.widget())
        self._wanted: object = None
        self._augmentation = workspace.document.training.augmentation
        self._come_to = False
        self._path = ""
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._read_if_seen)
        self.setAccessibleName("Data")
        self.setAcceptDrops(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 12, 6, 0)
        layout.setSpacing(14)
        layout.addWidget(hold_column(left, self.choice))
        layout.addWidget(self.report, 1)
        layout.addWidget(hold_column(right, self.settings))
        self._connect()
        self._follow()

    def _connect(self) -> None:
        reading, report = self.reading, self.report
        self._workspace.opened.connect(self._reopen)
        self._workspace.changed.connect(self._follow)
        self._workspace.renamed.connect(self._follow)
        self.choice.path_chosen.connect(self.choose_path)
        self.choice.text_chosen.connect(self.choose_text)
        self.settings.kind_chosen.connect(self.choose_text)
        report.cancelled.connect(self._cancel)
        report.again.connect(self._read)
        reading.changed.connect(lambda: report.show_reading(reading.active))
        reading.said.connect(report.show_stage)
        reading.found.connect(self._take_found)
        reading.described.connect(self._take_described)
        reading.failed.connect(report.show_failure)
        # Later: the room for what is shown is found by then.
        self.augmented.reading.shown.connect(lambda _: QTimer.singleShot(0, self, self._show_change))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.report.set_theme(theme)
        self.augmented.set_theme(theme)

    def come_up(self) -> None:
        """Read the data, if what is shown is not what the document says: the page has come into view."""
        self._timer.start(0)

    def close_worker(self) -> None:
        """Give up what is being read: the window closes."""
        self._timer.stop()
        self.reading.close()
        self.augmented.close_worker()

    def choose_path(self, path: str) -> None:
        """Find out what lies at a path, and take it for the document's data."""
        self._timer.stop()
        self._path = path
        self.report.show_title(Path(path).name)
        self._start(path)

    def choose_text(self, text: str) -> None:
        """Take what a text of the setting ``data`` stands for."""
        self._path = ""
        try:
            self._set(read_text(text))
        except LayerloomError as error:
            self.report.show_failure(str(error))
        self._read_if_seen()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if data_paths(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = data_paths(event.mimeData().urls())
        if paths:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.choose_path(paths[0]))

    def _reopen(self, _: Document) -> None:
        self.reading.cancel()
        self._wanted = None
        self._augmentation = self._workspace.document.training.augmentation
        self.settings.forget()
        self._follow()

    def _follow(self, _: object = None) -> None:
        """Show what the document says now; what it says otherwise than before is read when it can be seen."""
        data = self._workspace.document.training.data
        self.choice.show_chosen(data.text(), self._whole(data))
        self.settings.show_settings()
        self.augmented.follow()
        if self._augmentation != (augmentation := self._workspace.document.training.augmentation):
            self._augmentation, self._come_to = augmentation, True
        if not self._path:
            self.report.show_title(_title(data))
        if in_view(self):
            self._timer.start()

    def _read_if_seen(self) -> None:
        if in_view(self) and not self._path and self._wanted != self._key():
            self._read()

    def _read(self) -> None:
        self._path = ""
        self.report.show_title(_title(self._workspace.document.training.data))
        self._start()

    def _show_change(self) -> None:
        """Come to what another augmentation makes of samples: it may be far below them."""
        if self._come_to:
            self._come_to = False
            self.report.come_to_augmentation()

    def _start(self, path: str = "") -> None:
        workspace = self._workspace
        self._wanted = self._key()
        self.augmented.forget_data()
        self.reading.start(DataJob(dumps(workspace.document), workspace.folder(), path, SAMPLES))

    def _cancel(self) -> None:
        self.reading.cancel()
        self._path = ""
        self.report.show_failure(GONE)

    def _take_found(self, text: str) -> None:
        preferences.add_recent_data(self._path)
        self.choice.show_recent()
        self._path = ""
        self._set(self._beside(read_text(text)))
        self._wanted = self._key()

    def _take_described(self, event: DataDescribed) -> None:
        self.report.show_described(event, self._workspace.document.training.validation)
        self.augmented.show_data()

    def _beside(self, source: Source) -> Source:
        """The data by a path that starts beside the drawing, where it lies there: so that both can be moved."""
        folder = self._workspace.folder()
        if folder and Path(source.place).is_relative_to(folder):
            return source.moved(os.path.relpath(source.place, folder))
        return source

    def _whole(self, source: Source) -> str:
        """The path of data as it was chosen, wherever the drawing lies; "" for what comes along."""
        return os.path.normpath(Path(self._workspace.folder() or "") / source.place) if source.place else ""

    def _set(self, source: Source) -> None:
        document = self._workspace.document
        with document.edit("Choose data"):
            document.set_training(data=source.text())
        self._timer.stop()

    def _key(self) -> object:
        """What the result depends on: the settings on data, and the drawing without where its nodes stand."""
        document, settings = self._workspace.document, self._workspace.document.training
        graphs = tuple(
            (name, tuple((node.name, node.layer, node.bypassed) for node in graph.nodes.values()), tuple(graph.wires()))
            for name, graph in document.graphs.items()
        )
        read_by = (settings.data, settings.validation, settings.seed, settings.scaling, self._workspace.folder())
        return id(document), read_by, graphs


def data_paths(urls: Iterable[QUrl]) -> list[str]:
    """The files and folders among what is dropped that are not drawings."""
    paths = [url.toLocalFile() for url in urls if url.isLocalFile()]
    return [path for path in paths if not path.lower().endswith(DRAWING)]


def is_data(path: str) -> bool:
    """Whether what lies at a path is surely data and not a drawing: a folder, a table, or arrays."""
    return Path(path).is_dir() or path.lower().endswith(FILES)


def _title(data: Source) -> str:
    return Path(data.place).name or data.text()
