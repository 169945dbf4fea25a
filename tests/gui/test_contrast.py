"""WCAG 2, AA: every pair of colours that is painted on one another, from the themes' own values."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from graph.catalog import CATEGORIES
from gui.code.highlight import HUES
from gui.theme.colors import Theme, apply
from gui.theme.contrast import SHAPE, TEXT, contrast, mixed
from tests.support.editor_window import EditorWindow

pytestmark = pytest.mark.slow

PANEL, CANVAS = ("panel", "field", "hover", "tint"), ("canvas", "node")
TEXTS = [
    *product(("text", "muted", "error", "advice", "accent"), PANEL),
    *product(("node_text", "node_muted"), ("node",)),
    *product(("muted", "error", "advice"), CANVAS),
    ("accent_text", "accent"),
]
SHAPES = [
    *product(("outline",), ("panel", "field", "hover")),
    *product(("node_border", "wire", "wire_hover", "port", "selection", "error", "advice"), CANVAS),
    *product(("accent",), ("panel", "field", "tint", "hover")),  # focus, a check box that is on, a selected row's lines
]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return Theme.light() if request.param == "light" else Theme.dark()


def test_the_formula_is_that_of_wcag() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert (contrast(black, white), contrast(white, white)) == (pytest.approx(21.0), pytest.approx(1.0))
    assert contrast(QColor("#777777"), white) == pytest.approx(4.48, abs=0.005)


def too_close(theme: Theme, pairs: list[tuple[str, str]], least: float) -> list[str]:
    measured = [(a, b, contrast(getattr(theme, a), getattr(theme, b))) for a, b in pairs]
    return [f"{a} on {b}: {found:.2f}" for a, b, found in measured if found < least]


def test_text_can_be_read_and_borders_can_be_seen(theme: Theme) -> None:
    assert too_close(theme, TEXTS, TEXT) == []
    assert too_close(theme, SHAPES, SHAPE) == []


def test_the_hue_of_a_category_can_be_seen_and_a_name_read_on_its_header(theme: Theme) -> None:
    for category in CATEGORIES:
        hue = theme.category_color(category)
        for ground in ("canvas", "node", "panel", "tint"):
            assert contrast(hue, getattr(theme, ground)) >= SHAPE, f"{category} on {ground}"
        assert contrast(theme.node_text, mixed(hue, theme.node, 0.17)) >= TEXT, category
        assert contrast(theme.node_muted, mixed(hue, theme.node, 0.17)) >= TEXT, category


def test_source_can_be_read_also_where_a_line_is_marked(theme: Theme) -> None:
    place = ("light", "dark").index(theme.name)
    for role, colors in HUES.items():
        for ground in (theme.field, mixed(theme.accent, theme.field, 40 / 255)):
            assert contrast(QColor(colors[place]), ground) >= TEXT, role


def test_a_theme_that_is_on_already_styles_nothing_anew(window: EditorWindow) -> None:
    seen: list[QEvent.Type] = []

    class Watch(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:
            seen.append(event.type())
            return False

    watch, app = Watch(), QApplication.instance()
    assert isinstance(app, QApplication)
    window.installEventFilter(watch)
    apply(app, window.themes.theme)
    assert QEvent.Type.StyleChange not in seen
    other = Theme.dark() if window.themes.theme.name == "light" else Theme.light()
    apply(app, other)
    assert QEvent.Type.StyleChange in seen
    assert app.palette().window().color() == other.panel
    apply(app, window.themes.theme)
    window.removeEventFilter(watch)
