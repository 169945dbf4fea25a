"""What augmentation makes of the user's own samples: each as it is, and beside it what it is in some epochs."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from graph.storage.loom import dumps
from gui.desk.data.changes import Changes
from gui.desk.data.findings import words
from gui.desk.data.gallery import room_of
from gui.desk.data.painting import paint_view
from gui.desk.data.trying import SamplesReading
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip
from gui.workers.pool import Workers
from gui.workspace import Workspace
from training.protocol import SamplesJob, SamplesShown, View

SAMPLES, DRAWS = 4, 6
STEPS, MOST = 20, 3  # of the slider: a twentieth each, up to three times as much
NOTHING = "Training samples are not changed. Add what they are changed by at the right, under augmentation."
WAITING = "Samples are being changed."
_GAP, _APART, _NARROW = 10, 22, 240
_steps = count()


class AugmentedRows(QWidget):
    """A row for each sample: as it is, and behind a line as many draws as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = Theme.light()
        self._changes: Changes | None = None
        self.first_epoch = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Training samples, and what augmentation makes of them")

    def show_changes(self, changes: Changes, first_epoch: int) -> None:
        """Show these; the draws are those of the epochs from ``first_epoch`` on, counted from 1."""
        self._changes, self.first_epoch = changes, first_epoch
        self._fit()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_NARROW, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def columns(self) -> int:
        """How many draws fit beside each sample, at least one."""
        wide, _ = self._cell()
        most = self._changes.draws if self._changes else 0
        return min(most, max(1, (self.width() - wide - _APART) // (wide + _GAP)))

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a sample is painted: column 0 is as it is, the others are draws."""
        wide, high = self._cell()
        x = column * (wide + _GAP) + (_APART - _GAP if column else 0)
        return QRectF(x, self._line() + 4 + row * (high + self._line() + _GAP), wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._changes is None:
            return
        painter = QPainter(self)
        columns = self.columns()
        for column in range(columns + 1):
            heading = self.cell_rect(0, column)
            painter.setPen(self._theme.muted)
            text = f"epoch {self.first_epoch + column - 1:,}" if column else "as it is"
            painter.drawText(QRectF(heading.left(), 0, heading.width(), self._line()), _CENTRED, text)
            for row in range(self._changes.count):
                self._paint(painter, row, column)
        if columns:
            x = self.cell_rect(0, 1).left() - _APART / 2
            painter.setPen(QPen(self._theme.border, 1))
            painter.drawLine(round(x), 0, round(x), self.height())
        painter.end()

    def _paint(self, painter: QPainter, row: int, column: int) -> None:
        assert self._changes is not None
        cell = self.cell_rect(row, column)
        x = cell.left()
        for view in self._changes.views(row, column - 1):
            wide = min(room_of(view)[0], cell.width())
            paint_view(painter, view, QRectF(x, cell.top(), wide, cell.height()), self._theme)
            x += wide + 4
        caption = self._changes.caption(row, column - 1)
        if column and caption == self._changes.caption(row, -1):
            return
        painter.setPen(self._theme.text)
        shown = self.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, int(cell.width()))
        painter.drawText(QRectF(cell.left(), cell.bottom() + 2, cell.width(), self._line()), _CENTRED, shown)

    def _cell(self) -> tuple[int, int]:
        """The width and height of a sample: no wider than leaves room for two draws."""
        views: list[View] = self._changes.views(0, -1) if self._changes and self._changes.count else []
        sizes = [room_of(view) for view in views] or [(0, 0)]
        wide = sum(width for width, _ in sizes) + 4 * (len(sizes) - 1)
        return min(wide, max(60, (self.width() - _APART - _GAP) // 3)), max(high for _, high in sizes)

    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    def _fit(self) -> None:
        rows = self._changes.count if self._changes else 0
        self.setFixedHeight(round(self.cell_rect(rows, 0).top()) if rows else 1)


_CENTRED = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextSingleLine)


class AugmentedView(QWidget):
    """Asks for samples and shows them, with a slider for the strength."""

    def __init__(self, workspace: Workspace, workers: Workers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.reading = SamplesReading(workers, self)
        self._read = False
        self._asked: object = None
        self._first = self._epoch = self._total = 0
        self.rows = AugmentedRows(self)
        self.told = words("", "description", self)
        self.strength = QSlider(Qt.Orientation.Horizontal, self)
        self.strength.setRange(0, STEPS * MOST)
        self.strength.setPageStep(STEPS // 4)
        self.strength.setAccessibleName("Strength of augmentation")
        set_tip(self.strength, "How many times as much as the augmentations say; shown while it is dragged")
        self.factor = Label(self)
        self.others = QPushButton("Other Samples", self)
        set_tip(self.others, "Show other training samples")
        self.again = QPushButton("Later Epochs", self)
        set_tip(self.again, "Show what the same samples are in the epochs that follow")
        self._controls = QWidget(self)
        self.rows.hide()
        self._lay_out()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.rows.set_theme(theme)

    def follow(self) -> None:
        """Show what the document says of augmentation; samples are asked for where that changed since."""
        settings = self._workspace.document.training
        self._show_strength(settings.augmentation_strength)
        self._controls.setVisible(bool(settings.augmentation))
        if not settings.augmentation:
            self.told.setText(NOTHING)
            self.rows.hide()
            self._asked = None
            self.reading.close()
        elif self._asked != self._wanted():
            self._ask()

    def show_data(self) -> None:
        """Ask for samples of the document's data, which was read."""
        self._first = self._epoch = 0
        self._read, self._asked = True, None
        self.follow()

    def forget_data(self) -> None:
        """Ask for nothing until data was read."""
        self._read = False
        self.close_worker()

    def close_worker(self, *, rewarm: bool = False) -> None:
        """Let the worker go: the window closes, its cores are wanted, or nobody looks."""
        self._asked = None
        self.reading.close(rewarm=rewarm)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self.close_worker(rewarm=True)
        super().hideEvent(event)

    def _wanted(self) -> object:
        settings = self._workspace.document.training
        return settings.augmentation, settings.augmentation_strength, self._first, self._epoch

    def _ask(self, strength: float | None = None) -> None:
        if not self._read or not self.isVisible():
            return
        workspace = self._workspace
        self._asked = self._wanted()
        if self.rows.isHidden():
            self.told.setText(WAITING)
        self.reading.ask(
            SamplesJob(
                dumps(workspace.document), 0, workspace.folder(), self._first, SAMPLES, spread=True, epoch=self._epoch,
                draws=DRAWS, augmented=True, strength=strength, longest=96,
            )
        )  # fmt: skip

    def _take(self, shown: SamplesShown) -> None:
        self._total = shown.total
        self.told.setText(shown.refused or shown.told or "At a strength of 0 samples stay as they are.")
        self.told.setProperty("kind", "error" if shown.refused else "description")
        self.told.style().polish(self.told)
        self.rows.setVisible(bool(shown.indices))
        self.rows.show_changes(Changes(shown), shown.epoch + 1)

    def _fail(self, sentence: str) -> None:
        self.rows.hide()
        self.told.setText(sentence)

    def _show_strength(self, strength: float) -> None:
        self.factor.setText(f"{strength:g} \u00d7")
        if not self.strength.isSliderDown():
            self.strength.blockSignals(True)
            self.strength.setValue(round(strength * STEPS))
            self.strength.blockSignals(False)

    def _slide(self, value: int) -> None:
        """While the handle is held samples follow it; let go of, or moved by a key, it is a step of the document."""
        strength = value / STEPS
        self.factor.setText(f"{strength:g} \u00d7")
        if self.strength.isSliderDown():
            self._ask(strength)
        else:
            self._set(strength)

    def _set(self, strength: float) -> None:
        document = self._workspace.document
        if document.training.augmentation_strength != strength:
            with document.edit("Set augmentation_strength of training", merge=self._visit):
                document.set_training(augmentation_strength=strength)

    def _let_go(self) -> None:
        self._set(self.strength.value() / STEPS)
        self._visit = f"strength {next(_steps)}"

    def _show_others(self) -> None:
        self._first = (self._first + 1) % max(1, self._total // SAMPLES)
        self._ask()

    def _show_later(self) -> None:
        self._epoch += max(1, self.rows.columns())
        self._ask()

    def _connect(self) -> None:
        self._visit = f"strength {next(_steps)}"
        self.reading.shown.connect(self._take)
        self.reading.failed.connect(self._fail)
        self.strength.valueChanged.connect(self._slide)
        self.strength.sliderReleased.connect(self._let_go)
        self.others.clicked.connect(self._show_others)
        self.again.clicked.connect(self._show_later)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        name = Label("Strength", self)
        name.setBuddy(self.strength)
        self.strength.setMaximumWidth(220)
        self.factor.setMinimumWidth(self.fontMetrics().horizontalAdvance("0.00 \u00d7") + 8)
        for widget, stretch in ((name, 0), (self.strength, 2), (self.factor, 0)):
            row.addWidget(widget, stretch)
        row.addStretch(1)
        row.addWidget(self.others)
        row.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._controls)
        layout.addWidget(self.told)
        layout.addWidget(self.rows)
