"""The inspector's page for the selected nodes: names, parameters, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.document import Document
from graph.edits.offers import first_sentence
from graph.fields import Field
from graph.layer import Layer
from graph.modelgraph import ModelGraph
from graph.records import Node
from gui.analysis import Analysis
from gui.inspector import parameters, weights
from gui.inspector.fields.form import LABEL_WIDTH, Form
from gui.inspector.header import Header, section
from gui.theme.colors import Theme
from gui.widgets.figures import Figures
from gui.widgets.text import Label
from gui.workspace import Workspace

NAME = Field("name", "text", "", "identifier: its attribute in the generated code")


class NodesPage(QWidget):
    """One node, or what several of the same kind have in common."""

    left = Signal()

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._analysis = workspace, analysis
        self._theme = Theme.light()
        self._graph = ""
        self._names: list[str] = []
        self._kind: type[Layer] | None = None
        self._bypassed: Layer | None = None
        self.form = Form({}, workspace, self)
        self.weights = Form({}, workspace, self)
        self._header = Header(self)
        self.name_form = Form({"name": NAME}, workspace, self, applied="left")
        self._name_row = self.name_form.rows["name"]
        self.name_form.edited.connect(self._rename)
        self.name_form.left.connect(self.left)
        self._parameters = section("Parameters", self)
        self._trained = section("Weights", self)
        self._result = section("Output", self)
        self.readout = Figures(("Shape", "Parameters", "MACs"), parent=self)
        self.readout.set_caption_width(LABEL_WIDTH)
        self.problem = Label(self)
        self.problem.setObjectName("error")
        self.problem.setWordWrap(True)
        self.problem.setMinimumWidth(LABEL_WIDTH)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 16, 16, 16)
        self._layout.setSpacing(12)
        above = (self._header, self.name_form, self._parameters, self.form, self._trained, self.weights)
        for widget in (*above, self._result, self.readout, self.problem):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._paint()

    def show_nodes(self, graph: str, names: list[str]) -> None:
        """Show other nodes."""
        self.forget()
        self._graph = graph
        self._names = names
        self.refresh()

    def forget(self) -> None:
        """Drop what was typed but not taken."""
        for form in (self.form, self.name_form, self.weights):
            form.forget()

    def follow(self, names: list[str]) -> None:
        """Go on with the same nodes, which may have other names and values now."""
        self._names = names
        self.refresh()

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        nodes = [self._drawing.node(name) for name in self._names]
        kinds = {type(node.layer) for node in nodes}
        self._kind = kinds.pop() if len(kinds) == 1 else None
        self._bypassed = nodes[0].bypassed if len(nodes) == 1 else None
        self._show_header()
        self._show_form(nodes)
        fields = weights.fields_for(self._drawing, nodes)
        self.weights = self._replaced(self.weights, fields, self._edit_weights)
        self.weights.show_values(weights.values_of(nodes, fields))
        self._trained.setVisible(bool(fields))
        self.name_form.setVisible(len(nodes) == 1)
        self._name_row.show_value(self._names[0])
        self.show_figures()

    def show_figures(self) -> None:
        """Patch shape, counts and problem from the analysis."""
        rows = [row for name in self._names if (row := self._analysis.row_of(self._graph, name))]
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
        here = (self._graph, self._names[0])
        found = [problem for problem in self._analysis.problems if single and (problem.graph, problem.node) == here]
        self.problem.setText("\n".join(problem.message for problem in found))
        self.problem.setVisible(bool(found))
        self.problem.setObjectName(found[0].severity if found else "error")
        self.problem.style().polish(self.problem)

    def start_renaming(self) -> None:
        """Put the cursor into the name."""
        self._name_row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name_row.editor.selectAll()  # type: ignore[union-attr]

    @property
    def _document(self) -> Document:
        return self._workspace.document

    @property
    def _drawing(self) -> ModelGraph:
        return self._document.graphs[self._graph]

    def _show_form(self, nodes: list[Node]) -> None:
        fields = parameters.fields_for(self._document, self._graph, nodes)
        self.form = self._replaced(self.form, fields, self._edit)
        self.form.show_values(parameters.values_of(self._document, nodes, fields))
        self._parameters.setVisible(bool(fields))

    def _replaced(self, form: Form, fields: Mapping[str, Field], edited: Callable[[str, Any], None]) -> Form:
        """The form for these fields: the one there is, if it has them, else a new one in its place."""
        if form.fields == fields:
            return form
        made = Form(fields, self._workspace, self)
        made.edited.connect(edited)
        made.left.connect(self.left)
        self._layout.replaceWidget(form, made)
        form.hide()
        # A click may have replaced it by leaving another field: what is typed into it now belongs to no node.
        form.blockSignals(True)
        form.deleteLater()
        made.setVisible(bool(fields))
        return made

    def _show_header(self) -> None:
        count, kind = len(self._names), self._kind
        what = kind.__name__ if kind is not None else "different kinds"
        if count > 1:
            self._header.show_text(f"{count} nodes selected", what, "")
        elif (layer := self._bypassed) is not None:
            sentence = "It passes its input on unchanged; bypass it again to use it with its parameters."
            self._header.show_text(f"{type(layer).__name__}, bypassed", layer.category, sentence)
        elif kind is not None:
            self._header.show_text(kind.__name__, kind.category, first_sentence(kind))
        self._paint()

    def _paint(self) -> None:
        theme, kind = self._theme, type(self._bypassed) if self._bypassed is not None else self._kind
        self._header.set_color(theme.muted if kind is None else theme.category_color(kind.category))

    def _edit(self, field: str, value: Any) -> None:
        self._attempt(self.form, field, lambda name: self._set(name, field, value))

    def _set(self, name: str, field: str, value: Any) -> None:
        parameters.set_value(self._document, self._graph, name, field, value)

    def _edit_weights(self, field: str, value: Any) -> None:
        self._attempt(self.weights, field, lambda name: weights.set_value(self._drawing, name, field, value))

    def _attempt(self, form: Form, field: str, change: Callable[[str], None]) -> None:
        """Change all the nodes as one step, or say under the field why not."""
        names = list(self._names)
        who = names[0] if len(names) == 1 else f"{len(names)} nodes"
        label = f"Set {form.fields[field].name} of {who}"

        def edit() -> None:
            for name in names:
                change(name)

        form.attempt(field, label, edit)

    def _rename(self, field: str, new: str) -> None:
        old = self._names[0]
        self.name_form.attempt(field, f"Rename {old}", lambda: self._drawing.rename(old, new))
