"""How the data is read: its kind, what is held back, how numbers are scaled, the options of its kind; augmentation."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from graph.fields import Field
from graph.recipe.flat import general_fields
from graph.recipe.part import choices_of, own_fields
from graph.recipe.sources import Source
from gui.inspector.fields.form import Form
from gui.inspector.lists.augmentations import AugmentationList
from gui.inspector.recipe import Settings
from gui.widgets.text import Label
from gui.workspace import Workspace

WIDTH = 284
_BELOW = 3  # what stands below the forms: a heading, the augmentations, and the room that is left
GENERAL = ("validation", "scaling", "seed")
KINDS = {
    "ImageFolder": "Images, a folder a class",
    "MaskFolder": "Images and their masks",
    "AudioFolder": "Recordings, a folder a class",
    "TextFolder": "Texts, a folder a class",
    "IdxFolder": "IDX files",
    "NpyFiles": "NumPy arrays",
    "TaggedText": "Words with their tags",
    "TextPairs": "Pairs of texts",
    "TableFile": "A table",
    "TextTable": "Texts in a table",
    "SeriesFile": "A series of rows",
}


class ReadingForm(QWidget):
    """Fields of the document's training settings that are about data; ``kind_chosen`` tells of a text to read it by."""

    kind_chosen = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setFixedWidth(WIDTH)
        self._forms: dict[str, Form] = {}
        self._texts: list[str] = []
        heading = Label("How it is read", self)
        heading.setObjectName("heading")
        self.kind = QComboBox(self)
        self.kind.setAccessibleName("Kind of data")
        self.kind.activated.connect(lambda place: self.kind_chosen.emit(self._texts[place]))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 0, 8, 8)
        self._layout.setSpacing(10)
        self._layout.addWidget(heading)
        self._layout.addWidget(self.kind)
        self._general = self._take({name: general_fields()[name] for name in GENERAL})
        changed = Label("What is done to it", self)
        changed.setObjectName("heading")
        self.augmentations = AugmentationList(general_fields()["augmentation"], workspace, self)
        self._layout.addWidget(changed)
        self._layout.addWidget(self.augmentations)
        self._layout.addStretch(1)

    @property
    def forms(self) -> list[Form]:
        """The forms that are shown."""
        return [form for form in (self._general, *self._forms.values()) if not form.isHidden()]

    def show_settings(self) -> None:
        """Patch what is shown from the document."""
        settings = self._workspace.document.training
        self._general.refresh()
        self.augmentations.show_list(settings.augmentation)
        name = type(settings.data).__name__
        if name not in self._forms:
            self._forms[name] = self._take(own_fields(type(settings.data)))
        for other, form in self._forms.items():
            form.setVisible(other == name and bool(form.rows))
        self._forms[name].refresh()
        self._show_kinds(settings.data)

    def forget(self) -> None:
        """Drop what was typed but refused: another document is shown."""
        for form in (self._general, *self._forms.values()):
            form.forget()
        self.augmentations.forget()

    def _show_kinds(self, data: Source) -> None:
        """Offer the other kinds that the same place may be read as."""
        like = _like(data)
        known = type(data).__name__ in KINDS
        self._texts = [cls(path=data.place).text() for cls in like] if known else []
        self.kind.clear()
        self.kind.addItems([KINDS[cls.__name__] for cls in like] if known else [])
        self.kind.setVisible(len(self._texts) > 1)
        if known:
            self.kind.setCurrentIndex(like.index(type(data)))

    def _take(self, fields: Mapping[str, Field]) -> Form:
        form = Form(fields, self._workspace, Settings(self._workspace), self)
        self._layout.insertWidget(max(2, self._layout.count() - _BELOW), form)
        return form


def _like(data: Source) -> list[type[Source]]:
    """The kinds that a place may be of: by the end of its name or, for a folder, all that read folders."""
    kinds = [cls for name, cls in choices_of(Source).items() if name in KINDS]
    by_name = [cls for cls in kinds if cls.suffixes and data.place.lower().endswith(cls.suffixes)]
    if type(data) in by_name:
        return by_name
    return [cls for cls in kinds if not cls.suffixes or cls.folders or cls is type(data)]
