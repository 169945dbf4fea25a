"""The runs of a drawing: shown again, gone on with, and opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QFile

from graph.document import Document
from graph.errors import LayerloomError
from graph.storage.loom import dumps
from gui.commands.guide import Guide
from gui.commands.parts import Parts
from gui.desk.runs.columns import WAITING
from gui.desk.runs.details import RunDetails
from gui.desk.training.order import Order
from gui.widgets import dialogs
from training.protocol import Failed
from training.runs.about import About, read_about, write_about
from training.runs.curves import write_csv
from training.runs.runs import DOCUMENT, read_document, read_run
from training.runs.table.drawings import NodeDifference, places_of
from training.runs.table.listing import runs_in_folders
from training.runs.table.summary import RunSummary, summary_of


class Running:
    """The commands of the runs panel, and what becomes of the run that is shown when another drawing is opened."""

    def __init__(self, parts: Parts, guide: Guide) -> None:
        self._parts, self._guide = parts, guide

    def refresh(self) -> None:
        """Give the panel the runs it asks for."""
        panel = self._parts.runs
        orders = self._parts.queue.waiting if panel.everything else self._waiting()
        panel.show_runs([*map(_as_row, orders), *(self._every() if panel.everything else self._own())])

    def opened(self) -> None:
        """Show the last run of the drawing that was opened, or none; never that of another."""
        parts = self._parts
        if parts.run.active:
            return
        own = self._own() if parts.workspace.path is not None else []
        if not own:
            parts.run.show(None, [])
        else:
            self._show(own[0].path, "The drawing's last run")

    def show(self, run: Path) -> None:
        """Show the curves of a run."""
        if self._parts.run.active:
            self._parts.status.say("A run is training; its curves are shown until it ends.")
        elif self._show(run, "The run"):
            self._parts.workspaces.bring_up("Train")

    def open(self, run: Path) -> None:
        """Open a run's drawing as it was trained; the run itself is not written to."""
        self._parts.frame.open_copy(run / DOCUMENT)

    def go_on(self, run: Path) -> None:
        """Go on with a run; one that has done all its epochs is given as many again, if the user wants that."""
        parts = self._parts
        if any(order.continues == run for order in parts.queue.waiting):
            parts.status.say(f"{run.name} waits to be continued; the Train and Runs workspaces list what waits.")
            return
        try:
            document, found = read_document(run), summary_of(run)
        except LayerloomError as error:
            parts.status.say(str(error))
            return
        if self._has_epochs_left(document, found) and self._guide.may_run(document, "Continue"):
            order = Order.to_continue(
                run, dumps(document), document.training.epochs, parts.workspace.document, parts.workspace.path
            )
            if self._guide.begin(order, f"A run is training. Queue {run.name} to be continued?"):
                parts.workspaces.bring_up("Train")

    def start_from(self, run: Path) -> None:
        """Train the drawing that is open, beginning with a run's best weights wherever they fit."""
        parts, document = self._parts, self._parts.workspace.document
        if self._guide.is_sound("Train", training=True) and self._guide.may_run(document, "Train"):
            parts.workspaces.bring_up("Train")
            self._guide.train(run)

    def export_curves(self, run: Path) -> None:
        """Ask where, and write a run's curves as comma-separated values."""
        path = self._parts.files.ask_save("Export Curves", ".csv", "Comma-separated values (*.csv)")
        if not path:
            return
        try:
            write_csv(run, Path(path))
        except LayerloomError as error:
            self._parts.status.say(str(error))
        else:
            self._parts.status.say(f"The curves of {run.name} are in {path}.")

    def compare(self, runs: Sequence[Path]) -> None:
        """Show how runs differ."""
        try:
            self._parts.runs.show_comparison(runs)
        except LayerloomError as error:
            self._parts.status.say(str(error))

    def light_up(self, run: Path, differences: Sequence[NodeDifference], against: str) -> None:
        """Open a run's drawing as a copy, and light up what differs in it from that of another run."""
        parts = self._parts.frame.open_copy(run / DOCUMENT)
        if parts is not None:
            parts.workspaces.bring_up("Draw")
            removed = sum(each.how == "removed" for each in differences)
            parts.canvas.show_changes(places_of(parts.workspace.document, differences), removed, against)

    def describe(self, run: Path) -> None:
        """Have a run's name, tags and note changed."""
        box = RunDetails(run, read_about(run), self._parts.window)
        box.changed.connect(self._note)
        box.open()

    def _note(self, run: Path, about: About) -> None:
        try:
            write_about(run, about)
        except LayerloomError as error:
            self._parts.status.say(str(error))
        self._parts.runs.refresh()

    def trash(self, run: Path) -> None:
        """Move a run to the trash, if the user wants that; one that trains is left alone."""
        parts = self._parts
        order = next((each for each in parts.queue.waiting if _place(each) == run), None)
        if order is not None:
            parts.queue.take_out(order)
            return
        if parts.run.active and parts.run.run_dir is not None and parts.run.run_dir.resolve() == run.resolve():
            parts.status.say("This run is training; stop it before you move it to the trash.")
            return
        title = read_about(run).title or run.name
        if not dialogs.ask(parts.window, "Move to Trash", f"Move the run {title} to the trash?", "Move to Trash"):
            return
        if QFile.moveToTrash(str(run)):
            parts.status.say(f"{run.name} is in the trash.")
        else:
            parts.status.say(f"{run} cannot be moved to the trash; there may be none on its disk. Delete it there.")
        if parts.run.run_dir is not None and not parts.run.run_dir.exists():
            parts.run.show(None, [])
        parts.runs.refresh()

    def fail(self, failure: Failed) -> None:
        """Where a run's data is not what it was, ask whether to go on all the same."""
        run = self._parts.run.run_dir
        if failure.code != "data_changed" or run is None:
            return
        with self._parts.queue.held():
            if dialogs.ask(self._parts.window, "The data has changed", failure.message, "Continue with it"):
                self._parts.workspaces.bring_up("Train")
                self._parts.run.resume(run, self._parts.run.resumed, accept_data=True)

    def _has_epochs_left(self, document: Document, found: RunSummary) -> bool:
        done, wanted = found.epochs, document.training.epochs
        if done < wanted:
            return True
        question = f"{found.path.name} has done all of its {done:,} epochs. Train it for {wanted:,} more?"
        if not dialogs.ask(self._parts.window, "Continue", question, f"{wanted:,} more epochs"):
            return False
        with document.edit("Continue"):
            document.set_training(epochs=done + wanted)
        return True

    def _show(self, run: Path, what: str) -> bool:
        parts = self._parts
        try:
            found = read_run(run)
        except LayerloomError as error:
            parts.status.say(str(error))
            return False
        parts.run.show(run, found.events)
        parts.training.say(f"{what}, {run.name}: {found.message[:1].lower()}{found.message[1:]}")
        return True

    def _own(self) -> list[RunSummary]:
        """The runs of the document: those of its file, and those made of it since it was opened."""
        parts = self._parts
        workspace = parts.workspace
        own = runs_in_folders(workspace.runs_folders(), workspace.path) if workspace.path is not None else []
        held = {summary.path for summary in own}
        made = [run for run in parts.run.runs_of(workspace.document) if run.resolve() not in held and run.is_dir()]
        return [*(summary for run in made if (summary := _summary(run)) is not None), *own]

    def _waiting(self) -> list[Order]:
        """What waits of the document: asked for since it was opened, or of its file."""
        workspace = self._parts.workspace
        return [
            order
            for order in self._parts.queue.waiting
            if order.document() is workspace.document or (order.drawing is not None and order.drawing == workspace.path)
        ]

    def _every(self) -> list[RunSummary]:
        return runs_in_folders(self._parts.workspace.runs_folders())


def _place(order: Order) -> Path:
    """What the table knows an order by; there is no such folder."""
    return order.runs / f"waiting since {order.asked.isoformat()}"


def _as_row(order: Order) -> RunSummary:
    return RunSummary(
        _place(order),
        name=order.name,
        began=f"{order.asked:%Y-%m-%d %H:%M:%S}",
        outcome=WAITING,
        message="It waits until the run before it has ended.",
        of_epochs=order.epochs,
        about=About(title=order.title),
    )


def _summary(run: Path) -> RunSummary | None:
    try:
        return summary_of(run)
    except LayerloomError:
        return None  # it has only just begun, and its settings are not written yet
