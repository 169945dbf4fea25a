"""The colours of the editor, light and dark, and how an application wears them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from graph.catalog import CATEGORIES
from graph.records import Tint
from gui.theme.contrast import SHAPE, mixed, told_apart

# A block holds layers of all colours: it is slate, not one colour more.
_SLATE = 0.35
# The hue of each tint of a frame, and its share of the theme's saturation.
TINTS: Mapping[Tint, tuple[int, float]] = MappingProxyType(
    {
        "slate": (222, 0.25),
        "blue": (212, 1.0),
        "teal": (175, 1.0),
        "green": (125, 0.8),
        "amber": (40, 1.2),
        "red": (4, 1.0),
        "violet": (275, 1.0),
    }
)


# Pixels to get hold of between two panels; a line of one is seen.
SEPARATOR = 5
# The name of the theme of figures on paper.
PRINT = "print"


@dataclass(frozen=True)
class Theme:
    """A set of colours; ``light()`` and ``dark()`` make the two there are."""

    name: str
    canvas: QColor
    grid: QColor
    node: QColor
    node_text: QColor
    node_muted: QColor
    node_border: QColor
    selection: QColor
    wire: QColor
    wire_hover: QColor
    port: QColor
    error: QColor
    advice: QColor
    accent: QColor
    accent_text: QColor
    panel: QColor
    field: QColor
    border: QColor
    outline: QColor
    hover: QColor
    text: QColor
    muted: QColor
    _saturation: int
    _lightness: int

    @staticmethod
    @lru_cache(maxsize=1)
    def paper() -> Theme:
        """Black ink on white paper, as in a paper: the hues alone are those of the light theme."""
        white, ink, grey = QColor("#ffffff"), QColor("#000000"), QColor("#3c3c3c")
        return replace(
            Theme.light(),
            name=PRINT,
            canvas=white,
            node=white,
            node_text=ink,
            node_muted=grey,
            node_border=grey,
            wire=grey,
            port=grey,
        )

    @staticmethod
    @lru_cache(maxsize=1)
    def light() -> Theme:
        """Dark ink on pale paper."""
        return Theme(
            name="light",
            canvas=QColor("#f4f5f8"),
            grid=QColor("#d9dce4"),
            node=QColor("#ffffff"),
            node_text=QColor("#1b2028"),
            node_muted=QColor("#596272"),
            node_border=QColor("#7e8798"),
            selection=QColor("#2059e0"),
            wire=QColor("#7d8697"),
            wire_hover=QColor("#2059e0"),
            port=QColor("#687182"),
            error=QColor("#c9252b"),
            advice=QColor("#875300"),
            accent=QColor("#2059e0"),
            accent_text=QColor("#ffffff"),
            panel=QColor("#fbfbfd"),
            field=QColor("#ffffff"),
            border=QColor("#d9dce4"),
            outline=QColor("#7e8798"),
            hover=QColor("#eceff5"),
            text=QColor("#1b2028"),
            muted=QColor("#596272"),
            _saturation=150,
            _lightness=122,
        )

    @staticmethod
    @lru_cache(maxsize=1)
    def dark() -> Theme:
        """Pale ink on slate."""
        return Theme(
            name="dark",
            canvas=QColor("#17191e"),
            grid=QColor("#333842"),
            node=QColor("#262a32"),
            node_text=QColor("#eef0f4"),
            node_muted=QColor("#a9b1be"),
            node_border=QColor("#737c8d"),
            selection=QColor("#6ea0ff"),
            wire=QColor("#727b8c"),
            wire_hover=QColor("#8fb4ff"),
            port=QColor("#9aa3b2"),
            error=QColor("#f4747a"),
            advice=QColor("#e8ac3c"),
            accent=QColor("#6b9bfb"),
            accent_text=QColor("#0d1220"),
            panel=QColor("#1f2228"),
            field=QColor("#181b20"),
            border=QColor("#363b45"),
            outline=QColor("#717a8b"),
            hover=QColor("#2c313a"),
            text=QColor("#e8ebf0"),
            muted=QColor("#98a1b0"),
            _saturation=125,
            _lightness=150,
        )

    def tint_of(self, tint: Tint) -> QColor:
        """The colour of a frame."""
        hue, share = TINTS[tint]
        return QColor.fromHsl(hue, round(share * self._saturation), self._lightness)

    @staticmethod
    def system() -> Theme:
        """The theme that goes with the desktop's."""
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return Theme.dark() if dark else Theme.light()

    def category_color(self, category: str) -> QColor:
        """The colour of a layer category."""
        return self._categories[category]

    @property
    def tint(self) -> QColor:
        """The ground of a selected row."""
        return mixed(self.accent, self.panel, 0.1)

    @property
    def faint(self) -> QColor:
        """Text of what cannot be used now."""
        return mixed(self.muted, self.panel, 0.55)

    @cached_property
    def _categories(self) -> dict[str, QColor]:
        """Yellow is paler than blue at one lightness: each is made as dark, or as pale, as it takes to be seen."""
        grounds = (self.node, self.canvas, self.panel, self.field, self.tint)
        shares = {category: _SLATE if category == "Block" else 1.0 for category in CATEGORIES}
        plain = {
            category: QColor.fromHsl(hue, round(shares[category] * self._saturation), self._lightness)
            for category, hue in CATEGORIES.items()
        }
        return {category: told_apart(color, grounds, SHAPE) for category, color in plain.items()}


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole application: Fusion style, the theme's palette, and the look of tool tips and separators."""
    palette, sheet = _palette(theme), _style_sheet(theme)
    if app.styleSheet() == sheet and app.palette() == palette:
        return  # every widget of every window would be styled anew, for nothing
    app.setStyle("Fusion")
    app.setPalette(palette)
    app.setStyleSheet(sheet)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    colors = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.node,
        role.ToolTipText: theme.node_text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Accent: theme.accent,
        role.Light: theme.hover,
        role.Midlight: theme.hover,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.canvas,
    }
    for name, color in colors.items():
        palette.setColor(name, color)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        faded = QColor(theme.muted)
        faded.setAlpha(150)
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette


def _style_sheet(theme: Theme) -> str:
    """What the sheet of the main window does not reach: tool tips are windows, separators ask the style.

    A separator is wider than the line that is seen of it, to be got hold of. Of one that is a pixel wide Qt makes a
    wider widget itself, and a new one each time the docks of a side are put aside, which it never deletes.
    """
    border, text, node, panel = (color.name() for color in (theme.border, theme.node_text, theme.node, theme.panel))
    stops = ((0.0, panel), (0.39, panel), (0.4, border), (0.6, border), (0.61, panel), (1.0, panel))
    line = ", ".join(f"stop:{place} {color}" for place, color in stops)
    return f"""
QToolTip {{ color: {text}; background: {node}; border: 1px solid {border}; padding: 4px 6px; }}
QMainWindow::separator {{ width: {SEPARATOR}px; height: {SEPARATOR}px; }}
QMainWindow::separator:vertical {{ background: qlineargradient(x1:0, y1:0, x2:1, y2:0, {line}); }}
QMainWindow::separator:horizontal {{ background: qlineargradient(x1:0, y1:0, x2:0, y2:1, {line}); }}
"""
