"""The floor under the canvas: what gestures, clipboard and drops may touch, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QCursor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from graph.analysis.places import Place
from graph.document import Document
from graph.edits.nodes import PortRef
from graph.edits.picked import Picked
from graph.edits.sketching.bends import Dot
from graph.errors import LayerloomError
from graph.layout.overlap import aside
from graph.records import Wire
from gui.canvas.drag import Drag
from gui.canvas.look import changes as differing
from gui.canvas.look.box import HEADER, MIN_WIDTH, PORT_RADIUS
from gui.canvas.look.bubble import Bubble
from gui.canvas.look.health import SCALES, Scale, legend_rect, paint_legend, paint_tags, tag_rect
from gui.canvas.look.hint import Hint
from gui.canvas.look.spot import Place as Spot
from gui.canvas.look.styles import Style
from gui.canvas.motion import Motion
from gui.canvas.namefield import NameField
from gui.canvas.request import MenuRequest, SearchRequest
from gui.canvas.scene.hits import Hit
from gui.canvas.scene.scene import Scene
from gui.canvas.startbuttons import StartButtons
from gui.canvas.trail import Path, Sight, Trail
from gui.canvas.view import View
from gui.theme.colors import Theme


class Stage(View):
    """A graph of a document on show: which one, what is selected, which drag goes on, what is said beside it.

    ``selection_changed`` carries the names of the selected nodes; ``refused`` the sentence why something was not
    done, "" once that is over; ``search_requested`` a ``SearchRequest``, ``menu_requested`` a ``MenuRequest``;
    ``graph_shown`` the graphs on the way from the model to the one that is shown; ``fields_requested`` asks for the
    fields of the selected node, ``rename_requested`` for the name of what a ``Hit`` names.
    """

    selection_changed = Signal(object)
    menu_requested = Signal(object)
    refused = Signal(str)
    search_requested = Signal(object)
    graph_shown = Signal(object)
    fields_requested = Signal()
    rename_requested = Signal(object)

    # The view scrolls while it is being built.
    _naming: NameField | None = None
    _fitted: tuple[float, int, int] | None = None
    _scale: Scale | None = None
    _changes: differing.Changes | None = None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Scene(Document(), "", Style(Theme.light())), parent)
        self._drag: Drag | None = None
        self._dragging = False
        self._hand = False
        self._hovered: PortRef | None = None
        self._grip: Qt.CursorShape | None = None
        self._framed = False
        self._said = ""
        self._menu = MenuRequest(QPoint())
        self._bubble = Bubble(self)
        self._naming = NameField(self.viewport())
        self._naming.refused.connect(self.say)
        self._naming.textEdited.connect(lambda: self.hide_bubble())
        self._naming.left.connect(self._after_name)
        self._hint = Hint(self)
        self.starts = StartButtons(self)
        self._health: dict[Place, float] = {}
        self.motion = Motion(lambda: self.drawing, self)
        self._trail = Trail()
        self.set_theme(Theme.light())
        self.drawing.selection_changed.connect(self._on_selection)

    # The document

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.drawing.document

    @property
    def graph(self) -> str:
        """The graph that is shown: "" for the model, else a block's name."""
        return self.drawing.key

    @property
    def path(self) -> Path:
        """The graphs from the model, "", to the one that is shown."""
        return self._trail.path

    def set_document(self, document: Document, graph: str = "") -> None:
        """Show a graph of a document, all of it in view."""
        self.clear_changes()
        self._show(document, graph)
        self._trail.start(document, graph)
        self._tell_graph()
        self._framed = self.isVisible()
        self.frame_all()

    def open(self, node: str) -> bool:
        """Go into the block a node uses, if it uses one; whether it does."""
        path = self._trail.into(self.document, node)
        if path:
            self._go(path)
        return bool(path)

    def leave(self) -> bool:
        """Go back to where the block was entered from; whether that was possible."""
        if len(self.path) == 1:
            return False
        self._go(self.path[:-1])
        return True

    def go_to_graph(self, graph: str) -> None:
        """Show another graph as it was last looked at."""
        if graph != self.graph:
            self._go(self._trail.to(self.document, graph))

    def _go(self, path: Path) -> None:
        if self.graph in self.document.graphs:
            middle = self.mapToScene(self.viewport().rect().center())
            self._trail.sights[self.graph] = Sight(self.zoom, middle, self.selected())
        self._trail.path = path
        self._show(self.document, path[-1])
        self._tell_graph()
        sight = self._trail.sights.get(path[-1])
        if sight is None:
            self.frame_all()
            return
        self.zoom_to(sight.zoom)
        self.centerOn(sight.center)
        self.select(sight.selected)

    def _show(self, document: Document, graph: str) -> None:
        self.cancel_drag()
        self.motion.forget()
        self._hovered = None
        self.show_drawing(Scene(document, graph, self._style, self))
        self.drawing.selection_changed.connect(self._on_selection)
        self.name_field.drop()
        self.drawing.followed.connect(self.cancel_drag)
        self.drawing.followed.connect(self.motion.stop)
        self.drawing.followed.connect(self.name_field.drop)
        self.drawing.followed.connect(self._describe)
        self.drawing.vanished.connect(lambda: self._go(self._trail.left(self.document)))
        self.drawing.dirty.connect(self._tell_hint)
        self._tell_hint()

    def _tell_hint(self, _: object = None) -> None:
        self._hint.tell(not self.drawing.nodes, not self.graph)
        offered = not self.drawing.nodes and not self.graph
        if offered == self.starts.isHidden():
            self.starts.setVisible(offered)
            self.place_hint()

    def place_hint(self) -> None:
        """Put what an empty drawing says, and offers, in the middle."""
        self._hint.place()
        self.starts.place(self.rect(), self._hint.geometry().bottom() + 14)

    def _tell_graph(self) -> None:
        self.graph_shown.emit(self.path)
        self._on_selection([])

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self._bubble.set_theme(theme)
        self.name_field.set_theme(theme)
        self._hint.set_theme(theme)

    # Selection and framing

    def selected(self) -> list[str]:
        """The names of the selected nodes, in the order they were selected."""
        return self.drawing.selected()

    def selected_wires(self) -> list[Wire]:
        """The selected wires, in the order they were selected."""
        return self.drawing.selected_wires()

    def picked(self) -> Picked:
        """All that is selected: nodes, wires, dots and frames."""
        return self.drawing.picked()

    def pick(self, picked: Picked) -> None:
        """Select these things and nothing else."""
        self.drawing.select(*picked)

    def select(
        self,
        names: Iterable[str],
        wires: Iterable[Wire] = (),
        dots: Iterable[Dot] = (),
        frames: Iterable[int] = (),
    ) -> None:
        """Select these nodes, wires, dots and frames and nothing else."""
        self.drawing.select(names, wires, dots, frames)

    def frame_all(self) -> None:
        """Bring the whole drawing into view, where it stays whatever size the view gets, until the view is moved."""
        self.frame(self.drawing.bounds())
        self._fitted = self._sight()

    def resizeEvent(self, event: QResizeEvent) -> None:
        fitted = self._fitted == self._sight()
        super().resizeEvent(event)
        if fitted:
            self.frame_all()

    def _sight(self) -> tuple[float, int, int]:
        return self.zoom, self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def show_places(self, places: Mapping[str, QPointF]) -> None:
        """Move the view to nodes that are out of it, all of them; one that has gone is looked for where it stood."""
        rects = [self._card_or(name, at) for name, at in places.items()]
        seen = self.visible()
        if not rects or any(seen.intersects(rect) for rect in rects):
            return
        whole = QRectF()
        for rect in rects:
            whole = whole.united(rect)
        if whole.width() > seen.width() or whole.height() > seen.height():
            self.frame(whole)
        else:
            self.bring_into_view(whole)

    def _card_or(self, name: str, at: QPointF) -> QRectF:
        if name in self.drawing.nodes:
            return self.drawing.nodes[name].card()
        return QRectF(at.x() - MIN_WIDTH / 2, at.y() - HEADER, MIN_WIDTH, 2 * HEADER)

    def center_on_node(self, name: str) -> None:
        """Bring a node to the middle of the view."""
        if name in self.drawing.nodes:
            self.centerOn(self.drawing.nodes[name].pos())

    def _on_selection(self, names: list[str]) -> None:
        self._describe()
        self.selection_changed.emit(names)

    def _describe(self) -> None:
        """Tell screen readers what is selected."""
        names = self.selected()
        shown = "; ".join(
            [f"{name}, {self.drawing.graph.node(name).kind}" for name in names[:5]]
            + [f"wire from {wire.source} to {wire.target}" for wire in self.selected_wires()[:5]]
            + [f"dot of the wire from {dot.wire.source} to {dot.wire.target}" for dot in self.picked().dots[:5]]
            + [f"frame {frame.title}" for frame in self.drawing.graph.frames if frame.key in self.picked().frames]
        )
        self.setAccessibleDescription(f"Selected: {shown}" if shown else "Nothing is selected.")

    # Names

    @property
    def name_field(self) -> NameField:
        """The field that names are typed into."""
        assert self._naming is not None
        return self._naming

    def _after_name(self) -> None:
        self.hide_bubble()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll what is painted; a name that is being typed stays where it belongs."""
        super().scrollContentsBy(dx, dy)
        if self._naming is not None:
            self._naming.follow()

    # Edits, and the words beside the pointer

    def attempt(self, action: Callable[[], object]) -> None:
        """Do something to the document; a refusal goes to whoever listens to ``refused``."""
        try:
            action()
        except LayerloomError as error:
            self._tell(str(error))
        else:
            self._tell("")

    def request_search(
        self,
        at: QPointF,
        source: PortRef | None = None,
        *,
        beside: bool = False,
        wire: Wire | None = None,
        replaces: tuple[str, ...] = (),
    ) -> None:
        """Ask for the search for a layer to add at a point of the scene."""
        where = self.viewport().mapToGlobal(self.mapFromScene(at))
        self.search_requested.emit(SearchRequest(where, at, source, beside, wire, replaces))

    def request_menu(self, where: QPoint, found: Hit) -> None:
        """Ask for the context menu of something at a point of the screen."""
        self._menu = MenuRequest(where, *found)
        self.menu_requested.emit(self._menu)

    def pointer_place(self) -> QPointF:
        """Where the pointer is in the scene; the middle of the view, if it is elsewhere."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect().contains(at) and self.viewport().underMouse()
        return self.mapToScene(at) if inside else self.middle()

    def free_place(self, at: QPointF) -> QPointF:
        """A point of the scene, or one to the right and down of it if a node stands there."""
        by = aside(self.drawing.graph.nodes.values(), [(at.x(), at.y())])
        return at + QPointF(by, by)

    def say(self, sentence: str, at: QPoint) -> None:
        """Show a refusal beside a point of the view; nothing takes it away."""
        self._bubble.show_at(sentence, at)
        self._tell(sentence)

    def hint(self, sentence: str, at: QPoint) -> None:
        """Show what would happen beside a point of the view, "" hides it."""
        self._bubble.show_at(sentence, at, calm=True)

    def hide_bubble(self) -> None:
        """Take the bubble away and leave the refusal for the status bar."""
        self._bubble.hide()

    def _tell(self, sentence: str) -> None:
        # The same sentence is told again: what listens may have passed on to something else.
        if sentence or self._said:
            self._said = sentence
            self.refused.emit(sentence)

    # The drag

    def cancel_drag(self) -> None:
        """End the drag that is going on, as if it had never begun; what it holds may be gone, even with its graph."""
        drag = self._drag
        if drag is None:
            return
        self.end_drag()
        self.say("", QPoint())
        if self.graph in self.document.graphs:
            drag.cancel()
        self.viewport().update()

    def end_drag(self) -> None:
        """Hold no drag any more."""
        self._drag, self._dragging = None, False
        self.update_cursor()

    @property
    def busy(self) -> bool:
        """Whether a drag is going on."""
        return self._drag is not None

    @property
    def far(self) -> bool:
        """Whether the drawing is so small that wires are hairlines."""
        return self._style.far

    @property
    def hand(self) -> bool:
        """Whether the left button pans."""
        return self._hand

    def set_hand(self, on: bool) -> None:
        """Have the left button pan, as while Space is held."""
        self._hand = on
        self.update_cursor()

    def update_cursor(self) -> None:
        """Show what a press would do."""
        shape = Qt.CursorShape.ArrowCursor
        if self._drag is not None and self._dragging and self._drag.cursor is not None:
            shape = self._drag.cursor
        elif self._hand:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._hovered is not None:
            shape = Qt.CursorShape.CrossCursor
        elif self._grip is not None:
            shape = self._grip
        self.viewport().setCursor(shape)

    # Painting

    def cover(self, rect: QRectF) -> None:
        """Have a part of the scene painted anew."""
        if not rect.isNull():
            self.viewport().update(self.mapFromScene(rect).boundingRect().adjusted(-6, -6, 6, 6))

    def hover_port(self, port: PortRef | None) -> None:
        """Light up a port."""
        if port != self._hovered:
            for changed in (self._hovered, port):
                self.cover(self._port_ring(changed))
            self._hovered = port

    def show_health(self, quantity: str, values: Mapping[Place, float]) -> None:
        """Show figures at nodes, by their graphs and names; none where there is no such quantity."""
        scale = SCALES.get(quantity)
        before, told = self._health, scale is not self._scale
        self._scale, self._health = scale, dict(values) if scale else {}
        for place in before.keys() | self._health.keys():
            graph, name = place
            if graph == self.graph and name in self.drawing.nodes and before.get(place) != self._health.get(place):
                self.cover(tag_rect(self.drawing.nodes[name].card()))
        if told:
            self.viewport().update()

    def show_changes(self, places: Mapping[Place, str], removed: int, against: str) -> None:
        """Light up the nodes that are "added" or "changed" against the drawing of a run; others were ``removed``."""
        self._changes = differing.Changes(places, removed, against)
        self.viewport().update()

    def clear_changes(self) -> bool:
        """Take the marks of changes away; whether there were any."""
        found, self._changes = self._changes is not None, None
        if found:
            self.viewport().update()
        return found

    def _repaint(self, places: list[Spot]) -> None:
        super()._repaint(places)
        if self._changes is not None:  # a mark reaches beyond its node
            self.viewport().update()

    def paint_over(self, painter: QPainter) -> None:
        if self._scale is not None:
            nodes, graph = self.drawing.nodes, self.graph
            cards = (
                (nodes[name].card(), value)
                for (key, name), value in self._health.items()
                if key == graph and name in nodes
            )
            paint_tags(painter, cards, self._scale, self.theme, zoom=self.zoom)
        for (key, name), how in self._changes.places.items() if self._changes is not None else ():
            if key == self.graph and name in self.drawing.nodes:
                differing.paint_change(painter, self.drawing.nodes[name].card(), how, self.theme)
        if self._drag is not None and self._dragging:
            self._drag.paint(painter)
        elif self._hovered is not None and self._hovered.node in self.drawing.nodes:
            painter.setBrush(self.theme.accent)
            painter.setPen(QPen(self.theme.node, 1.5))
            painter.drawEllipse(self._port_ring(self._hovered).adjusted(3, 3, -3, -3))

    def fixed_rects(self) -> list[QRect]:
        legend = [legend_rect(self.viewport().rect())] if self._scale is not None else []
        return [*super().fixed_rects(), *legend, *([self._changes_rect()] if self._changes is not None else [])]

    def paint_fixed(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._scale is not None:
            paint_legend(painter, self.viewport().rect(), self._scale, self.theme)
        if self._changes is not None:
            differing.paint_legend(painter, self._changes_rect(), self._changes, self.theme)

    def _changes_rect(self) -> QRect:
        return differing.legend_rect(self.viewport().rect(), above=self._scale is not None)

    def _port_ring(self, port: PortRef | None) -> QRectF:
        if port is None or port.node not in self.drawing.nodes:
            return QRectF()
        at, radius = self.drawing.nodes[port.node].port_at(port.port, port.output), PORT_RADIUS + 5
        return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
