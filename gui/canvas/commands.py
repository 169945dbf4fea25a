"""The commands on the canvas: what menus, keys and buttons do to what is selected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF

from graph.edits import blocks, flow, joining, nodes as edits, passing, picked, replacing
from graph.edits.nodes import PortRef
from graph.edits.placing import arranging
from graph.edits.placing.arranging import Axis, Edge
from graph.edits.sketching import frames
from graph.records import Tint, Wire
from gui.canvas.input import clipboard, pressing
from gui.canvas.input.walking import step
from gui.canvas.look.box import size_in, width_in
from gui.canvas.look.frame import INSET, title_of
from gui.canvas.scene.frames import FrameHit
from gui.canvas.scene.hits import Hit
from gui.canvas.stage import Stage


class CommandedStage(Stage):
    """A stage with its commands; each that changes the drawing is one undo step, and says why where it is refused."""

    def select_all(self) -> None:
        """Select every node and frame."""
        self.select(self.drawing.nodes, frames=[frame.key for frame in self.drawing.frames])

    def search(self) -> None:
        """Ask for the search for a layer: behind the node selected last, or at the pointer if there is none."""
        end = self.growing_end()
        if end is None:
            self.search_here()
            return
        card = self.drawing.nodes[end.node].card()
        at = card.topRight() if end.output else card.bottomLeft()
        self.request_search(at if self.visible().contains(at) else self.middle(), end, beside=True)

    def search_here(self) -> None:
        """Ask for the search for a layer that goes where the pointer is, whatever is selected."""
        self.request_search(self.free_place(self.pointer_place()))

    def growing_end(self) -> PortRef | None:
        """The port that a layer added by a key is wired to: of the node selected last."""
        selected = self.selected()
        end = joining.growing_end(self.drawing.graph, selected[-1]) if selected else None
        return None if end is None else PortRef(*end)

    def join_or_frame(self) -> None:
        """Wire the left one of two selected nodes to the right one; frame any other selection."""
        names = self.selected()
        if len(names) != 2 or joining.are_joined(self.drawing.graph, names):
            self.frame_selection()
            return
        self.attempt(lambda: joining.connect_two(self.document, self.graph, names))

    def frame_selection(self) -> None:
        """Bring the selected nodes and frames into view; the whole drawing if there are none."""
        names, keys = self.selected(), self.picked().frames
        rect = self.drawing.bounds(names) if names or keys else self.drawing.bounds()
        for key in keys:
            rect = rect.united(self.drawing.frames.rect(key))
        self.frame(rect)

    def delete_selection(self, heal: bool = True) -> None:
        """Delete what is selected, frames alone; with ``heal``, join the neighbours of nodes with one wire in."""
        chosen = self.picked()
        self.attempt(lambda: picked.delete(self.document, self.graph, chosen, heal=heal))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        clipboard.copy(self)

    def cut(self) -> None:
        """Put the selected nodes on the clipboard and delete them."""
        clipboard.cut(self)

    def paste(self, at: QPointF | None = None, keep_incoming: bool = False) -> None:
        """Add the nodes of the clipboard at a point of the scene: the pointer's, if none is given."""
        clipboard.paste(self, at, keep_incoming)

    def duplicate(self) -> None:
        """Copy the selected nodes to a place beside them."""
        names, keys = self.held()
        if names or keys:
            self.attempt(lambda: self.select(edits.duplicate(self.document, self.graph, names, frames=keys)))

    def add_frame(self) -> None:
        """Put a frame around what is selected, or at the pointer where nothing is, and ask for its title."""
        rect, at = self.drawing.bounds(self.selected()), self.pointer_place()
        around = (rect.left(), rect.top(), rect.right(), rect.bottom()) if self.selected() else None
        made: list[int] = []
        self.attempt(lambda: made.append(frames.add(self.document, self.graph, around, (at.x(), at.y()))))
        for key in made:
            self.select([], frames=made)
            self.bring_into_view(title_of(frames.frame_of(self.drawing.graph, key)))
            self._ask_title(key, frames.adding(key))

    def tint_frames(self, tint: Tint) -> None:
        """Colour the selected frames."""
        if keys := self.picked().frames:
            self.attempt(lambda: frames.tint(self.document, self.graph, keys, tint))

    def toggle_collapsed(self) -> None:
        """Show the headers of the selected nodes alone, or all of the nodes again."""
        if names := self.picked().names:
            self.attempt(lambda: picked.toggle_collapsed(self.document, self.graph, names))

    def rename_selected(self) -> bool:
        """Ask for the name of the node selected last, or else of the frame; whether there is one."""
        names, keys = self.selected(), self.picked().frames
        if names:
            self.rename(Hit(node=names[-1]))
        elif keys:
            self.rename(Hit(frame=FrameHit(keys[-1])))
        return bool(names or keys)

    def rename(self, found: Hit) -> None:
        """Ask for the name of something right where it stands."""
        if found.node:
            item = self.drawing.nodes[found.node]
            self.bring_into_view(item.card())
            self.name_field.ask(
                f"Name of {found.node}",
                found.node,
                "title",
                lambda: self.mapFromScene(item.name_rect()).boundingRect(),
                lambda name: self._take(lambda: edits.rename(self.document, self.graph, found.node, name)),
            )
        elif found.frame is not None:
            self.bring_into_view(title_of(frames.frame_of(self.drawing.graph, found.frame.key)))
            self._ask_title(found.frame.key)

    def _ask_title(self, key: int, merge: str | None = None) -> None:
        def where() -> QRect:
            rect = self.drawing.frames.rect(key)
            high = frames.HEAD * 0.6
            inner = QRectF(rect.left() + INSET, rect.top() + (frames.HEAD - high) / 2, rect.width() - 2 * INSET, high)
            return self.mapFromScene(inner).boundingRect()

        self.name_field.ask(
            "Title of the frame",
            frames.frame_of(self.drawing.graph, key).title,
            "frame",
            where,
            lambda title: self._take(lambda: frames.retitle(self.document, self.graph, key, title, merge)),
        )

    def _take(self, action: Callable[[], object]) -> str:
        """Do something with a name; why that is refused, or ""."""
        self.attempt(action)
        return self._said

    def add_layer(self, kind: str, scene_pos: QPointF, source: PortRef | None = None, wire: Wire | None = None) -> str:
        """Add a layer, wired to ``source`` or spliced into ``wire``, and select it; its name, "" if refused."""
        at = (scene_pos.x(), scene_pos.y())
        made: list[str] = []
        width = width_in(self.document, self.graph)
        self.attempt(lambda: made.append(edits.add_layer(self.document, self.graph, kind, at, source, wire, width)))
        self._tell_added(made, source)
        return made[0] if made else ""

    def add_beside(self, kind: str, source: PortRef) -> str:
        """Add a layer in a free place beside a port, wired to it where it fits, and select it; its name."""
        made: list[str] = []
        size = size_in(self.document, self.graph)
        with self.motion.gliding():
            self.attempt(lambda: made.append(flow.add_beside(self.document, self.graph, kind, source, size)))
        self._tell_added(made, source)
        if made:
            self.bring_into_view(self.drawing.nodes[made[0]].card())
        return made[0] if made else ""

    def _tell_added(self, made: list[str], source: PortRef | None) -> None:
        """Select a new node; say why it has no wire where one was wanted."""
        if not made:
            return
        name = made[0]
        self.select(made)
        begins = source is not None and source.output and not self.drawing.graph.node(name).layer.ports()
        if source is not None and not begins and not joining.are_joined(self.drawing.graph, (name, source.node)):
            why = joining.why_apart(self.document, self.graph, source, name)
            self._tell(f"{name} is added without a wire: {why}")

    def add_at_port(self) -> None:
        """Ask for a layer to wire to the port whose menu was opened."""
        port = self._menu.port
        if port is not None and port.node in self.drawing.nodes:
            self.request_search(self.drawing.nodes[port.node].port_at(port.port, port.output), port, beside=True)

    def cut_port(self) -> None:
        """Take the wires away at the port whose menu was opened."""
        port = self._menu.port
        if port is not None and port.node in self.drawing.nodes:
            self.attempt(lambda: edits.disconnect(self.document, self.graph, pressing.wires_at(self, port)))

    def add_to_wire(self) -> None:
        """Ask for a layer to put into the wire whose menu was opened."""
        wire = self._menu.wire
        if wire is not None and wire in self.drawing.wires:
            self.request_search(self.drawing.wires.curve(wire).bounds.center(), wire=wire)

    def ask_replacement(self) -> None:
        """Ask for the layer that the selected nodes become."""
        if names := self.selected():
            at = self.drawing.nodes[names[-1]].card().topRight()
            self.request_search(at if self.visible().contains(at) else self.middle(), replaces=tuple(names))

    def replace(self, kind: str, names: Sequence[str]) -> None:
        """Make nodes another kind of layer, and select them; say which wires found no port."""
        if not names or not kind:
            return
        found: list[tuple[list[str], list[Wire]]] = []
        self.attempt(lambda: found.append(replacing.replace(self.document, self.graph, names, kind)))
        for made, lost in found:
            self.select(made)
            if lost:
                many = "1 wire is" if len(lost) == 1 else f"{len(lost)} wires are"
                self._tell(f"{', '.join(made)}: {many} gone, as there is no port for it: {', '.join(map(str, lost))}.")

    def select_upstream(self) -> None:
        """Select all that feeds the selected nodes as well."""
        self._select_all_of(self.drawing.graph.upstream(self.selected()))

    def select_downstream(self) -> None:
        """Select all that the selected nodes feed as well."""
        self._select_all_of(self.drawing.graph.downstream(self.selected()))

    def _select_all_of(self, names: Collection[str]) -> None:
        self.select(name for name in self.drawing.graph.nodes if name in names)

    def align(self, edge: Edge) -> None:
        """Put the edges of the selected nodes in one line."""
        self.attempt(lambda: arranging.align(self.document, self.graph, self._sizes(self.selected()), edge))

    def distribute(self, axis: Axis) -> None:
        """Leave equal gaps between the selected nodes."""
        self.attempt(lambda: arranging.distribute(self.document, self.graph, self._sizes(self.selected()), axis))

    def held(self) -> tuple[list[str], list[int]]:
        """The selected nodes and frames, with what these hold."""
        chosen = self.picked()
        names, keys = frames.held(self.drawing.graph, chosen.frames)
        return list(dict.fromkeys([*chosen.names, *names])), keys

    def _sizes(self, names: Iterable[str]) -> dict[str, tuple[float, float]]:
        bodies = {name: self.drawing.nodes[name].box.body for name in names}
        return {name: (float(body.width), float(body.height)) for name, body in bodies.items()}

    def open_selected(self) -> None:
        """Go into the block that the node selected last uses."""
        if names := self.selected():
            self.open(names[-1])

    def group(self, block: str) -> str:
        """Make the selected nodes a block of this name and select it; why that is refused, or ""."""
        made: list[str] = []
        self.attempt(lambda: made.append(blocks.group(self.document, self.graph, self.selected(), block)))
        self.select(made or self.selected())
        return "" if made else self._said

    def unpack(self) -> None:
        """Put what is inside the selected blocks in their places, and select it."""
        size = size_in(self.document, self.graph)
        with self.motion.gliding():
            self.attempt(lambda: self.select(blocks.unpack(self.document, self.graph, self.selected(), size)))

    def move_out(self) -> None:
        """Move the selected nodes out of the block that is shown, and go to where they are now."""
        block, names = self.graph, self.selected()
        if not block or not names:
            return
        made: list[tuple[str, list[str]]] = []
        self.attempt(lambda: made.append(passing.move_out(self.document, block, names)))
        for graph, moved in made:
            self.go_to_graph(graph)
            self.select(moved)

    def toggle_frozen(self) -> None:
        """Freeze the weights of the selected nodes, or let them train again."""
        self.attempt(lambda: blocks.toggle_frozen(self.document, self.graph, self.selected()))

    def toggle_bypassed(self) -> None:
        """Have the selected nodes pass their input on, or use their layers again."""
        if names := self.selected():
            self.attempt(lambda: blocks.toggle_bypassed(self.document, self.graph, names))

    def lay_out(self) -> None:
        """Put the selected nodes, or all, in order and show the whole drawing."""
        sizes, view = self._sizes(self.drawing.nodes), self.room()
        with self.motion.gliding():
            self.attempt(lambda: blocks.lay_out(self.document, self.graph, self.selected(), sizes, view))
            self.frame_all()

    def walk(self, direction: tuple[int, int]) -> None:
        """Go from the node selected last to its neighbour in a direction."""
        selected = self.selected()
        name = step(self.drawing, selected[-1] if selected else "", direction)
        if not name:
            return
        self.select([name])
        if not self.visible().contains(self.drawing.nodes[name].card()):
            self.center_on_node(name)
