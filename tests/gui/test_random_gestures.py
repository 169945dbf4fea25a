"""Every gesture and menu at random, by real events: undo leads back to the start, redo to the end, files agree."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from graph.storage.loom import dumps, loads
from gui.canvas.scene.scene import Scene
from gui.window import MainWindow
from tests.support.editor_window import EditorWindow, draw
from tests.support.random_gestures import FreeHand

SEEDS = (3, 5, 8, 13)
ACTIONS = 60


def step(window: MainWindow, way: str, times: int) -> None:
    for _ in range(times):
        window.actions_made[way].trigger()
        QApplication.processEvents()


def shown(drawing: Scene) -> tuple[object, ...]:
    """What a scene holds: every node as it is drawn and where, every wire with its dots, and every frame."""
    drawing.flush()
    nodes = {name: (item.box, item.pos().x(), item.pos().y()) for name, item in drawing.nodes.items()}
    wires = [(wire, drawing.wires.curve(wire).bends) for wire in sorted(drawing.wires)]
    return dict(sorted(nodes.items())), wires, list(drawing.frames)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_undoing_all_and_redoing_it_comes_back_to_the_end(window: EditorWindow, seed: int) -> None:
    document = draw(window)
    document.forget_history()
    start = dumps(document)
    hand = FreeHand(window, seed)
    hand.act(ACTIONS)
    end, done = dumps(document), document.history
    assert len(done) > 5, hand.done
    assert dumps(loads(end)) == end
    window.analysis.update()
    canvas = window.canvas
    fresh = Scene(document, canvas.graph, canvas.drawing.style_)
    fresh.show_findings(window.analysis.findings(canvas.graph))
    assert shown(canvas.drawing) == shown(fresh)
    fresh.close()
    step(window, "undo", len(done))
    assert dumps(document) == start
    step(window, "redo", len(done))
    assert dumps(document) == end
