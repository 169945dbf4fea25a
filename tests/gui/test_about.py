"""About says which version it is and what it is made with, under which licences."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QLabel

from gui.shell.about import About
from gui.shell.credits import packages
from gui.theme.icons import LOGO
from tests.support.editor_window import EditorWindow
from tests.support.typed import there


def test_every_package_has_a_version_and_a_licence() -> None:
    found = {credit.name: credit for credit in packages()}
    assert found["torch"].version == version("torch")
    assert "BSD" in found["torch"].licence
    assert "LGPL" in found["PySide6_Essentials"].licence
    assert all(credit.licence and "\n" not in credit.licence for credit in found.values())


def test_the_help_menu_opens_it_and_escape_closes_it(window: EditorWindow) -> None:
    window.actions_made["about"].trigger()
    about = window.findChild(About)
    assert about is not None
    assert about.isVisible()
    rows = [there(about.packages.topLevelItem(row)).text(0) for row in range(about.packages.topLevelItemCount())]
    assert {"torch", "onnx", "networkx"} <= set(rows)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in about.findChildren(QLabel) if label.text())
    assert about.findChild(QDialogButtonBox) is not None
    QTest.keyClick(about, Qt.Key.Key_Escape)
    assert not about.isVisible()


def test_the_logo_can_be_drawn() -> None:
    assert not QIcon(str(LOGO)).pixmap(64, 64).isNull()
