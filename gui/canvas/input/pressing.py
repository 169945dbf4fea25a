"""What a press, a double click and a pause of the pointer mean at a place."""

from __future__ import annotations

from PySide6.QtCore import Qt

from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.records import Wire
from graph.tensor import TensorType
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.bundle import MoveWires
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.input.gestures.knife import Knife
from gui.canvas.input.gestures.marquee import Marquee
from gui.canvas.input.gestures.move import Move
from gui.canvas.input.gestures.pan import Pan
from gui.canvas.input.gestures.pickwire import PickWire
from gui.canvas.input.gestures.wire import DrawWire
from gui.canvas.scene.hits import Hit, hit
from gui.canvas.stage import Stage


def press(stage: Stage, button: Qt.MouseButton, pointer: Pointer) -> Gesture | None:
    """The drag that a press at this place begins; what a press does at once is done."""
    if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and stage.hand):
        return Pan(stage, pointer)
    found = hit(stage.drawing, pointer.scene, stage.zoom)
    if button == Qt.MouseButton.RightButton:
        return _press_right(stage, pointer, found)
    if button != Qt.MouseButton.LeftButton:
        return None
    if found.port is not None:
        return _press_port(stage, pointer, found.port)
    if found.wire is not None and not stage.far:
        return PickWire(stage, pointer, found.wire)
    return Move(stage, pointer, found.node) if found.node else Marquee(stage, pointer)


def double_click(stage: Stage, pointer: Pointer) -> None:
    """Open a node, or ask for the search on empty stage."""
    found = hit(stage.drawing, pointer.scene, stage.zoom)
    if found.node:
        stage.open(found.node)
    elif found.wire is None:
        stage.request_search(pointer.scene)


def tip(stage: Stage, found: Hit) -> str:
    """What to say of the thing under the pointer."""
    if found.port is not None:
        return _port_tip(stage, found.port)
    if found.node:
        return stage.drawing.nodes[found.node].box.message
    return _tensor_tip(stage, found.wire.source, found.wire.source_port) if found.wire is not None else ""


def _press_right(stage: Stage, pointer: Pointer, found: Hit) -> Gesture | None:
    """With Ctrl a knife; else what is pressed on is selected, for the menu that is about to open."""
    if pointer.has(Qt.KeyboardModifier.ControlModifier):
        return Knife(stage, pointer)
    if found.node and found.node not in stage.selected():
        stage.select([found.node])
    elif found.wire is not None and found.wire not in stage.selected_wires():
        stage.select([], [found.wire])
    return None


def _press_port(stage: Stage, pointer: Pointer, port: PortRef) -> Gesture | None:
    """Alt cuts the wires of a port; else a wire is begun, or the one that ends here is picked up."""
    wires = wires_at(stage, port)
    if pointer.has(Qt.KeyboardModifier.AltModifier):
        stage.attempt(lambda: edits.disconnect(stage.document, stage.graph, wires))
        return None
    if port.output and wires and pointer.has(Qt.KeyboardModifier.ControlModifier):
        return MoveWires(stage, pointer, wires)
    if port.output or not wires:
        return DrawWire(stage, pointer, port)
    return DrawWire(stage, pointer, PortRef(wires[0].source, wires[0].source_port, True), wires[0])


def wires_at(stage: Stage, port: PortRef) -> list[Wire]:
    """The wires at a port."""
    graph = stage.drawing.graph
    if port.output:
        return [wire for wire in graph.outgoing(port.node) if wire.source_port == port.port]
    wire = graph.inputs(port.node).get(port.port)
    return [] if wire is None else [wire]


def _port_tip(stage: Stage, port: PortRef) -> str:
    if port.output:
        return f"output {port.port}: {_shape(stage, port.node, port.port)}"
    wires = wires_at(stage, port)
    shown = _shape(stage, wires[0].source, wires[0].source_port) if wires else "not connected"
    kind = _type(stage, wires[0].source, wires[0].source_port) if wires else None
    note = stage.drawing.graph.node(port.node).layer.port_note(port.port, kind)
    return f"input {port.port}: {shown}" + (f"\n{note}" if note else "")


def _tensor_tip(stage: Stage, node: str, port: str) -> str:
    return f"{node}: {_shape(stage, node, port)}"


def _shape(stage: Stage, node: str, port: str) -> str:
    kind = _type(stage, node, port)
    return "shape not known yet" if kind is None else str(kind)


def _type(stage: Stage, node: str, port: str) -> TensorType | None:
    types = stage.document.types(stage.graph).get(node)
    return None if types is None else types[stage.drawing.graph.output_index(node, port)]
