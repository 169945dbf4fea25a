"""The questions the editor asks in windows of their own; called through the module, so that a test can answer."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

DRAWINGS = "Layerloom drawings (*.loom)"


def ask_open(parent: QWidget, folder: str) -> str:
    """The drawing to open, "" when cancelled."""
    return QFileDialog.getOpenFileName(parent, "Open a drawing", folder, f"{DRAWINGS};;All files (*)")[0]


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
    box = QMessageBox(QMessageBox.Icon.Warning, "Unsaved changes", f"Save the changes to {name}?", parent=parent)
    box.setInformativeText("They are lost if you do not save them.")
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    if answer == buttons.Save:
        return "save"
    return "discard" if answer == buttons.Discard else "cancel"


def ask(parent: QWidget, title: str, question: str, yes: str) -> bool:
    """Whether the user agrees; ``yes`` is the word on the button."""
    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=parent)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(agree)
    box.exec()
    return box.clickedButton() is agree


def tell(parent: QWidget, title: str, sentence: str) -> None:
    """Show a sentence the user has to see."""
    QMessageBox(QMessageBox.Icon.Warning, title, sentence, QMessageBox.StandardButton.Ok, parent).exec()
