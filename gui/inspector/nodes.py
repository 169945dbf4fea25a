"""The inspector's page for the selected nodes: names, parameters, and what comes out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from graph.analysis.documentation import page_of
from graph.analysis.effect import Figures as Amounts, difference, figures_of
from graph.edits.offers import first_sentence
from graph.fields import Field
from graph.layer import Layer
from gui.analysis import Analysis
from gui.inspector.chosen import NAME, Chosen, Name, own_layer
from gui.inspector.fields.folds import Folds
from gui.inspector.fields.form import LABEL_WIDTH, Form, order_tabs
from gui.inspector.fields.subject import Subject
from gui.inspector.header import Header, section
from gui.inspector.parameters import Parameters
from gui.inspector.weights import Weights
from gui.theme.colors import Theme
from gui.widgets.figures import Figures
from gui.widgets.text import Label
from gui.workspace import Workspace


class NodesPage(QWidget):
    """One node, or what several have in common; ``told`` says what the change of a field makes of them."""

    left = Signal()
    told = Signal(str)

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._analysis = workspace, analysis
        self._theme = Theme.light()
        self._chosen = Chosen(workspace)
        self._kind: type[Layer] | None = None
        self._before: Amounts | None = None
        self._folds = Folds(self)
        self._subjects = Parameters(self._chosen), Weights(self._chosen)
        self.form = Form({}, workspace, self._subjects[0], self, folds=self._folds)
        self.weights = Form({}, workspace, self._subjects[1], self)
        self._header = Header(self)
        self.name_form = Form({"name": NAME}, workspace, Name(self._chosen), self, applied="left")
        self._name_row = self.name_form.rows["name"]
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
        self._layout.setSpacing(10)
        above = (self._header, self.name_form, self._parameters, self.form, self._trained, self.weights)
        for widget in (*above, self._result, self.readout, self.problem):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        analysis.updated.connect(self._tell)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._paint()

    def show_nodes(self, graph: str, names: list[str]) -> None:
        """Show other nodes."""
        self.forget()
        self._chosen.graph, self._chosen.names = graph, list(names)
        self.refresh()

    def forget(self) -> None:
        """Drop what was typed but not taken."""
        for form in (self.form, self.name_form, self.weights):
            form.forget()
        self._end_visit()

    def follow(self, names: list[str]) -> None:
        """Go on with the same nodes, which may have other names and values now."""
        self._chosen.names = list(names)
        self.refresh()

    def unfold(self) -> None:
        """Show the parameters that few change."""
        self._folds.turn(True)

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        nodes = self._chosen.nodes
        kinds = {type(own_layer(node)) for node in nodes}
        self._kind = kinds.pop() if len(kinds) == 1 else None
        self._show_header()
        parameters, weights = self._subjects
        forms = self.form, self.weights
        self.form = self._form_for(self.form, parameters.choose(), parameters)
        self.weights = self._form_for(self.weights, weights.choose(), weights)
        if (self.form, self.weights) != forms:
            stops = [*self.name_form.stops(), *self.form.stops(), *self.weights.stops()]
            order_tabs([self._header.link, *stops])
        self._parameters.setVisible(bool(self.form.names))
        self._trained.setVisible(bool(self.weights.names))
        self.name_form.setVisible(len(nodes) == 1)
        for form in (self.name_form, self.form, self.weights):
            form.refresh()
        self.show_figures()

    def show_figures(self) -> None:
        """Patch shape, counts and problem from the analysis."""
        graph, names = self._chosen.graph, self._chosen.names
        rows = [row for name in names if (row := self._analysis.row_of(graph, name))]
        single = len(names) == 1
        shapes = {row.shape for row in rows} if len(rows) == len(names) else set()
        macs = [row.macs for row in rows if row.macs is not None]
        self.readout.show_values(
            {
                "Shape": shapes.pop() if len(shapes) == 1 else "not known yet" if single else "several",
                "Parameters": f"{sum(row.parameters for row in rows):,}",
                "MACs": f"{sum(macs):,}" if macs and len(macs) == len(rows) else "not known yet",
            }
        )
        here = (graph, names[0])
        found = [problem for problem in self._analysis.problems if single and (problem.graph, problem.node) == here]
        self.problem.setText("\n".join(problem.message for problem in found))
        self.problem.setVisible(bool(found))
        self.problem.setObjectName(found[0].severity if found else "error")
        self.problem.style().polish(self.problem)

    def start_renaming(self) -> None:
        """Put the cursor into the name."""
        self._name_row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name_row.editor.selectAll()  # type: ignore[union-attr]

    def _form_for(self, form: Form, fields: dict[str, Field], subject: Subject) -> Form:
        """The form for these fields: the one there is, if it has them, else a new one in its place."""
        if form.fields == fields:
            return form
        made = Form(fields, self._workspace, subject, self, folds=self._folds)
        made.left.connect(self.left)
        made.visited.connect(self._begin_visit)
        made.finished.connect(self._end_visit)
        self._layout.replaceWidget(form, made)
        # A click may have replaced it by leaving another field: what is typed into it now belongs to no node.
        form.retire()
        made.setVisible(bool(fields))
        return made

    def _begin_visit(self) -> None:
        """Know what there is before a field is changed."""
        self._before = None
        self._analysis.settle()
        chosen, summary = self._chosen, self._analysis.summary_of(self._chosen.graph)
        self._before = figures_of(chosen.document, chosen.graph, chosen.names, summary)
        self.told.emit("")

    def _end_visit(self) -> None:
        self._before = None
        self.told.emit("")

    def _tell(self) -> None:
        """Say what the field that is being changed makes of the nodes, and of all."""
        chosen = self._chosen
        if self._before is None or chosen.graph not in chosen.document.graphs:
            return
        after = figures_of(chosen.document, chosen.graph, chosen.names, self._analysis.summary_of(chosen.graph))
        whole = f"Block {chosen.graph}" if chosen.graph else "Model"
        self.told.emit("No shape comes out." if after is None else "\n".join(difference(self._before, after, whole)))

    def _show_header(self) -> None:
        count, kind = len(self._chosen.names), self._kind
        what = kind.__name__ if kind is not None else "different kinds"
        self._header.show_link(page_of(kind) if kind is not None else "")
        if count > 1:
            self._header.show_text(f"{count} nodes selected", what, "")
        elif kind is not None and self._chosen.nodes[0].bypassed is not None:
            sentence = "It passes its input on unchanged; bypass it again to use it with its parameters."
            self._header.show_text(f"{kind.__name__}, bypassed", kind.category, sentence)
        elif kind is not None:
            self._header.show_text(kind.__name__, kind.category, first_sentence(kind))
        self._paint()

    def _paint(self) -> None:
        theme, kind = self._theme, self._kind
        self._header.set_color(theme.muted if kind is None else theme.category_color(kind.category))
