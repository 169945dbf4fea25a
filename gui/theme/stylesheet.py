"""The look of the panels around the canvas: a style sheet made from the theme's colours."""

from __future__ import annotations

from pathlib import Path

from gui.theme.colors import Theme

ART = Path(__file__).resolve().parent / "art"
_SHEET = """
QToolBar {{ background: {panel}; border: none; border-bottom: 1px solid {border}; padding: 3px 8px; spacing: 2px; }}
QToolBar QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; }}
QToolBar QToolButton:hover {{ background: {hover}; }}
QToolBar QToolButton:focus {{ border: 1px solid {accent}; }}
QToolBar::separator {{ width: 1px; background: {border}; margin: 5px 6px; }}
QToolBar#workspaces {{ padding: 3px 2px 3px 8px; spacing: 2px; }}
QToolButton#workspace {{ border: 1px solid transparent; padding: 4px 12px; color: {muted}; font-weight: 600; }}
QToolButton#workspace:checked {{ background: {tint}; color: {text}; border: 1px solid {outline}; }}
QPushButton#tab {{ border: 1px solid transparent; background: transparent; color: {muted}; font-weight: 600; }}
QPushButton#tab:hover {{ background: {hover}; }}
QPushButton#tab:checked {{ background: {tint}; color: {text}; border: 1px solid {outline}; }}
QPushButton#tab:focus {{ border: 1px solid {accent}; }}
QToolButton#workspace:focus {{ border: 1px solid {accent}; }}
QSplitter::handle {{ background: {border}; }}
QLabel#dock {{ font-weight: 600; color: {muted}; padding: 9px 14px 5px 14px; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar[alone="true"] {{ border-top: 1px solid {border}; }}
QTabBar::tab {{ padding: 7px 14px 6px 14px; margin-left: 2px; border: none; color: {muted}; background: transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected:focus {{ color: {accent}; }}
QTabBar#documents {{ background: {panel}; border-bottom: 1px solid {border}; }}
QTabBar#documents::tab {{
    padding: 5px 4px 5px 1px; margin: 0; color: {muted}; background: {panel};
    border-right: 1px solid {border}; border-bottom: 1px solid {border}; border-top: 2px solid transparent;
}}
QTabBar#documents::tab:selected {{
    color: {text}; background: {canvas}; border-top: 2px solid {accent}; border-bottom: 1px solid {canvas};
}}
QTabBar#documents::tab:hover:!selected {{ background: {hover}; color: {text}; }}
QTabBar#documents::tab:selected:focus {{ color: {accent}; }}
QToolButton#cross {{ border: 1px solid transparent; border-radius: 4px; padding: 0; background: transparent; }}
QToolButton#cross:hover {{ background: {border}; }}
QMenuBar {{ background: {panel}; border-bottom: 1px solid {border}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {accent}; color: {accent_text}; }}
QMenu {{ background: {panel}; border: 1px solid {border}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 5px; }}
QMenu::item:selected {{ background: {accent}; color: {accent_text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::item:disabled:selected {{ background: {hover}; color: {faint}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 5px 8px; }}
QLineEdit, QPlainTextEdit, QComboBox {{
    background: {field}; border: 1px solid {outline}; border-radius: 6px; padding: 4px 8px;
    selection-background-color: {accent}; selection-color: {accent_text};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 3px 7px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ border: 1px solid {border}; color: {faint}; }}
QLineEdit[invalid="true"] {{ border: 2px solid {error}; padding: 3px 7px; }}
QComboBox QAbstractItemView {{
    background: {field}; border: 1px solid {outline}; outline: none;
    selection-background-color: {accent}; selection-color: {accent_text};
}}
QComboBox::drop-down {{ border: none; width: 22px; }}
QComboBox::down-arrow {{ image: url({art}/chevron-{name}.svg); width: 16px; height: 16px; }}
QCheckBox::indicator, QListWidget::indicator {{
    width: 14px; height: 14px; border: 1px solid {outline}; border-radius: 4px; background: {field};
}}
QCheckBox::indicator:checked, QListWidget::indicator:checked {{
    background: {accent}; border: 1px solid {accent}; image: url({art}/check-{name}.svg); }}
QCheckBox::indicator:indeterminate {{ background: {muted}; border: 1px solid {muted}; }}
QCheckBox:focus {{ color: {accent}; }}
QCheckBox::indicator:focus {{ border: 2px solid {accent}; width: 12px; height: 12px; }}
QCheckBox::indicator:checked:focus {{ border: 2px solid {text}; }}
QRadioButton::indicator {{
    width: 14px; height: 14px; border: 1px solid {outline}; border-radius: 8px; background: {field};
}}
QRadioButton::indicator:checked {{
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5, stop: 0.5 {accent}, stop: 0.6 {field});
    border: 1px solid {accent};
}}
QRadioButton::indicator:focus {{ border: 2px solid {accent}; width: 12px; height: 12px; }}
QRadioButton:focus {{ color: {accent}; }}
QTreeView, QListWidget, QTableWidget {{
    background: transparent; border: 1px solid transparent; border-radius: 4px; outline: none;
    show-decoration-selected: 1;
}}
QTreeView:focus, QListWidget:focus, QTableWidget:focus {{ border: 1px solid {accent}; }}
QTreeView::item, QListWidget::item {{
    border-top: 1px solid transparent; border-bottom: 1px solid transparent; padding: 2px 4px;
}}
QListWidget::item {{ padding: 3px 4px; }}
QTreeView::item:hover, QTreeView::branch:hover, QListWidget::item:hover {{ background: {hover}; }}
QTreeView::item:selected, QTreeView::branch:selected, QListWidget::item:selected {{
    background: {tint}; color: {text}; border-top: 1px solid {accent}; border-bottom: 1px solid {accent};
}}
QHeaderView::section {{
    background: {panel}; color: {muted}; border: none; border-bottom: 1px solid {border}; padding: 5px 3px;
}}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{
    background: {field}; border: 1px solid {outline}; border-radius: 6px; padding: 5px 14px; color: {text};
}}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {border}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 4px 13px; }}
QPushButton:disabled {{ color: {faint}; background: transparent; border: 1px solid {border}; }}
QPushButton#primary {{ background: {accent}; color: {accent_text}; border: 1px solid {accent}; font-weight: 600; }}
QPushButton#primary:focus {{ border: 2px solid {text}; }}
QPushButton#primary:disabled {{ background: {hover}; color: {faint}; border: 1px solid {border}; }}
QPushButton#fix {{ padding: 4px 10px; color: {accent}; }}
QPushButton#fix:focus {{ padding: 3px 9px; }}
QPushButton#status {{ border: 1px solid transparent; background: transparent; padding: 0 7px; color: {muted}; }}
QPushButton#status:focus {{ border: 1px solid {accent}; }}
QPushButton#status:hover {{ background: {hover}; color: {text}; }}
QPushButton#status[invalid="true"] {{ color: {error}; font-weight: 600; }}
QProgressBar {{ background: {hover}; border: none; border-radius: 3px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: 10px; }}
QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {outline}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0;
}}
QStatusBar {{ background: {panel}; color: {muted}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {muted}; padding: 0 8px; }}
QLabel#title {{ font-size: 16px; font-weight: 600; }}
QLabel#section {{ font-weight: 600; color: {muted}; padding-top: 6px; border-top: 1px solid {border}; }}
QFrame#info {{ background: {panel}; border: none; border-top: 1px solid {border}; }}
QLabel#effect {{ color: {text}; font-size: 11px; }}
QLabel#live {{ color: {muted}; padding-left: 4px; }}
QToolButton#more {{
    border: 1px solid transparent; border-radius: 4px; padding: 3px 6px 3px 0; color: {muted}; background: transparent;
}}
QToolButton#more:hover {{ color: {text}; }}
QToolButton#more:focus {{ border: 1px solid {accent}; color: {text}; }}
QToolButton#sign {{ border: 1px solid transparent; border-radius: 4px; padding: 2px 0; color: {muted}; }}
QToolButton#sign:hover {{ background: {hover}; color: {text}; }}
QPushButton#link {{
    border: 1px solid transparent; background: transparent; padding: 2px 4px; color: {accent}; font-size: 11px;
}}
QPushButton#link:hover {{ text-decoration: underline; }}
QPushButton#link:focus {{ border: 1px solid {accent}; }}
QLabel#heading {{ font-weight: 600; color: {muted}; padding-top: 4px; }}
QLabel#refused {{ color: {error}; }}
QTableWidget#samples::item {{ padding: 2px 8px; }}
QPushButton#card {{ text-align: left; padding: 6px 10px; }}
QPushButton#card:checked {{ background: {tint}; border: 1px solid {accent}; }}
QListView#start {{ background: transparent; border: none; outline: none; }}
QPushButton#recent {{ text-align: left; border: 1px solid transparent; background: transparent; padding: 3px 8px; }}
QPushButton#recent:checked {{ background: {tint}; border: 1px solid {accent}; }}
QPushButton#recent:hover {{ background: {hover}; }}
QPushButton#recent:focus {{ border: 1px solid {accent}; }}
QLabel#caption {{ color: {muted}; }}
QLabel#help {{ color: {muted}; font-size: 11px; }}
QLabel#description, QLabel#empty {{ color: {muted}; }}
QLabel#error {{ color: {error}; font-size: 11px; }}
QLabel#verdict[kind="description"] {{ color: {muted}; }}
QLabel#verdict[kind="advice"] {{ color: {advice}; }}
QLabel#verdict[kind="error"] {{ color: {error}; }}
QLabel#advice {{ color: {advice}; font-size: 11px; }}
QFrame#breadcrumb {{ background: {panel}; border: none; border-bottom: 1px solid {border}; }}
QPushButton#crumb {{ border: 1px solid transparent; background: transparent; padding: 2px 7px; color: {muted}; }}
QPushButton#crumb:hover {{ background: {hover}; color: {text}; }}
QPushButton#crumb:focus {{ color: {accent}; border: 1px solid {accent}; }}
QPushButton#crumb[last="true"] {{ color: {text}; font-weight: 600; }}
QFrame#popup {{ background: {panel}; border: 1px solid {border}; border-radius: 8px; }}
QScrollArea {{ background: transparent; border: none; }}
"""


def style_sheet(theme: Theme) -> str:
    """The style sheet of the main window."""
    names = (
        "canvas",
        "panel",
        "field",
        "border",
        "outline",
        "hover",
        "text",
        "muted",
        "accent",
        "accent_text",
        "error",
        "advice",
    )
    colors = {name: getattr(theme, name).name() for name in (*names, "tint", "faint")}
    return _SHEET.format(**colors, name=theme.name, art=ART.as_posix())
