"""The questions the editor asks in windows of their own; called through the module, so that a test can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.theme.icons import picture
from gui.widgets import changedfile, unsavedwork
from gui.widgets.changedfile import ChangedFile
from gui.widgets.trustcode import TrustCode
from gui.widgets.unsaveddrawings import UnsavedDrawings
from gui.widgets.unsavedwork import UnsavedWork, UnsavedWorkOffer

DRAWINGS = "Layerloom drawings (*.loom)"
DATA = "Tables and arrays (*.csv *.tsv *.parquet *.npz)"
MAX_CHARACTERS = 2_000
_ICON = 36  # points


def ask_open(parent: QWidget, folder: str) -> str:
    """The drawing to open, "" when cancelled."""
    return QFileDialog.getOpenFileName(parent, "Open a drawing", folder, f"{DRAWINGS};;All files (*)")[0]


def ask_data(parent: QWidget, folder: str) -> str:
    """A file with data, "" when cancelled."""
    return QFileDialog.getOpenFileName(parent, "Choose data", folder, f"{DATA};;All files (*)")[0]


def ask_folder(parent: QWidget, title: str, folder: str) -> str:
    """A folder that is there, "" when cancelled."""
    return QFileDialog.getExistingDirectory(parent, title, folder)


def ask_save(parent: QWidget, title: str, suggestion: str, kinds: str) -> str:
    """The file to write, with the suffix of ``suggestion`` where none is typed; "" when cancelled."""
    dialog = QFileDialog(parent, title, suggestion, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suggestion.rpartition(".")[2])
    dialog.selectFile(suggestion)
    return dialog.selectedFiles()[0] if dialog.exec() else ""


def ask_unsaved(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What to do with changes that are not saved."""
    buttons = QMessageBox.StandardButton
    box = _box(parent, "warning", "Unsaved changes", f"Save the changes to {name}?")
    box.setInformativeText("They are lost if you do not save them.")
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    if answer == buttons.Save:
        return "save"
    return "discard" if answer == buttons.Discard else "cancel"


def ask_unsaved_drawings(parent: QWidget, names: Sequence[str]) -> list[int] | None:
    """Which of several drawings with changes to save, by their numbers; nothing when cancelled."""
    box = UnsavedDrawings(names, parent)
    box.exec()
    box.deleteLater()
    return None if box.answer == "cancel" else box.chosen


def ask_changed(parent: QWidget, sentence: str, difference: Callable[[], Sequence[str]]) -> changedfile.Answer:
    """What to do with a file that another program changed; ``difference`` says how, in lines of a diff."""
    box = ChangedFile(sentence, difference, parent)
    box.exec()
    box.deleteLater()
    return box.answer


def ask_unsaved_work(parent: QWidget, works: Sequence[UnsavedWork]) -> tuple[unsavedwork.Answer, int]:
    """What to do with work that was left behind, and with which of it."""
    box = UnsavedWorkOffer(works, parent)
    box.exec()
    box.deleteLater()
    return box.answer, box.index


def ask_trust(parent: QWidget, codes: Mapping[str, str]) -> bool:
    """Whether the Python of some nodes may run."""
    box = TrustCode(codes, parent)
    agreed = box.exec() == TrustCode.DialogCode.Accepted
    box.deleteLater()
    return agreed


def ask(parent: QWidget, title: str, question: str, yes: str) -> bool:
    """Whether the user agrees; ``yes`` is the word on the button."""
    box = _box(parent, "question", title, question)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(agree)
    box.exec()
    return box.clickedButton() is agree


def tell(parent: QWidget, title: str, sentence: str) -> None:
    """Show a sentence the user has to see."""
    box = _box(parent, "warning", title, sentence)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.exec()


def _box(parent: QWidget, icon: Literal["warning", "question"], title: str, text: str) -> QMessageBox:
    """A box whose text is shown as it is written: Qt takes what looks like HTML for it."""
    shown = text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setText(shown)
    box.setTextFormat(Qt.TextFormat.PlainText)
    color = box.palette().color(QPalette.ColorRole.Highlight)
    box.setIconPixmap(picture(icon, color, box.devicePixelRatioF(), _ICON))
    return box
