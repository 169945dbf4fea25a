"""What a press, a double click and a pause of the pointer mean at a place."""

from __future__ import annotations

from PySide6.QtCore import Qt

from graph.edits import nodes as edits
from graph.edits.nodes import PortRef
from graph.edits.picked import Picked
from graph.edits.sketching import bends
from graph.records import Wire
from graph.tensor import TensorType
from gui.canvas.drag import Pointer
from gui.canvas.input.gestures.bundle import MoveWires
from gui.canvas.input.gestures.gesture import Gesture
from gui.canvas.input.gestures.knife import Knife
from gui.canvas.input.gestures.mappan import MapPan
from gui.canvas.input.gestures.marquee import Marquee
from gui.canvas.input.gestures.move import Move
from gui.canvas.input.gestures.pan import Pan
from gui.canvas.input.gestures.pickwire import PickWire
from gui.canvas.input.gestures.stretch import Stretch
from gui.canvas.input.gestures.wire import DrawWire
from gui.canvas.scene.frames import TITLE, FrameHit
from gui.canvas.scene.hits import Hit, hit
from gui.canvas.stage import Stage


def press(stage: Stage, button: Qt.MouseButton, pointer: Pointer) -> Gesture | None:
    """The drag that a press at this place begins; what a press does at once is done."""
    if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and stage.hand):
        return Pan(stage, pointer)
    if button == Qt.MouseButton.LeftButton and stage.map_rect().contains(pointer.view):
        return MapPan(stage, pointer)
    found = hit(stage.drawing, pointer.scene, stage.zoom)
    if button == Qt.MouseButton.RightButton:
        return _press_right(stage, pointer, found)
    if button != Qt.MouseButton.LeftButton:
        return None
    if found.port is not None:
        return _press_port(stage, pointer, found.port)
    if found.dot is not None:
        return Move(stage, pointer, Picked(dots=(found.dot,)))
    if found.wire is not None and not stage.far:
        return PickWire(stage, pointer, found.wire)
    if found.node:
        return Move(stage, pointer, Picked(names=(found.node,)))
    return _press_frame(stage, pointer, found.frame) if found.frame is not None else Marquee(stage, pointer)


def double_click(stage: Stage, pointer: Pointer) -> None:
    """Rename what is named there, open a node, add a dot to a wire, or ask for the search on empty stage."""
    if stage.map_rect().contains(pointer.view):
        return
    found = hit(stage.drawing, pointer.scene, stage.zoom)
    if found.node:
        if not stage.far and stage.drawing.nodes[found.node].name_rect().contains(pointer.scene):
            stage.rename_requested.emit(Hit(node=found.node))
        else:
            stage.open(found.node)
    elif found.wire is not None and found.dot is None and not stage.far:
        _add_dot(stage, pointer, found.wire)
    elif found.frame is not None and found.frame.side == TITLE:
        stage.rename_requested.emit(found)
    elif found.wire is None:
        stage.request_search(pointer.scene)


def _add_dot(stage: Stage, pointer: Pointer, wire: Wire) -> None:
    at = pointer.scene.x(), pointer.scene.y()
    number = stage.drawing.wires.curve(wire).stretch_at(*at)
    stage.attempt(lambda: stage.select([], dots=[bends.add(stage.document, stage.graph, wire, at, number)]))


def _press_frame(stage: Stage, pointer: Pointer, found: FrameHit) -> Gesture:
    """A title moves its frame with what that holds, an edge stretches it."""
    if found.side == TITLE:
        return Move(stage, pointer, Picked(frames=(found.key,)))
    return Stretch(stage, pointer, found)


def tip(stage: Stage, found: Hit) -> str:
    """What to say of the thing under the pointer."""
    if found.port is not None:
        return _port_tip(stage, found.port)
    if found.node:
        return stage.drawing.nodes[found.node].box.message or _hidden(stage, found.node)
    return _tensor_tip(stage, found.wire.source, found.wire.source_port) if found.wire is not None else ""


def _press_right(stage: Stage, pointer: Pointer, found: Hit) -> Gesture | None:
    """With Ctrl a knife; else what is pressed on is selected, for the menu that is about to open."""
    if pointer.has(Qt.KeyboardModifier.ControlModifier):
        return Knife(stage, pointer)
    if found.node and found.node not in stage.selected():
        stage.select([found.node])
    elif found.dot is not None:
        if found.dot not in stage.picked().dots:
            stage.select([], dots=[found.dot])
    elif found.wire is not None and found.wire not in stage.selected_wires():
        stage.select([], [found.wire])
    elif found.frame is not None and found.frame.key not in stage.picked().frames:
        stage.select([], frames=[found.frame.key])
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


def _hidden(stage: Stage, name: str) -> str:
    """What a collapsed node does not show: its parameters and the shapes of its results."""
    node, types = stage.drawing.graph.node(name), stage.document.types(stage.graph).get(name, ())
    return "\n".join(filter(None, [node.summary(), *map(str, types)])) if node.collapsed else ""


def _tensor_tip(stage: Stage, node: str, port: str) -> str:
    return f"{node}: {_shape(stage, node, port)}"


def _shape(stage: Stage, node: str, port: str) -> str:
    kind = _type(stage, node, port)
    return "shape not known yet" if kind is None else str(kind)


def _type(stage: Stage, node: str, port: str) -> TensorType | None:
    types = stage.document.types(stage.graph).get(node)
    return None if types is None else types[stage.drawing.graph.output_index(node, port)]
