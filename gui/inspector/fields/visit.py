"""One visit to a field: all that is typed there until it is left is one undo step, or none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from graph.document import Document
from graph.errors import LayerloomError
from gui.inspector.fields.editors import Editor
from gui.inspector.fields.known import UNKNOWN

_numbers = count()


class Visit:
    """What is typed into an editor, to be taken back as a whole."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self.begin()
        editor.begun.connect(self.begin)

    def begin(self) -> None:
        """Make what is typed from now on a step of its own."""
        self._step = f"visit {next(_numbers)}"
        self._before: Any = UNKNOWN

    def attempt(self, document: Document, label: str, edit: Callable[[], object]) -> str:
        """Run an edit as part of the step; if it is refused, take the step back and say why."""
        if not document.continues(self._step):
            # The first of the visit, or the first after an undo: what is known now is what there was before.
            self._before = self._editor.known
        try:
            with document.edit(label, merge=self._step):
                edit()
        except LayerloomError as error:
            # What was valid so far was but the beginning of this.
            self.take_back(document)
            return str(error)
        return ""

    def take_back(self, document: Document) -> None:
        """Give the document the value from before the field was entered; what is typed stays."""
        known, self._editor.known = self._editor.known, self._before
        if not document.take_back(self._step):
            self._editor.known = known
