"""Which gesture a press begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.records import Wire
from gui.canvas.input.gestures.gesture import Pointer
from gui.canvas.input.gestures.marquee import Marquee
from gui.canvas.input.gestures.move import Move
from gui.canvas.input.gestures.pan import Pan
from gui.canvas.input.gestures.wire import DrawWire
from gui.canvas.scene.hits import Hit, hit

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas


def press(canvas: Canvas, button: Qt.MouseButton, pointer: Pointer) -> None:
    """Begin what a press at this place means."""
    if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and canvas.hand):
        canvas.begin(Pan(canvas, pointer))
        return
    found = hit(canvas.drawing, pointer.scene, canvas.zoom)
    if button == Qt.MouseButton.RightButton:
        _select_for_menu(canvas, found)
    if button != Qt.MouseButton.LeftButton:
        return
    if found.port is not None:
        _press_port(canvas, pointer, found.port)
    elif found.node:
        canvas.begin(Move(canvas, pointer, found.node))
    else:
        canvas.begin(Marquee(canvas, pointer))


def double_click(canvas: Canvas, pointer: Pointer) -> None:
    """Open a node, or ask for the search on empty canvas."""
    found = hit(canvas.drawing, pointer.scene, canvas.zoom)
    if found.node:
        canvas.open(found.node)
    elif found.wire is None:
        canvas.request_search(pointer.scene)


def tip(canvas: Canvas, found: Hit) -> str:
    """What to say of the thing under the pointer."""
    if found.port is not None:
        return _port_tip(canvas, found.port)
    if found.node:
        return canvas.drawing.nodes[found.node].box.message
    return _tensor_tip(canvas, found.wire.source, found.wire.source_port) if found.wire is not None else ""


def _select_for_menu(canvas: Canvas, found: Hit) -> None:
    if found.node and found.node not in canvas.selected():
        canvas.select([found.node])


def _press_port(canvas: Canvas, pointer: Pointer, port: PortRef) -> None:
    """Alt cuts the wires of a port; else a wire is begun, or the one that ends here is picked up."""
    wires = _wires_at(canvas, port)
    if pointer.has(Qt.KeyboardModifier.AltModifier):
        canvas.attempt(lambda: edits.disconnect(canvas.document, canvas.graph, wires))
    elif port.output or not wires:
        canvas.begin(DrawWire(canvas, pointer, port))
    else:
        canvas.begin(DrawWire(canvas, pointer, PortRef(wires[0].source, wires[0].source_port, True), wires[0]))


def _wires_at(canvas: Canvas, port: PortRef) -> list[Wire]:
    graph = canvas.drawing.graph
    if port.output:
        return [wire for wire in graph.outgoing(port.node) if wire.source_port == port.port]
    wire = graph.inputs(port.node).get(port.port)
    return [] if wire is None else [wire]


def _port_tip(canvas: Canvas, port: PortRef) -> str:
    if port.output:
        return f"output {port.port}: {_shape(canvas, port.node, port.port)}"
    wires = _wires_at(canvas, port)
    return f"input {port.port}: " + (
        _shape(canvas, wires[0].source, wires[0].source_port) if wires else "not connected"
    )


def _tensor_tip(canvas: Canvas, node: str, port: str) -> str:
    return f"{node}: {_shape(canvas, node, port)}"


def _shape(canvas: Canvas, node: str, port: str) -> str:
    types = canvas.document.types(canvas.graph).get(node)
    if types is None:
        return "shape not known yet"
    return str(types[canvas.drawing.graph.node(node).layer.output_names().index(port)])
