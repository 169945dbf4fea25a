"""What the window's commands do, and what its panels tell one another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from graph.blocks.uses import instances
from graph.document import Document
from graph.edits.offers import fitting
from graph.errors import LayerloomError
from graph.names import free_name
from graph.problems import fixes
from graph.records import Change, DefinitionChange, NodeChange, Problem, RenameChange, SettingChange, WireChange
from gui.canvas import SearchRequest
from gui.widgets import dialogs
from training.protocol import Failed

if TYPE_CHECKING:
    from gui.window import MainWindow

ABOUT = (
    "<b>Layerloom</b><br>Draw a neural network; get the PyTorch you would have written by hand, "
    "trained in front of you and deployed as ONNX."
)
EDITING = ("cut", "copy", "duplicate", "delete", "delete_apart", "frame", "freeze", "group", "unpack")
FIGURES = "SVG picture (*.svg);;PDF document (*.pdf);;PNG picture (*.png)"


class Commands(QObject):
    """The commands of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._wanted: SearchRequest | None = None
        self._code_path = ""
        self._changed: list[Change] = []

    def slots(self) -> dict[str, Callable[[], object]]:
        """What each command does, by its id."""
        window, canvas, files = self._window, self._window.canvas, self._window.files
        commands: dict[str, Callable[[], object]] = {
            "new": files.new,
            "open": files.open,
            "save": files.save,
            "save_as": files.save_as,
            "export_onnx": self.export_onnx,
            "export_code": self.export_code,
            "export_figure": self.export_figure,
            "quit": window.close,
            "undo": lambda: self._step_back("undo"),
            "redo": lambda: self._step_back("redo"),
            "cut": canvas.cut,
            "copy": canvas.copy,
            "paste": canvas.paste,
            "paste_wired": lambda: canvas.paste(keep_incoming=True),
            "duplicate": canvas.duplicate,
            "delete": canvas.delete_selection,
            "delete_apart": lambda: canvas.delete_selection(heal=False),
            "select_all": canvas.select_all,
            "rename": self.rename,
            "freeze": canvas.toggle_frozen,
            "group": self.group,
            "unpack": canvas.unpack,
            "new_block": self.new_block,
            "lay_out": canvas.lay_out,
            "zoom_in": canvas.zoom_in,
            "zoom_out": canvas.zoom_out,
            "zoom_reset": canvas.zoom_reset,
            "frame": canvas.frame_selection,
            "frame_all": canvas.frame_all,
            "train": self.train,
            "pause": window.run.pause_or_resume,
            "stop": window.run.stop,
            "about": lambda: QMessageBox.about(window, "About Layerloom", ABOUT),
        }
        return {name: partial(self._settled, command) for name, command in commands.items()}

    def connect_panels(self) -> None:
        """Let the panels hear one another."""
        window, canvas = self._window, self._window.canvas
        window.workspace.opened.connect(self._open)
        window.workspace.changed.connect(self._follow)
        window.workspace.renamed.connect(self._show_history)
        canvas.selection_changed.connect(self._select)
        canvas.refused.connect(window.status.say)
        canvas.zoom_changed.connect(window.status.show_zoom)
        canvas.search_requested.connect(self._search)
        canvas.graph_shown.connect(self._show_graph)
        window.breadcrumb.chosen.connect(canvas.go_to_graph)
        window.analysis.updated.connect(self._show_findings)
        window.inspector.renamed.connect(canvas.go_to_graph)
        window.search.chosen.connect(self._add_wanted)
        window.palette_panel.add_requested.connect(self._add_in_view)
        window.inspector.left.connect(canvas.setFocus)
        for panel in (window.problems, window.code):
            panel.node_clicked.connect(self.go_to)
        window.problems.fix_requested.connect(self._fix)
        window.code.save_requested.connect(self.export_code)
        window.code.answered.connect(self._write_code)
        window.docks["Code"].visibilityChanged.connect(window.code.come_up)
        window.docks["Training"].visibilityChanged.connect(window.training.come_up)
        window.training.train_requested.connect(self.train)
        window.run.changed.connect(self._show_run)
        window.run.said.connect(window.status.say)
        window.run.failed.connect(self._fail)
        window.onnx.failed.connect(lambda failure: self._fail(failure, "Export ONNX"))
        window.status.problems_clicked.connect(lambda: window.show_panel("Problems"))
        window.status.zoom_clicked.connect(canvas.zoom_reset)
        menus = window.actions_made.menus
        menus["recent"].aboutToShow.connect(lambda: window.files.fill_recent(menus["recent"]))
        menus["examples"].aboutToShow.connect(lambda: window.files.fill_examples(menus["examples"]))
        self._select([])
        self._show_history()
        self._show_run()

    def train(self) -> None:
        """Train the drawing, or say what keeps it from that."""
        window = self._window
        if window.run.active or not self._is_sound("Train"):
            return
        window.show_panel("Training")
        window.run.start(window.workspace.document, window.workspace.runs_folder())

    def rename(self) -> None:
        """Put the cursor into the name of the selected node."""
        self._window.show_panel("Inspector")
        self._window.inspector.rename()

    def group(self) -> None:
        """Ask for a name, and make the selected nodes a block."""
        canvas = self._window.canvas
        if not canvas.selected():
            return
        seen = canvas.drawing.bounds(canvas.selected()).intersected(canvas.visible())
        where = canvas.viewport().mapToGlobal(canvas.mapFromScene(seen.center()))
        suggestion = free_name("Block", canvas.document.definitions)
        self._window.names.ask("Name of the new block", suggestion, where, canvas.group)

    def new_block(self) -> None:
        """Add an empty block, and go into it."""
        if name := self._add_in_view("Block"):
            self._window.canvas.open(name)

    def go_to(self, place: str) -> None:
        """Select a node and bring it into the middle; one in a block is named behind it: ``Bottleneck/conv1``."""
        graph, _, node = place.rpartition("/")
        document, canvas = self._window.workspace.document, self._window.canvas
        if graph in document.graphs and node in document.graphs[graph].nodes:
            canvas.go_to_graph(graph)
            canvas.select([node])
            canvas.center_on_node(node)

    def export_onnx(self) -> None:
        """Ask where, and have a worker write verified ONNX."""
        window = self._window
        if window.onnx.active or not self._is_sound("Export ONNX"):
            return
        path = dialogs.ask_save(window, "Export ONNX", window.files.suggest(".onnx"), "ONNX models (*.onnx)")
        if path:
            document = window.workspace.document
            window.onnx.start(document, path, window.run.weights_for(document))

    def export_code(self) -> None:
        """Ask where, and write the source of the drawing as it is now."""
        window = self._window
        if not self._is_sound("Export code"):
            return
        self._code_path = dialogs.ask_save(window, "Export code", window.files.suggest(".py"), "Python source (*.py)")
        if self._code_path and window.code.current:
            self._write_code()
        elif self._code_path:
            window.code.ask()

    def export_figure(self) -> None:
        """Ask where, and write the drawing as a picture."""
        from gui.export.figure import render

        window = self._window
        path = dialogs.ask_save(window, "Export figure", window.files.suggest(".svg"), FIGURES)
        if not path:
            return
        try:
            render(window.workspace.document, path)
        except LayerloomError as error:
            dialogs.tell(window, "Export figure", str(error))
        else:
            window.status.say(f"Wrote {path}.")

    def _settled(self, command: Callable[[], object]) -> None:
        # A menu or a button of the toolbar leaves the focus in the field that is being typed in.
        self._window.inspector.settle()
        command()

    def _write_code(self) -> None:
        path, self._code_path = self._code_path, ""
        if not path:
            return
        if not self._window.code.text:
            dialogs.tell(self._window, "Export code", self._window.code.message.text())
        elif self._window.files.write(path, self._window.code.text):
            self._window.status.say(f"Wrote {path}.")

    def _is_sound(self, title: str) -> bool:
        """Whether the drawing can run; if not, say why and lead there."""
        window = self._window
        window.analysis.update()
        errors = window.analysis.errors()
        if not window.workspace.document.model.nodes:
            window.status.say(f"{title}: nothing is drawn yet; drag a layer onto the canvas or open an example.")
            return False
        if errors:
            window.show_panel("Problems")
            window.status.say(errors[0].message)
            self.go_to(errors[0].node)
        return not errors

    def _open(self, document: Document) -> None:
        self._window.palette_panel.show_blocks(list(document.definitions))
        self._window.canvas.set_document(document)
        self._window.status.say("")
        self._select([])

    def _follow(self, changes: list[Change]) -> None:
        self._changed = changes
        self._window.status.say("")
        self._show_history()
        if any(isinstance(change, DefinitionChange | SettingChange) for change in changes):
            self._window.palette_panel.show_blocks(list(self._window.workspace.document.definitions))
            self._show_path()

    def _show_graph(self, path: tuple[str, ...]) -> None:
        window = self._window
        self._show_path()
        window.inspector.show_graph(path[-1])
        self._show_findings()

    def _show_path(self) -> None:
        window, document = self._window, self._window.workspace.document
        path = window.canvas.path
        uses = len(instances(document, path[-1])) if path[-1] in document.definitions else 0
        times = "not used yet" if not uses else "used once" if uses == 1 else f"used {uses} times"
        window.breadcrumb.show_path(path, document.name, times)
        # At once, so that the canvas has its size before it puts the drawing in view.
        window.middle.activate()

    def _show_findings(self) -> None:
        canvas = self._window.canvas
        canvas.drawing.show_findings(self._window.analysis.findings(canvas.graph))

    def _select(self, names: list[str]) -> None:
        window = self._window
        window.inspector.show_selection(list(names))
        graph = window.canvas.graph
        window.code.select([f"{graph}/{name}" if graph else name for name in names])
        for name in EDITING:
            window.actions_made[name].setEnabled(bool(names))

    def _show_history(self) -> None:
        window, document = self._window, self._window.workspace.document
        for name, word, labels in (("undo", "&Undo", document.history[-1:]), ("redo", "&Redo", document.future[:1])):
            action = window.actions_made[name]
            action.setText(f"{word} {labels[0]}" if labels else word)
            action.setEnabled(bool(labels))
        window.setWindowTitle(f"{window.workspace.title()}[*] - Layerloom")
        window.setWindowModified(document.modified)

    def _step_back(self, way: str) -> None:
        document, canvas = self._window.workspace.document, self._window.canvas
        label = document.undo() if way == "undo" else document.redo()
        if label:
            graphs = _drawn_on(self._changed if way == "redo" else self._changed[::-1], document)
            if graphs and canvas.graph not in graphs:
                canvas.go_to_graph(graphs[0])
            self._window.status.say(f"{'Undid' if way == 'undo' else 'Redid'}: {label}")

    def _show_run(self) -> None:
        state, actions = self._window.run.state, self._window.actions_made
        actions["train"].setEnabled(state == "idle")
        actions["pause"].setEnabled(state in ("running", "paused"))
        actions["pause"].setText("&Resume" if state == "paused" else "&Pause")
        actions["stop"].setEnabled(state in ("starting", "running", "paused"))

    def _fail(self, failure: Failed, title: str = "") -> None:
        self._window.status.say(failure.message)
        self.go_to(failure.node)
        if title:
            dialogs.tell(self._window, title, failure.message)

    def _fix(self, problem: Problem) -> None:
        try:
            fixes.apply(self._window.workspace.document, problem)
        except LayerloomError as error:
            self._window.status.say(str(error))

    def _search(self, request: SearchRequest) -> None:
        self._wanted = request
        canvas = self._window.canvas
        self._window.search.ask(fitting(canvas.document, request.source, canvas.graph), request.global_pos)

    def _add_wanted(self, kind: str) -> None:
        if self._wanted is not None:
            self._window.canvas.add_layer(kind, self._wanted.scene_pos, self._wanted.source)

    def _add_in_view(self, kind: str) -> str:
        canvas = self._window.canvas
        return canvas.add_layer(kind, canvas.free_place(canvas.middle()))


def _drawn_on(changes: list[Change], document: Document) -> list[str]:
    """The graphs that were changed, in this order, as far as there are any; one that came or went does not count."""
    made = {change.name for change in changes if isinstance(change, DefinitionChange) and change.before is None}
    found = [change.graph for change in changes if isinstance(change, NodeChange | WireChange | RenameChange)]
    found += [change.name for change in changes if isinstance(change, DefinitionChange)]
    return [graph for graph in dict.fromkeys(found) if graph in document.graphs and graph not in made]
