"""The scene: node items and wires of one graph, patched from the document's changes and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtWidgets import QGraphicsScene

from graph.document import Document
from graph.edits.picked import Picked
from graph.edits.sketching.bends import Dot
from graph.modelgraph import ModelGraph
from graph.records import (
    Change,
    DefinitionChange,
    Frame,
    FramesChange,
    NodeChange,
    Point,
    Problem,
    RenameChange,
    SettingChange,
    Wire,
    WireChange,
)
from gui.canvas.look.box import Box, box_of
from gui.canvas.look.curve import Curve
from gui.canvas.look.spot import Place
from gui.canvas.look.styles import Style
from gui.canvas.scene.frames import Frames
from gui.canvas.scene.node_item import NodeItem
from gui.canvas.scene.note import Note
from gui.canvas.scene.ways import Ways
from gui.canvas.scene.wires import Wires

_ROOM = 2000.0
_rank = attrgetter("rank")


class Scene(QGraphicsScene):
    """What the canvas shows of one graph of a document.

    ``dirty`` carries the places whose wires or nodes have changed, once per turn of the event loop;
    ``selection_changed`` the names of the selected nodes. ``followed`` tells that the document was edited and that
    the scene shows it, ``vanished`` that the document has the graph no more.
    """

    dirty = Signal(object)
    selection_changed = Signal(object)
    followed = Signal()
    vanished = Signal()

    def __init__(self, document: Document, key: str, style: Style, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.key, self.style_ = document, key, style
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self.nodes: dict[str, NodeItem] = {}
        self.wires = Wires(style, self._route)
        self.frames = Frames(style)
        self._bends: dict[Wire, tuple[Point, ...]] = {}
        self.note = Note()
        self._note_due = True
        self._ways = Ways()
        self._stirred = True
        self._elsewhere: set[str] = set()
        self._insisted: set[str] = set()
        self._findings: Mapping[str, Problem] = {}
        self._selected: dict[str, None] = {}
        self._places: list[Place] = []
        self._room = QRectF()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self.flush)
        self._synchronize(set(self.graph.nodes), self.graph.wires())
        self.mark(self.frames.show(self.graph.frames))
        self._unsubscribe = document.subscribe(self._follow)

    def close(self) -> None:
        """Stop following the document."""
        self._unsubscribe()
        self._frame.stop()

    @property
    def graph(self) -> ModelGraph:
        """The graph that is shown."""
        return self.document.graphs[self.key]

    # Selection

    def selected(self) -> list[str]:
        """The names of the selected nodes, in the order they were selected."""
        return list(self._selected)

    def selected_wires(self) -> list[Wire]:
        """The selected wires, in the order they were selected."""
        return list(self.wires.selected)

    def picked(self) -> Picked:
        """All that is selected, in the order it was selected."""
        return Picked(
            tuple(self._selected),
            tuple(self.wires.selected),
            tuple(self.wires.selected_dots),
            tuple(self.frames.selected),
        )

    def select(
        self,
        names: Iterable[str],
        wires: Iterable[Wire] = (),
        dots: Iterable[Dot] = (),
        frames: Iterable[int] = (),
    ) -> None:
        """Select these and nothing else; unknown ones are passed over."""
        before = self.picked()
        wanted = {name: None for name in names if name in self.nodes}
        picked = {wire: None for wire in wires if wire in self.wires}
        points = {dot: None for dot in dots if dot.wire in self.wires and dot.number < len(self.graph.bends(dot.wire))}
        self.mark(self.frames.select(list(frames)))
        self.wires.selected_dots = points
        if (tuple(wanted), tuple(picked), tuple(points), tuple(self.frames.selected)) == before:
            return
        self._mark_wires(*self.wires.selected, *picked, *(dot.wire for dot in (*before.dots, *points)))
        self.wires.selected = picked
        for name in {**self._selected, **wanted}:
            if name in self.nodes and (name in self._selected) != (name in wanted):
                self.nodes[name].set_selected(name in wanted)
                self.mark([self.nodes[name].where()])
        self._selected = wanted
        self.selection_changed.emit(list(wanted))

    # Places

    def bounds(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around nodes; around all there is, wires and notes included, without ``names``."""
        if names is None:
            self.flush()
            return self._drawn().united(self.note.rect)
        rect = QRectF()
        for name in names:
            rect = rect.united(self.nodes[name].card())
        return rect

    def _drawn(self) -> QRectF:
        """The rectangle around nodes and wires."""
        rect = self.bounds(self.nodes).united(self.frames.bounds())
        for curve in self.wires.curves():
            rect = rect.united(curve.bounds)
        return rect

    def items_within(self, rect: QRectF) -> list[NodeItem]:
        """The nodes that may be seen in a rectangle, the topmost last."""
        found: list[NodeItem] = self.items(rect, Qt.ItemSelectionMode.IntersectsItemBoundingRect)  # type: ignore[assignment]
        found.sort(key=_rank)
        return found

    def preview(
        self,
        places: Mapping[str, QPointF],
        bends: Mapping[Wire, tuple[Point, ...]] | None = None,
        frames: Mapping[int, Frame] | None = None,
    ) -> None:
        """Show nodes, bends and frames at other places than the document's, until it says otherwise."""
        self._elsewhere.update(places)
        for name, at in places.items():
            self._move(self.nodes[name], at)
        self.wires.touch(places)
        if bends:
            self._bends.update(bends)
            self.wires.touch(wire.target for wire in bends)
        if frames:
            self.mark(self.frames.preview(frames))
        self._frame.start(0)

    def restore(self, names: Iterable[str]) -> None:
        """Show everything where the document has it; ``names`` are the nodes that were shown elsewhere."""
        nodes = self.graph.nodes
        self._restore_sketch()
        self.preview({name: QPointF(nodes[name].x, nodes[name].y) for name in names if name in nodes})
        self._elsewhere.clear()

    def _restore_sketch(self) -> None:
        """Show bends and frames as the document has them."""
        self.wires.touch(wire.target for wire in self._bends)
        self._bends.clear()
        self.mark(self.frames.show(self.graph.frames))

    def restyle(self) -> None:
        """Take up the style's colours."""
        for item in self.nodes.values():
            item.restyle()

    def mark(self, places: Iterable[Place]) -> None:
        """Have places painted anew with the next frame."""
        self._places += places
        self._frame.start(0)

    def flush(self) -> None:
        """Route the wires that need it and tell what has to be painted anew."""
        self._frame.stop()
        if self._stirred and not self._elsewhere and self._ways.leads(len(self.nodes)):
            if self._ways.see((name, item.edges()) for name, item in self.nodes.items()):
                self.wires.touch(self.nodes)
            self._stirred = False
        places = self._places + self.wires.update() + self._written()
        self._places = []
        if places:
            self.dirty.emit(places)

    def _written(self) -> list[Place]:
        """Write the notes where they belong now; the places to paint anew."""
        if not self._note_due or self.key:
            return []
        self._note_due = False
        before, self.note = self.note, Note(self.document.notes, self._drawn(), self.bounds(self.nodes).left())
        return [Place(note.rect, note.rect.topLeft()) for note in (before, self.note) if not note.rect.isEmpty()]

    def hide_wires(self, wires: Iterable[Wire]) -> None:
        """Leave wires out while a gesture holds their ends."""
        hidden = frozenset(wires)
        self._mark_wires(*sorted(self.wires.hidden | hidden))
        self.wires.hidden = hidden

    def hover_wire(self, wire: Wire | None) -> None:
        """Light up a wire."""
        if wire != self.wires.hovered:
            self._mark_wires(self.wires.hovered, wire)
            self.wires.hovered = wire

    def _mark_wires(self, *wires: Wire | None) -> None:
        self.mark(self.wires.curve(wire).place() for wire in wires if wire is not None and wire in self.wires)

    # Following the document

    def show_findings(self, findings: Mapping[str, Problem]) -> None:
        """Show what was found out about nodes beside the problems of their shapes, by name."""
        if findings != self._findings:
            self._findings = findings
            self._refresh(set())

    def insist(self) -> None:
        """Show what is pending as what it is: wrong, or unwise. What is drawn from now on is waited for again."""
        known = {**self._findings, **self.document.problems(self.key)}
        waiting = {name for name, problem in known.items() if problem.pending} - self._insisted
        self._insisted |= waiting
        self._refresh(waiting)

    def _follow(self, changes: Sequence[Change]) -> None:
        if self.key not in self.document.graphs:
            self.vanished.emit()
            return
        selected = self.picked()
        self._elsewhere.clear()
        names: set[str] = set()
        wires: dict[Wire, None] = {}
        elsewhere = framed = False
        for change in changes:
            match change:
                case NodeChange(graph=self.key):
                    names.add(change.name)
                case WireChange(graph=self.key):
                    ends = [wire for wire in (change.before, change.after) if wire is not None]
                    wires.update(dict.fromkeys(ends))
                    names.update(wire.target for wire in ends)
                case RenameChange(graph=self.key):
                    wires.update(dict.fromkeys(self.wires.at(change.before)))
                    self._rename(change.before, change.after)
                    names |= {change.before, change.after}
                case FramesChange():
                    framed |= change.graph == self.key
                case SettingChange():
                    self._note_due |= change.key == "notes"
                case DefinitionChange() | NodeChange() | WireChange() | RenameChange():
                    elsewhere = True
        if framed or self._bends:
            self._note_due |= bool(self.document.notes)
            self._restore_sketch()
        if not (names or elsewhere):
            self._frame.start(0)
            if framed:
                self._tell_followed(selected)
            return
        for name in sorted(names & self.graph.nodes.keys()):
            wires.update(dict.fromkeys([*self.graph.inputs(name).values(), *self.graph.outgoing(name)]))
        self._synchronize(names, wires)
        self._tell_followed(selected)

    def _tell_followed(self, selected: Picked) -> None:
        kept = [dot for dot in self.wires.selected_dots if dot.number < len(self.graph.bends(dot.wire))]
        self.wires.selected_dots = dict.fromkeys(kept)
        if self.picked() != selected:
            self.selection_changed.emit(self.selected())
        self.followed.emit()

    def _synchronize(self, names: set[str], wires: Iterable[Wire]) -> None:
        """Bring nodes and wires, and whatever else has another type or problem now, up to the document.

        The final state counts: the changes of one step may pass through states that are gone by now.
        """
        graph = self.graph
        gone = [name for name in sorted(names) if name not in graph.nodes and name in self.nodes]
        for wire in wires:
            if wire in self.wires and (
                wire.target not in graph.nodes or graph.inputs(wire.target).get(wire.target_port) != wire
            ):
                self.mark(self.wires.remove(wire))
        for name in gone:
            self._drop(name)
        self._refresh(names)
        self.style_.count = len(self.nodes)
        self._note_due |= bool(self.document.notes)
        for wire in wires:
            if (
                wire.target in graph.nodes
                and graph.inputs(wire.target).get(wire.target_port) == wire
                and wire not in self.wires
            ):
                self.wires.add(wire)
        self._frame.start(0)

    def _refresh(self, names: set[str]) -> None:
        nodes, types, problems = self.graph.nodes, self.document.types(self.key), self.document.problems(self.key)
        findings = self._findings
        for name, node in nodes.items():
            item = self.nodes.get(name)
            if (
                item is not None
                and name not in names
                and item.types is types.get(name)
                and item.problem is (problems.get(name) or findings.get(name))
            ):
                continue
            problem = problems.get(name) or findings.get(name)
            if problem is None:
                self._insisted.discard(name)
            patient = name not in self._insisted
            box = box_of(node, self.graph.open_ports(name), types.get(name), problem, patient=patient)
            item = self._show(name, box, QPointF(node.x, node.y))
            item.types, item.problem = types.get(name), problem

    def _show(self, name: str, box: Box, at: QPointF) -> NodeItem:
        item = self.nodes.get(name)
        if item is None:
            item = self.nodes[name] = NodeItem(self.style_, box)
            self.addItem(item)
        elif item.box != box:
            self.mark([item.where()])
            item.show_box(box)
            self.mark([item.where()])
        self._move(item, at)
        self.wires.touch([name])
        return item

    def _move(self, item: NodeItem, at: QPointF) -> None:
        before = item.where()
        item.place(at)
        self._stirred = True
        self._places += [before, item.where()]
        if not self._room.contains(item.extent):
            # The tree that finds items divides this rectangle: it should fit the drawing, and seldom change.
            self._room = self._room.united(item.extent.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))
            self.setSceneRect(self._room)

    def _drop(self, name: str) -> None:
        item = self.nodes.pop(name)
        self._selected.pop(name, None)
        self._insisted.discard(name)
        self._stirred = True
        self.mark([item.where()])
        self.removeItem(item)

    def _rename(self, before: str, after: str) -> None:
        if before not in self.nodes:
            return
        if after in self.nodes:
            self._drop(after)
        self.nodes[after] = self.nodes.pop(before)
        if before in self._selected:
            self._selected = {after if name == before else name: None for name in self._selected}

    def _route(self, wire: Wire) -> Curve:
        start = self.nodes[wire.source].port_at(wire.source_port, output=True)
        end = self.nodes[wire.target].port_at(wire.target_port, output=False)
        bends = self._bends.get(wire) or self.graph.bends(wire)
        curve = Curve((start.x(), start.y()), (end.x(), end.y()), bends)
        if bends or self._elsewhere or not self._ways.leads(len(self.nodes)):
            return curve
        return self._ways.around(wire, curve)
