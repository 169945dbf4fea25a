"""Leading the user to a node, to what is wrong, and to why something failed."""

from __future__ import annotations

from pathlib import Path

from graph.analysis.customcode import untrusted
from graph.analysis.places import places_of
from graph.document import Document
from graph.errors import LayerloomError
from graph.problems import fixes
from graph.records import Problem
from graph.storage.trust import trust
from gui.commands.parts import Parts
from gui.desk.training.order import Order
from gui.widgets import dialogs
from training.protocol import Failed


class Guide:
    """Shows places and refusals in one window."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def go_to(self, node: str) -> None:
        """Select a node and bring it into the middle; one in a block is named after it: ``Bottleneck/conv1``."""
        graph, _, name = node.rpartition("/")
        document, canvas = self._parts.workspace.document, self._parts.canvas
        if graph in document.graphs and name in document.graphs[graph].nodes:
            canvas.go_to_graph(graph)
            canvas.select([name])
            canvas.center_on_node(name)

    def go_to_layer(self, path: str) -> None:
        """Go to a layer by its full name, into the block that it is in: ``stage.0.conv``."""
        found = list(places_of(self._parts.workspace.document, path))
        if found:
            self.go_to("/".join(found[-1]) if found[-1][0] else found[-1][1])

    def is_sound(self, title: str, *, training: bool = False) -> bool:
        """Whether the drawing can run, and with ``training`` be trained; if not, say why and lead there."""
        parts = self._parts
        parts.analysis.update()
        errors = parts.analysis.obstacles(training=training)
        parts.canvas.drawing.insist()
        if not parts.workspace.document.model.nodes:
            parts.status.say(f"{title}: nothing is drawn yet; drag a layer onto the canvas or open an example.")
            return False
        if errors:
            parts.workspaces.bring_up("Problems")
            parts.status.say(errors[0].message)
            self.go_to(errors[0].node)
        return not errors

    def may_run(self, document: Document, title: str) -> bool:
        """Whether a drawing's own Python may run, if it has any; what is not trusted yet is shown and asked about."""
        codes = untrusted(document)
        if not codes:
            return True
        if not dialogs.ask_trust(self._parts.window, codes):
            self._parts.status.say(f"{title}: the drawing holds Python that is not trusted; nothing was run.")
            return False
        try:
            trust(codes.values())
        except LayerloomError as error:
            self._parts.status.say(str(error))
            return False
        return True

    def train(self, start_from: Path | None) -> None:
        """Train the drawing as it is, from a run's weights if one is given; where one trains, offer to queue it."""
        workspace = self._parts.workspace
        order = Order.of(workspace.document, workspace.runs_folder(), workspace.path, start_from)
        self.begin(order, "A run is training. Queue the drawing as it is now?")

    def begin(self, order: Order, question: str) -> bool:
        """Train what is asked for, or where one trains, ask whether to queue it; whether it trains or waits."""
        parts = self._parts
        if not parts.run.active and not parts.queue.waiting:
            parts.run.begin(order)
            return True
        when = "It is trained when those before it have ended."
        if not dialogs.ask(parts.window, "Queue", f"{question} {when}", "Queue"):
            return False
        parts.queue.add(order)
        parts.status.say(f"{order.title}: waits to be trained; the Train and Runs workspaces list what waits.")
        return True

    def fail(self, failure: Failed, title: str = "") -> None:
        """Say why a job failed and lead to the node; with a ``title``, in a box as well."""
        self._parts.status.say(failure.message)
        self.go_to(failure.node)
        if title:
            dialogs.tell(self._parts.window, title, failure.message)

    def fix(self, problem: Problem) -> None:
        """Carry out a problem's fix."""
        try:
            with self._parts.canvas.motion.gliding():
                fixes.apply(self._parts.workspace.document, problem)
        except LayerloomError as error:
            self._parts.status.say(str(error))
