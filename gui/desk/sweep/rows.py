"""What a sweep varies, a row a field: its name, its values as they are written, and a button that leaves it out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from graph.document import Document
from graph.edits.setting.sweeping import check_axis, leave, value_now, vary
from graph.errors import LayerloomError
from graph.recipe.sweep.axis import Axis
from gui.desk.sweep.shown import written
from gui.widgets.elided import ElidedLabel
from gui.widgets.text import Label, set_tip, shortened
from gui.workspace import Workspace

EXAMPLE = "8,16,32  or  1e-4..1e-1"


class AxisRow(QWidget):
    """One field that is varied."""

    def __init__(self, name: str, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._workspace = name, workspace
        self._shown = ""
        self.label = ElidedLabel(name, self)
        set_tip(self.label, name)
        self.span = QLineEdit(self)
        self.span.setPlaceholderText(EXAMPLE)
        self.span.setAccessibleName(f"Values of {name}")
        set_tip(self.span, f"Values between commas, or a range: {EXAMPLE}; :log or :linear behind it sets its scale")
        self.remove = QToolButton(self)
        self.remove.setText("\N{MULTIPLICATION SIGN}")
        self.remove.setAutoRaise(True)
        self.remove.setAccessibleName(f"Leave {name} out")
        set_tip(self.remove, "Leave it out of the sweep")
        self.note, self.error = Label(self), Label(self)
        self.note.setObjectName("caption")
        self.error.setObjectName("error")
        for line in (self.note, self.error):
            line.setWordWrap(True)
            line.setMinimumWidth(60)
        self.error.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.remove, 0, 1)
        grid.addWidget(self.span, 1, 0, 1, 2)
        grid.addWidget(self.note, 2, 0, 1, 2)
        grid.addWidget(self.error, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        self.span.editingFinished.connect(self.apply)
        self.span.textEdited.connect(lambda _: self._refuse(""))
        self.remove.clicked.connect(lambda: leave(workspace.document, name))

    def show_axis(self, axis: Axis) -> None:
        """Show what the document has; what was typed and refused stays until that is another."""
        text = axis.span()
        if text != self._shown:
            self._shown = text
            self.span.setText(text)
            self._refuse("")
        self.note.setText(_noted(self._workspace.document, axis))
        if not self.error.text():
            self._refuse(_why_not(self._workspace.document, axis))

    def apply(self) -> None:
        """Have the document vary the field over what is typed."""
        text = self.span.text().strip()
        if text == self._shown:
            return
        if not text:
            self._refuse(f"{shortened(self.name)} needs values, such as {EXAMPLE}.")
            return
        try:
            vary(self._workspace.document, self.name, text)
        except LayerloomError as error:
            self._refuse(str(error))

    @property
    def refused(self) -> bool:
        """Whether what stands there cannot be swept over."""
        return bool(self.error.text())

    def _refuse(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.note.setVisible(not sentence)
        self.span.setProperty("invalid", bool(sentence))
        self.span.style().polish(self.span)


class AxisRows(QWidget):
    """A row for everything the document's sweep varies, patched from the document."""

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.rows: dict[str, AxisRow] = {}
        self.nothing = Label(
            "Nothing is varied yet. Right-click a field in the inspector and choose Sweep Over\N{HORIZONTAL ELLIPSIS}, "
            "or add one here.",
            self,
        )
        self.nothing.setObjectName("description")
        self.nothing.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addWidget(self.nothing)

    def refresh(self) -> None:
        """Show what the document's sweep varies now."""
        axes = self._workspace.document.sweep.over
        for name in [name for name in self.rows if name not in {axis.name for axis in axes}]:
            self._drop(self.rows.pop(name))
        for place, axis in enumerate(axes):
            if axis.name not in self.rows:
                self.rows[axis.name] = AxisRow(axis.name, self._workspace, self)
            self._layout.insertWidget(place, self.rows[axis.name])
            self.rows[axis.name].show_axis(axis)
        self.nothing.setVisible(not axes)
        self.changed.emit()

    def forget(self) -> None:
        """Drop what was typed but refused: another document is shown."""
        for row in self.rows.values():
            self._drop(row)
        self.rows = {}

    def settle(self) -> None:
        """Take what is typed."""
        for row in list(self.rows.values()):
            row.apply()

    def edit(self, name: str) -> None:
        """Put the cursor into a row, its values chosen to be typed over."""
        for row in self.rows.values():
            row.span.deselect()
        if name in self.rows:
            self.rows[name].span.setFocus(Qt.FocusReason.OtherFocusReason)
            self.rows[name].span.selectAll()

    def _drop(self, row: AxisRow) -> None:
        row.blockSignals(True)
        row.span.blockSignals(True)  # it loses the focus as it goes
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()


def _noted(document: Document, axis: Axis) -> str:
    """What the field has now, and how a range is taken."""
    try:
        now = f"now {shortened(written(value_now(document, axis.name)), 24)}"
    except LayerloomError:
        return ""
    if axis.values:
        return f"{len(axis.values)} value{'s' if len(axis.values) != 1 else ''}, {now}"
    return f"{'logarithmic: equal factors count alike' if axis.log else 'linear: equal steps count alike'}, {now}"


def _why_not(document: Document, axis: Axis) -> str:
    try:
        check_axis(document, axis)
    except LayerloomError as error:
        return str(error)
    return ""
