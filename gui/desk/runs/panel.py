"""The runs of the drawing, or of all drawings beside it, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gui.desk.runs.columns import WAITING
from gui.desk.runs.model import RunsModel
from gui.desk.runs.sparkline import WIDTH, Sparkline
from gui.shell.docks import in_view
from gui.theme.colors import Theme
from gui.widgets.text import Label, set_tip
from training.runs.table.summary import RunSummary

if TYPE_CHECKING:
    from gui.desk.compare.page import ComparePage

SCOPES = ("This drawing", "All here")
_WIDEST, _NARROWEST, _AIR = 260, 120, 12


class RunsPanel(QWidget):
    """Shows runs; ``wanted`` asks for them, the other signals say what is to become of those that are selected.

    In front of the table comes a page that compares some, where there is one.
    """

    wanted = Signal()
    show_requested = Signal(object)
    continue_requested = Signal(object)
    start_requested = Signal(object)
    open_requested = Signal(object)
    curves_requested = Signal(object)
    describe_requested = Signal(object)
    trash_requested = Signal(object)
    compare_requested = Signal(object)
    light_requested = Signal(object, object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RunsModel(self)
        self._sparkline = Sparkline(self)
        self._stale = True
        self._wanted: list[int] = []
        self._given: list[int] = []  # widths of columns: what they need, and what they have got
        self.comparison: ComparePage | None = None
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter by name, tag, outcome or setting=value")
        self.filter.setAccessibleName("Filter the runs")
        self.filter.setClearButtonEnabled(True)
        self.scope = QComboBox(self)
        self.scope.addItems(SCOPES)
        self.scope.setAccessibleName("Whose runs are shown")
        set_tip(self.scope, "The runs of this drawing, or all that lie beside it")
        self.show_curves = self._button("Show Curves", "Show the run's curves beside the drawing", self.show_requested)
        self.go_on = self._button("Continue", "Continue training this run, as one curve", self.continue_requested)
        self.compare = QPushButton("Compare", self)
        set_tip(self.compare, "Compare the selected runs: Ctrl+click or Shift+click selects several")
        self.compare.clicked.connect(lambda: self.compare_requested.emit([run.path for run in self.chosen()]))
        self.start = self._button(
            "Start from It", "Train the open drawing, beginning with this run's weights", self.start_requested
        )
        self.curves = self._button(
            "Export Curves…", "Write every figure of the run as comma-separated values", self.curves_requested
        )
        self.open = self._button("Open Drawing", "Open the drawing as it was trained, as a copy", self.open_requested)
        self.describe = self._button("Describe…", "Name the run, tag it, note something of it", self.describe_requested)
        self.trash = self._button("Move to Trash", "Move the run's folder to the trash", self.trash_requested)
        self.table = self._table()
        self._none = Label("No runs yet: train the drawing", self)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setObjectName("empty")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.table)
        self._list = QWidget(self)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._list)
        layout = QGridLayout(self._list)
        layout.setContentsMargins(12, 8, 12, 0)
        layout.setSpacing(6)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.filter, 0, 0)
        layout.addWidget(self.scope, 0, 1)
        layout.addWidget(self._stack, 1, 0)
        layout.addLayout(self._buttons(), 1, 1)
        self.filter.textChanged.connect(self._filter)
        self.scope.currentIndexChanged.connect(self.refresh)
        self._enable()

    @property
    def column(self) -> tuple[QPushButton, ...]:
        """The buttons from top to bottom, but for the last."""
        return self.show_curves, self.compare, self.go_on, self.start, self.open, self.describe, self.curves

    @property
    def everything(self) -> bool:
        """Whether the runs of other drawings are wanted too."""
        return self.scope.currentIndex() == 1

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._sparkline.theme = theme
        if self.comparison is not None:
            self.comparison.set_theme(theme)
        self.table.viewport().update()

    def refresh(self) -> None:
        """Ask for the runs again, now or when the panel comes into view."""
        self._stale = True
        self._ask_if_seen()

    def come_up(self) -> None:
        """Ask for the runs if something has changed out of view: the panel is about to come into it."""
        QTimer.singleShot(0, self, self._ask_if_seen)

    def _ask_if_seen(self) -> None:
        if self._stale and in_view(self):
            self._stale = False
            self.wanted.emit()

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these; the one that was selected stays so."""
        chosen = self.selected()
        self.model.show_runs(runs)
        self._none.setText("No runs yet: train the drawing" if not self.everything else "No runs here yet")
        self._stack.setCurrentIndex(1 if runs else 0)
        self.table.header().setSortIndicator(*self.model.sorted_by())
        self._fit()
        self.select(chosen.path if chosen is not None else None)

    def chosen(self) -> list[RunSummary]:
        """The runs that are selected, in the order of the table."""
        return [
            self.model.run(row) for row in sorted(index.row() for index in self.table.selectionModel().selectedRows())
        ]

    def selected(self) -> RunSummary | None:
        """The run that is selected, if it is the only one."""
        found = self.chosen()
        return found[0] if len(found) == 1 else None

    def show_comparison(self, runs: Sequence[Path]) -> None:
        """Show how runs differ, in place of the table.

        Raises:
            RunError: one cannot be read.
        """
        from gui.desk.compare.page import ComparePage  # with numpy, which is not loaded before it is needed

        if self.comparison is None:
            self.comparison = ComparePage(self)
            self.comparison.left.connect(self.show_table)
            self.comparison.lit.connect(self.light_requested)
            self._pages.addWidget(self.comparison)
        self.comparison.set_theme(self._sparkline.theme)
        self.comparison.compare(runs)
        self._pages.setCurrentWidget(self.comparison)

    def show_table(self) -> None:
        """Show the table again, if runs were compared."""
        self._pages.setCurrentWidget(self._list)
        self._ask_if_seen()

    def select(self, path: Path | None) -> None:
        """Select a run, if it is shown."""
        row = None if path is None else self.model.row_of(path)
        if row is not None:
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._enable()

    def _table(self) -> QTreeView:
        table = QTreeView(self)
        table.setAccessibleName("Runs")
        table.setModel(self.model)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.selectionModel().selectionChanged.connect(self._enable)
        self.model.modelReset.connect(self._enable)
        table.activated.connect(lambda _: self._ask(self.show_requested))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        return table

    def _buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        for button in self.column:
            column.addWidget(button)
        column.addStretch(1)
        column.addWidget(self.trash)
        column.setContentsMargins(0, 0, 0, 10)
        return column

    def _button(self, text: str, tip: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text, self)
        set_tip(button, tip)
        button.clicked.connect(lambda: self._ask(signal))
        return button

    def _open_menu(self, at: QPoint) -> None:
        """Offer for what was clicked on what the buttons do."""
        if not self.table.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in (*self.column, self.trash):
            menu.addAction(button.text(), button.click).setEnabled(button.isEnabled())
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _ask(self, signal: SignalInstance) -> None:
        run = self.selected()
        if run is not None and (run.outcome != WAITING or signal is self.trash_requested):
            signal.emit(run.path)

    def _filter(self, text: str) -> None:
        chosen = self.selected()
        self.model.filter(text)
        self.select(chosen.path if chosen is not None else None)

    def _fit(self) -> None:
        """Give the columns the width of what is in them, and the sparklines theirs."""
        self._wanted = []
        for section in range(self.model.columnCount()):
            if self.model.is_curve(section):
                self.table.setItemDelegateForColumn(section, self._sparkline)
                self._wanted.append(WIDTH)
            else:
                self.table.resizeColumnToContents(section)
                self._wanted.append(min(_WIDEST, self.table.columnWidth(section) + _AIR))
        self._tighten()

    def _tighten(self) -> None:
        """Take from the air of the columns, then from the names of the runs, what the last column lacks to be seen."""
        widths = [*self._wanted]
        lacking = sum(widths) - self.table.viewport().width()
        for section in range(len(widths)):
            if lacking > 0 and not self.model.is_curve(section):
                widths[section] -= min(_AIR, lacking)
                lacking -= min(_AIR, lacking)
        if lacking > 0 and widths:
            widths[0] = max(_NARROWEST, widths[0] - lacking)
        for section, width in enumerate(widths):
            self.table.setColumnWidth(section, width)
        self._given = widths

    def _follow(self) -> None:
        """Fit the columns into another width, unless the user has given one of them a width."""
        if self._given == [self.table.columnWidth(section) for section in range(self.model.columnCount())]:
            self._tighten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._follow)

    def _enable(self) -> None:
        run = self.selected()
        waits = run is not None and run.outcome == WAITING
        self.compare.setEnabled(len(self.chosen()) > 1 and all(each.outcome != WAITING for each in self.chosen()))
        for button in (self.show_curves, self.start, self.open, self.describe, self.curves):
            button.setEnabled(run is not None and not waits)
        self.go_on.setEnabled(run is not None and run.outcome not in ("running", WAITING))
        self.trash.setEnabled(run is not None and run.outcome != "running")
        self.trash.setText("Take Out" if waits else "Move to Trash")
        set_tip(self.trash, "Take it out of the queue" if waits else "Move the run's folder to the trash")
