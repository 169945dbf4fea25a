"""What is under the pointer: a port, a node, a dot, a wire, a frame, or nothing."""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF

from graph.edits.nodes import PortRef
from graph.edits.sketching.bends import Dot
from graph.records import Wire
from gui.canvas.scene.frames import FrameHit
from gui.canvas.scene.scene import Scene
from gui.canvas.scene.wires import DOTTED

PORT_REACH = 11.0
MAX_REACH = 18.0
WIRE_REACH, DOT_REACH, EDGE_REACH = 6.0, 9.0, 5.0


class Hit(NamedTuple):
    """The closest thing at a point; all empty on empty canvas."""

    node: str = ""
    port: PortRef | None = None
    wire: Wire | None = None
    dot: Dot | None = None
    frame: FrameHit | None = None


def hit(drawing: Scene, at: QPointF, zoom: float) -> Hit:
    """What a press at a point of the scene means: ports come before nodes, nodes before wires, frames last."""
    drawing.flush()
    # From afar ports are not painted, and close to that a reach in pixels would cover half of a node.
    ports = ports_near(drawing, at, min(PORT_REACH / zoom, MAX_REACH)) if not drawing.style_.far else []
    if ports:
        return Hit(node=ports[0].node, port=ports[0])
    node = node_at(drawing, at)
    if node:
        return Hit(node=node)
    dot = drawing.wires.dot_at(at.x(), at.y(), DOT_REACH / zoom) if zoom >= DOTTED else None
    if dot is not None:
        return Hit(wire=dot.wire, dot=dot)
    wire = drawing.wires.nearest(at.x(), at.y(), WIRE_REACH / zoom)
    if wire is not None:
        return Hit(wire=wire)
    return Hit(frame=drawing.frames.hit(at, EDGE_REACH / zoom))


def node_at(drawing: Scene, at: QPointF) -> str:
    """The topmost node at a point, or ""."""
    point = QRectF(at.x() - 0.5, at.y() - 0.5, 1.0, 1.0)
    return next((item.box.name for item in reversed(drawing.items_within(point)) if item.card().contains(at)), "")


def ports_near(drawing: Scene, at: QPointF, radius: float) -> list[PortRef]:
    """The ports within a radius, the closest first."""
    around = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    found: list[tuple[float, PortRef]] = []
    for item in drawing.items_within(around):
        for output, ports in ((False, item.box.inputs), (True, item.box.outputs)):
            for port in ports:
                gap = item.port_at(port, output) - at
                found.append((hypot(gap.x(), gap.y()), PortRef(item.box.name, port, output)))
    return [port for distance, port in sorted(found) if distance <= radius]
