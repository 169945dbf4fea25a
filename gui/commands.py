"""What the window's commands do, and what its panels tell one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from graph import fixes
from graph.document import Document
from graph.errors import LayerloomError
from graph.records import Problem
from gui import dialogs
from gui.canvas import SearchRequest
from gui.layersearch import fitting
from training.protocol import Failed

if TYPE_CHECKING:
    from gui.window import MainWindow

ABOUT = (
    "<b>Layerloom</b><br>Draw a neural network; get the PyTorch you would have written by hand, "
    "trained in front of you and deployed as ONNX."
)
EDITING = ("cut", "copy", "duplicate", "delete", "delete_apart", "frame")
FIGURES = "SVG picture (*.svg);;PDF document (*.pdf);;PNG picture (*.png)"


class Commands(QObject):
    """The commands of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._wanted: SearchRequest | None = None
        self._code_path = ""

    def slots(self) -> dict[str, Callable[[], object]]:
        """What each command does, by its id."""
        window, canvas, files = self._window, self._window.canvas, self._window.files
        return {
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

    def connect_panels(self) -> None:
        """Let the panels hear one another."""
        window, canvas = self._window, self._window.canvas
        window.workspace.opened.connect(self._open)
        window.workspace.changed.connect(lambda _: self._show_history())
        window.workspace.renamed.connect(self._show_history)
        canvas.selection_changed.connect(self._select)
        canvas.refused.connect(window.status.say)
        canvas.zoom_changed.connect(window.status.show_zoom)
        canvas.search_requested.connect(self._search)
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

    def go_to(self, node: str) -> None:
        """Select a node and bring it into the middle."""
        if node in self._window.workspace.document.model.nodes:
            self._window.canvas.select([node])
            self._window.canvas.center_on_node(node)

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
        from gui.render import render

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
        self._window.canvas.set_document(document)
        self._select([])

    def _select(self, names: list[str]) -> None:
        window = self._window
        window.inspector.show_selection(list(names))
        window.code.select(list(names))
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
        document = self._window.workspace.document
        label = document.undo() if way == "undo" else document.redo()
        if label:
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
        self._window.search.ask(fitting(self._window.workspace.document, request.source), request.global_pos)

    def _add_wanted(self, kind: str) -> None:
        if self._wanted is not None:
            self._window.canvas.add_layer(kind, self._wanted.scene_pos, self._wanted.source)

    def _add_in_view(self, kind: str) -> None:
        canvas = self._window.canvas
        canvas.add_layer(kind, canvas.mapToScene(canvas.viewport().rect().center()))
