"""The inspector's page for the selected nodes: names, parameters, and what comes out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from graph.fields import Field
from graph.layer import Layer
from gui.analysis import Analysis
from gui.figures import Figures
from gui.inspector.editors import MIXED
from gui.inspector.form import LABEL_WIDTH, Form, form_for
from gui.inspector.header import Header, section
from gui.layersearch import first_sentence
from gui.theme import Theme
from gui.workspace import Workspace

NAME = Field("name", "text", "", "identifier: its attribute in the generated code")


class NodesPage(QWidget):
    """One node, or what several of the same kind have in common."""

    left = Signal()

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._analysis = workspace, analysis
        self._theme = Theme.light()
        self._names: list[str] = []
        self._called = ""
        self._kind: type[Layer] | None = None
        self.form: Form | None = None
        self._header = Header(self)
        self.name_form = Form({"name": NAME}, self)
        self._name_row = self.name_form.rows["name"]
        self.name_form.edited.connect(self._rename)
        self.name_form.left.connect(self.left)
        self._parameters = section("Parameters", self)
        self._result = section("Output", self)
        self.readout = Figures(("Shape", "Parameters", "MACs"), parent=self)
        self.readout.set_caption_width(LABEL_WIDTH)
        self.problem = QLabel(self)
        self.problem.setObjectName("error")
        self.problem.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 16, 16, 16)
        self._layout.setSpacing(12)
        for widget in (self._header, self.name_form, self._parameters, self._result, self.readout, self.problem):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Wear the theme's colours."""
        self._theme = theme
        self._paint()

    def show_nodes(self, names: list[str]) -> None:
        """Show other nodes."""
        for form in (self.form, self.name_form):
            if form is not None:
                form.forget()
        self._names = names
        self._called = names[0]
        self.refresh()

    def follow(self, names: list[str]) -> None:
        """Go on with the same nodes, which may have other names and values now."""
        self._names = names
        self.refresh()

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        nodes = [self._workspace.document.model.node(name) for name in self._names]
        kinds = {type(node.layer) for node in nodes}
        kind = kinds.pop() if len(kinds) == 1 else None
        if kind is not self._kind:
            self._build(kind)
        self._show_header(kind)
        if self.form is not None:
            self.form.show_values(_common([node.layer for node in nodes], list(self.form.rows)))
        self.name_form.setVisible(len(nodes) == 1)
        self._name_row.show_value(self._names[0])
        self.show_figures()

    def show_figures(self) -> None:
        """Patch shape, counts and problem from the analysis."""
        rows = [row for name in self._names if (row := self._analysis.rows.get(name))]
        single = len(self._names) == 1
        shapes = {row.shape for row in rows} if len(rows) == len(self._names) else set()
        macs = [row.macs for row in rows if row.macs is not None]
        self.readout.show_values(
            {
                "Shape": shapes.pop() if len(shapes) == 1 else "not known yet" if single else "several",
                "Parameters": f"{sum(row.parameters for row in rows):,}",
                "MACs": f"{sum(macs):,}" if macs and len(macs) == len(rows) else "not known yet",
            }
        )
        found = [problem for problem in self._analysis.problems if single and problem.node == self._names[0]]
        self.problem.setText("\n".join(problem.message for problem in found))
        self.problem.setVisible(bool(found))
        self.problem.setObjectName(found[0].severity if found else "error")
        self.problem.style().polish(self.problem)

    def start_renaming(self) -> None:
        """Put the cursor into the name."""
        self._name_row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name_row.editor.selectAll()  # type: ignore[union-attr]

    def _build(self, kind: type[Layer] | None) -> None:
        if self.form is not None:
            self.form.deleteLater()
        self._kind = kind
        self.form = form_for(kind, self) if kind is not None else None
        self._parameters.setVisible(self.form is not None and bool(self.form.rows))
        if self.form is not None:
            self._layout.insertWidget(self._layout.indexOf(self._parameters) + 1, self.form)
            self.form.show()
            self.form.edited.connect(self._edit)
            self.form.left.connect(self.left)

    def _show_header(self, kind: type[Layer] | None) -> None:
        count = len(self._names)
        what = kind.__name__ if kind is not None else "different kinds"
        if count > 1:
            self._header.show_text(f"{count} nodes selected", what, "")
        elif kind is not None:
            self._header.show_text(kind.__name__, kind.category, first_sentence(kind))
        self._paint()

    def _paint(self) -> None:
        theme, kind = self._theme, self._kind
        self._header.set_color(theme.muted if kind is None else theme.category_color(kind.category))

    def _edit(self, field: str, value: Any) -> None:
        assert self.form is not None
        self.form.attempt(field, lambda: self._set(field, value))

    def _set(self, field: str, value: Any) -> None:
        names, document = self._names, self._workspace.document
        who = names[0] if len(names) == 1 else f"{len(names)} nodes"
        with document.edit(f"Set {field} of {who}", merge=f"{','.join(names)}.{field}"):
            for name in names:
                document.model.set(name, **{field: value})

    def _rename(self, _: str, new: str) -> None:
        self.name_form.attempt("name", lambda: self._set_name(new))

    def _set_name(self, new: str) -> None:
        document, old = self._workspace.document, self._names[0]
        with document.edit(f"Rename {old}", merge=f"rename {self._called}"):
            document.model.rename(old, new)


def _common(layers: list[Layer], fields: list[str]) -> dict[str, Any]:
    """The value of each field, ``MIXED`` where the layers differ."""
    values: dict[str, Any] = {}
    for field in fields:
        first = getattr(layers[0], field)
        values[field] = first if all(getattr(layer, field) == first for layer in layers) else MIXED
    return values
