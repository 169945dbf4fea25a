"""The commands on a document by their ids, and the list of who hears whom among its parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt

from graph.edits.placing.arranging import Edge
from gui import preferences as settings
from gui.commands.editing import Editing
from gui.commands.exporting import Exporting
from gui.commands.finding import Finding
from gui.commands.guide import Guide
from gui.commands.parts import Parts
from gui.commands.reading import Reading
from gui.commands.running import Running
from gui.commands.shelving import Shelving
from gui.commands.showing import Showing
from gui.commands.sweeping import Sweeping
from gui.shell.actions import TINTS
from gui.shell.contextmenu import open_menu

EDGES: tuple[Edge, ...] = ("left", "center", "right", "top", "middle", "bottom")


class Commands:
    """What each command does to one document, and in the window that shows it."""

    def __init__(self, parts: Parts) -> None:
        self.parts = self._parts = parts
        self.showing = Showing(parts)
        self.guide = Guide(parts)
        self.editing = Editing(parts)
        self.exporting = Exporting(parts, self.guide)
        self.finding = Finding(parts, self.guide, self.editing)
        self.running = Running(parts, self.guide)
        self.sweeping = Sweeping(parts, self.guide, self.running)
        self.shelving = Shelving(parts)
        self.reading = Reading(parts)
        self._slots = self._named()
        self._connect()

    def run(self, name: str) -> None:
        """Carry out the command of an id."""
        self._slots[name]()

    def come_up(self) -> None:
        """Show everything of the document in its window, in front of the others of it."""
        self.showing.come_up()

    def rest(self) -> None:
        """Give way to another document of the window."""
        self.settle()
        self.showing.rest()

    def _named(self) -> dict[str, Callable[[], object]]:
        parts, canvas, files = self._parts, self._parts.canvas, self._parts.files
        editing, exporting = self.editing, self.exporting
        commands: dict[str, Callable[[], object]] = {
            "save": files.save,
            "save_as": files.save_as,
            "export_onnx": exporting.export_onnx,
            "export_code": exporting.export_code,
            "export_figure": exporting.export_figure,
            "undo": editing.undo,
            "redo": editing.redo,
            "cut": canvas.cut,
            "copy": canvas.copy,
            "paste": canvas.paste,
            "paste_wired": lambda: canvas.paste(keep_incoming=True),
            "duplicate": canvas.duplicate,
            "delete": canvas.delete_selection,
            "delete_apart": lambda: canvas.delete_selection(heal=False),
            "select_all": canvas.select_all,
            "select_upstream": canvas.select_upstream,
            "select_downstream": canvas.select_downstream,
            "find": self.finding.nodes,
            "add": canvas.search,
            "add_at_port": canvas.add_at_port,
            "add_to_wire": canvas.add_to_wire,
            "add_kind": lambda: editing.add_behind(parts.palette.current),
            "replace": canvas.ask_replacement,
            "replace_by_kind": lambda: canvas.replace(parts.palette.current, canvas.selected()),
            "cut_port": canvas.cut_port,
            "open_block": canvas.open_selected,
            **{f"align_{edge}": partial(canvas.align, edge) for edge in EDGES},
            "distribute_across": partial(canvas.distribute, "across"),
            "distribute_down": partial(canvas.distribute, "down"),
            "commands": self.finding.commands,
            "rename": editing.rename,
            "collapse": canvas.toggle_collapsed,
            "frame_around": canvas.add_frame,
            **{f"tint_{tint}": partial(canvas.tint_frames, tint) for tint in TINTS},
            "history": self.finding.steps,
            "freeze": canvas.toggle_frozen,
            "bypass": canvas.toggle_bypassed,
            "group": editing.group,
            "unpack": canvas.unpack,
            "move_out": canvas.move_out,
            "new_block": editing.new_block,
            "keep_block": self.shelving.keep_selected,
            "forget_block": self.shelving.forget_current,
            "lay_out": canvas.lay_out,
            "zoom_in": canvas.zoom_in,
            "zoom_out": canvas.zoom_out,
            "zoom_reset": canvas.zoom_reset,
            "frame": canvas.join_or_frame,
            "frame_all": canvas.frame_all,
            "minimap": self.toggle_minimap,
            "motion": self.toggle_motion,
            "train": exporting.train,
            "pause": parts.run.pause_or_resume,
            "stop": parts.run.stop,
            "try_rates": exporting.try_rates,
            "sweep": self.sweeping.show,
            "sweep_over": self.sweeping.over,
            "explain": self.reading.explain,
            "manual": self.reading.open,
        }
        # What is half typed is no part of the history: it neither becomes a step nor takes the steps to redo away.
        through_history = ("undo", "redo")
        return {
            name: partial(self._dropped if name in through_history else self.settled, command)
            for name, command in commands.items()
        }

    def toggle_minimap(self) -> None:
        """Show the map of the drawing, or no more; it is remembered."""
        canvas = self._parts.canvas
        canvas.show_minimap(not canvas.minimap.shown)
        settings.set_minimap(canvas.minimap.shown)

    def toggle_motion(self) -> None:
        """Have nodes glide to where they are put, or no more; it is remembered, and said in the status bar."""
        motion = self._parts.canvas.motion
        motion.stop()
        motion.on = not motion.on
        settings.set_motion(motion.on)
        self._parts.status.say(f"Nodes {'glide to where they are put' if motion.on else 'are put in place at once'}.")

    def _connect(self) -> None:
        """Let the parts of the document hear one another."""
        parts, canvas, guide, showing = self._parts, self._parts.canvas, self.guide, self.showing
        editing, exporting = self.editing, self.exporting
        canvas.show_minimap(settings.minimap())
        canvas.motion.on &= settings.motion()
        canvas.menu_requested.connect(
            lambda asked: open_menu(asked.place, parts.actions, asked.global_pos, parts.window)
        )
        parts.workspace.opened.connect(showing.opened)
        parts.workspace.changed.connect(editing.note)
        parts.workspace.changed.connect(showing.changes)
        parts.workspace.renamed.connect(showing.history)
        parts.workspace.renamed.connect(exporting.remember_file)
        parts.run.changed.connect(exporting.remember_file)
        canvas.selection_changed.connect(showing.selection)
        canvas.refused.connect(parts.status.say)
        canvas.zoom_changed.connect(parts.status.show_zoom)
        canvas.search_requested.connect(editing.search)
        canvas.starts.chosen.connect(editing.begin)
        canvas.graph_shown.connect(showing.graph)
        parts.breadcrumb.chosen.connect(canvas.go_to_graph)
        parts.analysis.updated.connect(showing.findings)
        parts.inspector.renamed.connect(canvas.go_to_graph)
        parts.inspector.left.connect(canvas.setFocus)
        parts.inspector.kept.connect(partial(self.settled, self.shelving.keep))
        canvas.fields_requested.connect(editing.edit_fields)
        parts.problems.node_clicked.connect(guide.go_to)
        parts.outline.node_clicked.connect(guide.go_to)
        parts.problems.fix_requested.connect(partial(self.settled, guide.fix))
        parts.code.node_clicked.connect(guide.go_to)
        parts.code.save_requested.connect(partial(self.settled, exporting.export_code))
        parts.code.answered.connect(exporting.write_code)
        parts.pages.training.made.connect(self._connect_training)
        parts.pages.desk.made.connect(self._connect_desk)
        parts.workspace.opened.connect(self.running.opened)
        parts.run.failed.connect(self.running.fail)
        parts.workspace.sweep_wanted.connect(self.sweeping.vary)
        parts.sweeping.failed.connect(guide.fail)
        # Later: the edit that could not be kept clears what is said.
        parts.keeper.failed.connect(parts.status.say, Qt.ConnectionType.QueuedConnection)
        parts.run.changed.connect(self._watch)
        parts.run.changed.connect(showing.run)
        parts.run.said.connect(parts.status.say)
        parts.run.failed.connect(guide.fail)
        parts.onnx.failed.connect(lambda failure: guide.fail(failure, "Export ONNX"))

    def _watch(self) -> None:
        """Have the page on a run that goes on: status bar and nodes tell what it draws, also where it is not seen."""
        if self._parts.run.active:
            self._parts.pages.training.page()

    def _connect_training(self) -> None:
        parts, panel = self._parts, self._parts.training
        panel.told.connect(parts.status.show_training)
        panel.health_told.connect(self.showing.health)
        panel.layer_wanted.connect(self.guide.go_to_layer)
        panel.train_requested.connect(partial(self.settled, self.exporting.train))
        panel.redraw()

    def _connect_desk(self) -> None:
        self._parts.desk.sweep_later.made.connect(self._connect_sweeps)
        self._connect_runs()

    def _connect_runs(self) -> None:
        parts, panel, running = self._parts, self._parts.runs, self.running
        parts.workspace.opened.connect(panel.refresh)
        parts.workspace.renamed.connect(panel.refresh)
        parts.run.changed.connect(panel.refresh)
        parts.queue.changed.connect(panel.refresh)
        panel.wanted.connect(running.refresh)
        panel.show_requested.connect(running.show)
        panel.continue_requested.connect(partial(self.settled, running.go_on))
        panel.open_requested.connect(partial(self.settled, running.open))
        panel.describe_requested.connect(running.describe)
        panel.trash_requested.connect(running.trash)
        panel.start_requested.connect(partial(self.settled, running.start_from))
        panel.curves_requested.connect(running.export_curves)
        panel.compare_requested.connect(running.compare)
        panel.light_requested.connect(partial(self.settled, running.light_up))

    def _connect_sweeps(self) -> None:
        parts, page, sweeping = self._parts, self._parts.desk.sweep, self.sweeping
        parts.workspace.opened.connect(lambda _: sweeping.refresh())
        parts.workspace.renamed.connect(sweeping.refresh)
        page.wanted.connect(sweeping.refresh)
        page.open_requested.connect(partial(self.settled, sweeping.open))
        page.curves_requested.connect(sweeping.show_curves)
        page.continue_requested.connect(sweeping.go_on)
        page.setup.add_requested.connect(partial(self.settled, sweeping.over))
        page.setup.start_requested.connect(partial(self.settled, sweeping.start))
        page.setup.stop_requested.connect(parts.sweeping.stop)
        sweeping.refresh()

    def settle(self) -> None:
        """Take what is half typed: a menu or a button of the toolbar leaves the focus in the field."""
        self._parts.inspector.settle()

    def settled(self, command: Callable[..., object], *arguments: object) -> None:
        """Carry something out with what is half typed taken before."""
        self.settle()
        command(*arguments)

    def _dropped(self, command: Callable[[], object]) -> None:
        self._parts.inspector.drop()
        command()
