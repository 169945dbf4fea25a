"""The inspector's page for a block that is shown: its name and its parameters."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from graph.blocks.uses import instances
from graph.edits.renaming import rename_block
from graph.fields import Field
from gui.analysis import Analysis
from gui.inspector.fields.form import LABEL_WIDTH, Form, order_tabs
from gui.inspector.fields.subject import Subject
from gui.inspector.header import Header, section
from gui.inspector.parameterlist import ParameterList
from gui.inspector.portlist import PortList
from gui.theme.colors import Theme
from gui.widgets.figures import Figures
from gui.widgets.text import set_tip
from gui.workspace import Workspace

NAME = Field("name", "text", "", "its class in the generated code; Enter renames it everywhere")
HINT = (
    "Its Input and Output nodes are its ports, from top to bottom. Numbers of layers can be expressions of these "
    "parameters: numbers, true or false, or words such as reflect."
)


class _Name(Subject):
    """The name of the block that is shown; ``graph`` is what it is called now."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.graph = ""

    def values(self) -> dict[str, str]:
        return {"name": self.graph}

    def write(self, field: str, value: str) -> None:
        rename_block(self._workspace.document, self.graph, value)
        self.graph = value

    def label(self, field: str) -> str:
        return f"Rename block {self.graph}"


class BlockPage(QWidget):
    """What a block definition holds beside its drawing; ``renamed`` tells its new name, ``kept`` that the
    library is to have it.
    """

    left = Signal()
    renamed = Signal(str)
    kept = Signal(str)

    def __init__(self, workspace: Workspace, analysis: Analysis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._analysis = workspace, analysis
        self._graph = ""
        self._header = Header(self)
        self._named = _Name(workspace)
        self.name_form = Form({"name": NAME}, workspace, self._named, self, applied="entered")
        self.parameters = ParameterList(workspace, self)
        self.inputs, self.outputs = PortList(workspace, "input", self), PortList(workspace, "output", self)
        self.readout = Figures(("Parameters", "MACs"), parent=self)
        self.readout.set_caption_width(LABEL_WIDTH)
        self.keep = QPushButton("Keep in Library", self)
        set_tip(self.keep, "Keep it in a file of its own, to be used in other drawings")
        self.keep.clicked.connect(lambda: self.kept.emit(self._graph))
        self.delete = QPushButton("Delete This Block", self)
        self.delete.clicked.connect(self._delete)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._header)
        layout.addWidget(self.name_form)
        layout.addWidget(section("Parameters", self))
        layout.addWidget(self.parameters)
        for words, ports in (("Inputs", self.inputs), ("Outputs", self.outputs)):
            layout.addWidget(section(words, self))
            layout.addWidget(ports)
            ports.left.connect(self.left)
        layout.addWidget(section("With their defaults", self))
        layout.addWidget(self.readout)
        for button in (self.keep, self.delete):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self._name = self.name_form.rows["name"]
        self.name_form.changed.connect(lambda: self.renamed.emit(self._named.graph))
        self.name_form.left.connect(self.left)
        self.parameters.left.connect(self.left)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._header.set_color(theme.category_color("Block"))

    def show_block(self, graph: str) -> None:
        """Show another block."""
        self._graph = self._named.graph = graph
        self.name_form.forget()
        for part in (self.parameters, self.inputs, self.outputs):
            part.show_block(graph)
        self.refresh()

    def forget(self) -> None:
        """Show no block: what is typed here is none of the next document's."""
        self.parameters.forget()
        for ports in (self.inputs, self.outputs):
            ports.show_block("")

    def refresh(self) -> None:
        """Patch what is shown from the document."""
        document = self._workspace.document
        self._header.show_text(self._graph, "Block", HINT)
        self.name_form.refresh()
        for part in (self.parameters, self.inputs, self.outputs):
            part.refresh()
        order_tabs(self._stops())
        used = bool(instances(document, self._graph))
        self.delete.setEnabled(not used)
        set_tip(self.delete, "It is used; remove or unpack the nodes that use it first." if used else "")
        self.show_figures()

    def show_figures(self) -> None:
        """Patch the counts from the analysis."""
        summary = self._analysis.summary_of(self._graph)
        macs = "not known yet" if summary.macs is None else f"{summary.macs:,}"
        self.readout.show_values({"Parameters": f"{summary.parameters:,}", "MACs": macs})

    def _stops(self) -> list[QWidget]:
        """What Tab stops at, from top to bottom."""
        rows = [stop for row in self.parameters.rows for stop in (row.name, row.default)]
        ports = [stop for side in (self.inputs, self.outputs) for stop in (*(row.name for row in side.rows), side.add)]
        return [*self.name_form.stops(), *rows, self.parameters.add, *ports, self.keep, self.delete]

    def start_renaming(self) -> None:
        """Put the cursor into the name."""
        self._name.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._name.editor.selectAll()  # type: ignore[union-attr]

    def _delete(self) -> None:
        document = self._workspace.document
        with document.edit(f"Delete block {self._graph}"):
            document.remove_block(self._graph)
