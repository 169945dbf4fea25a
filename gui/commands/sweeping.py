"""Sweeps: fields that are varied, sweeps that are started and gone on with, and trials that are opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint

from graph.edits.search.fuzzy import rank
from graph.edits.setting.proposing import begin_varying, names_to_vary, trials_wanted
from graph.edits.setting.sweeping import check_sweep, value_now
from graph.errors import LayerloomError
from gui.commands.guide import Guide
from gui.commands.parts import Parts
from gui.commands.running import Running
from gui.desk.sweep.shown import written
from gui.widgets.chooser import Row
from gui.widgets.text import shortened
from training.runs.runs import DOCUMENT
from training.runs.sweeps.folder import read_swept, sweeps_in

_DROP = 12


class Sweeping:
    """The commands of the page on sweeps."""

    def __init__(self, parts: Parts, guide: Guide, running: Running) -> None:
        self._parts, self._guide, self._running = parts, guide, running
        self._names: list[str] = []
        self._offered: list[str] = []

    def show(self) -> None:
        """Bring the page up."""
        self._parts.workspaces.bring_up("Runs")
        self._parts.desk.show_sweep()

    def over(self) -> None:
        """Ask for a field, those of the selected nodes first, and vary it."""
        parts = self._parts
        document, graph = parts.workspace.document, parts.canvas.graph
        chosen = {f"{graph}/{node}" if graph else node for node in parts.canvas.selected()}
        found = names_to_vary(document)
        self._names = sorted(found, key=lambda name: name.rpartition(".")[0] not in chosen)
        room = parts.workspaces
        where = room.mapToGlobal(QPoint(room.width() // 2, _DROP))
        parts.chooser.ask("Sweep over a setting, or a parameter of a node", where, self._offer, self._choose)

    def vary(self, name: str) -> None:
        """Have the sweep that is prepared vary a field, and show where its values are written."""
        parts = self._parts
        try:
            begin_varying(parts.workspace.document, name)
        except LayerloomError as error:
            parts.status.say(str(error))
            return
        self.show()
        parts.desk.sweep.setup.rows.edit(name)

    def start(self) -> None:
        """Begin the sweep that is prepared."""
        parts, page = self._parts, self._parts.desk.sweep
        parts.workspace.settle()
        document = parts.workspace.document
        refused = next((row for row in page.setup.rows.rows.values() if row.refused), None)
        if refused is not None:
            page.say(refused.error.text())
            return
        try:
            check_sweep(document)
            wanted = trials_wanted(document)
        except LayerloomError as error:
            page.say(str(error))
            return
        if self._guide.is_sound("Sweep", training=True) and self._guide.may_run(document, "Sweep"):
            parts.sweeping.start(document, parts.workspace.runs_folder(), parts.workspace.path, wanted)

    def go_on(self, folder: Path) -> None:
        """Go on with a sweep."""
        try:
            document = read_swept(folder)
        except LayerloomError as error:
            self._parts.desk.sweep.say(str(error))
            return
        if self._guide.may_run(document, "Continue"):
            self._parts.sweeping.resume(folder)

    def refresh(self) -> None:
        """Give the page the sweeps of the drawing: those of its file, and those made of it since it was opened."""
        workspace, run = self._parts.workspace, self._parts.sweeping
        if workspace.path is not None:
            run.remember_file(workspace.document, workspace.path)
        made = run.sweeps_of(workspace.document)
        own = sweeps_in(workspace.runs_folders(), workspace.path) if workspace.path is not None else []
        held = {folder.resolve() for folder in made}
        self._parts.desk.sweep.show_sweeps([*made, *(folder for folder in own if folder.resolve() not in held)])

    def show_curves(self, run: Path) -> None:
        """Show the curves of a trial."""
        self._running.show(run)

    def open(self, run: Path) -> None:
        """Open a trial as a run: its drawing with its settings as a copy, and its curves."""
        parts = self._parts.frame.open_copy(run / DOCUMENT)
        if parts is None:
            return
        # The way back to the other trials stays.
        parts.sweeping.remember(parts.workspace.document, run.parent)
        parts.desk.sweep.wanted.emit()
        parts.desk.sweep.select_run(run)
        parts.desk.sweep.curves_requested.emit(run)

    def _offer(self, text: str) -> list[Row]:
        ranked = [(how, name) for name in self._names if (how := rank(text, name, (name,))) is not None]
        if text.strip():
            ranked.sort(key=lambda each: each[0])
        self._offered = [name for _, name in ranked]
        return [Row(name, self._now(name)) for name in self._offered]

    def _now(self, name: str) -> str:
        document = self._parts.workspace.document
        if (axis := document.sweep.axis(name)) is not None:
            return shortened(f"over {axis.span()}", 40)
        return shortened(written(value_now(document, name)), 40)

    def _choose(self, index: int) -> bool:
        self._parts.chooser.hide()
        self.vary(self._offered[index])
        return True
