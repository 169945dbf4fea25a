"""Figures of the layers are painted at their nodes, in one scale of colours, and an alarm leads to its layer."""

from __future__ import annotations

from math import inf

import pytest
from PySide6.QtGui import QColor

from graph.analysis.places import folded, places_of
from gui.canvas.look.health import SCALES, color_of, ink_on, legend_rect, tag_rect, written
from gui.theme.colors import Theme
from gui.theme.contrast import TEXT, contrast
from tests.support.editor_window import EditorWindow, click, draw, draw_blocks
from training.protocol import Alarm, GradientHealth, NodeHealth as Layer

pytestmark = pytest.mark.slow

HEALTH = GradientHealth(1, 20, {"conv1": Layer(1e-7, 3.0, 1e-3), "fc1": Layer(50.0, 2.0, None)})


def show(window: EditorWindow, event: GradientHealth | Alarm) -> None:
    """Have the run that is shown tell something."""
    window.run.history.add(event)
    window.training.redraw()


def pick(window: EditorWindow, name: str) -> None:
    window.training.on_nodes.setCurrentIndex(window.training.on_nodes.findData(name))


def tag_color(window: EditorWindow, node: str) -> QColor:
    canvas = window.canvas
    rect = tag_rect(canvas.drawing.nodes[node].card())
    at = canvas.mapFromScene(rect.left() + 8, rect.center().y())
    return canvas.viewport().grab().toImage().pixelColor(at)


@pytest.fixture
def trained(window: EditorWindow) -> EditorWindow:
    draw(window)
    window.show_panel("Train")
    window.canvas.frame_all()
    show(window, HEALTH)
    return window


def test_what_is_chosen_is_painted_below_its_nodes_and_goes_with_the_choice(trained: EditorWindow) -> None:
    plain = tag_color(trained, "conv1")
    pick(trained, "gradient")
    small, large = tag_color(trained, "conv1"), tag_color(trained, "fc1")
    assert small.blue() > small.red() + 40
    assert large.red() > large.blue() + 40
    assert tag_color(trained, "relu1") == plain
    pick(trained, "")
    assert tag_color(trained, "conv1") == plain


def test_newer_figures_take_the_place_of_those_that_were(trained: EditorWindow) -> None:
    pick(trained, "gradient")
    before = tag_color(trained, "conv1")
    show(trained, GradientHealth(1, 40, {"conv1": Layer(900.0, 3.0, 1e-3)}))
    after = tag_color(trained, "conv1")
    assert before.blue() > before.red()
    assert after.red() > after.blue()


def test_parts_that_learn_in_turns_are_shown_together(trained: EditorWindow) -> None:
    pick(trained, "gradient")
    plain = tag_color(trained, "relu1")
    show(trained, GradientHealth(2, 60, {"conv1": Layer(1e-7, 1.0, 1e-3)}))
    show(trained, GradientHealth(2, 60, {"fc1": Layer(900.0, 1.0, 1e-3)}))
    assert tag_color(trained, "conv1").blue() > tag_color(trained, "conv1").red()
    assert tag_color(trained, "fc1").red() > tag_color(trained, "fc1").blue()
    assert tag_color(trained, "relu1") == plain


def test_the_legend_says_what_the_colours_are(trained: EditorWindow) -> None:
    view = trained.canvas.viewport()
    rect = legend_rect(view.rect())
    bar = rect.left() + 14, rect.right() - 14, rect.top() + 28
    pick(trained, "update")
    image = view.grab().toImage()
    assert image.pixelColor(bar[0], bar[2]).blue() > image.pixelColor(bar[0], bar[2]).red()
    assert image.pixelColor(bar[1], bar[2]).red() > image.pixelColor(bar[1], bar[2]).blue()


def test_a_block_shows_the_worst_inside_and_its_layers_their_own(window: EditorWindow) -> None:
    document = draw_blocks(window)
    with document.edit("Twice"):
        document.model.set("unit1", repeat=2)
    scale = SCALES["gradient"]
    values = {"unit1.0.conv1": 1e-2, "unit1.1.conv1": 1e-8, "fc1": 1.0, "gone.conv": 3.0}
    assert folded(document, values, scale.worse) == {
        ("", "unit1"): 1e-8,
        ("Unit", "conv1"): 1e-8,
        ("", "fc1"): 1.0,
    }
    assert list(places_of(document, "unit1.1.conv1")) == [("", "unit1"), ("Unit", "conv1")]


def test_an_alarm_leads_to_its_layer(window: EditorWindow) -> None:
    draw_blocks(window)
    window.show_panel("Train")
    assert not window.training.alarm_layer.isVisible()
    show(window, Alarm("vanishing", "Hardly any gradient reaches 'unit1.conv1'.", "unit1.conv1"))
    assert window.training.alarm.text().startswith("Hardly any gradient")
    click(window.training.alarm_layer)
    assert window.canvas.graph == "Unit"
    assert window.canvas.selected() == ["conv1"]


@pytest.mark.parametrize("theme", [Theme.light(), Theme.dark()], ids=lambda theme: theme.name)
def test_numbers_can_be_read_on_every_shade(theme: Theme) -> None:
    for step in range(-20, 21):
        ground = color_of(step / 20, theme)
        assert contrast(ink_on(ground), ground) >= TEXT


@pytest.mark.parametrize(
    ("value", "share", "text"),
    [
        (0.0, -1.0, "0.0e0"),
        (1e-2, 0.0, "1.0e-2"),
        (1e3, 1.0, "1.0e3"),
        (inf, 1.0, "not finite"),
        (1e-12, -1.0, "1.0e-12"),
    ],
)
def test_the_scale_goes_by_powers_of_ten(value: float, share: float, text: str) -> None:
    assert SCALES["gradient"].share(value) == pytest.approx(share)
    assert written(value) == text
