"""A training that was asked for: the drawing as it was then, and where the run goes."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.document import Document
from graph.storage.loom import dumps


@dataclass(frozen=True, eq=False)
class Order:
    """``text`` is the drawing as a file, ``drawing`` where it is kept, ``start_from`` a run whose best weights it
    begins with; ``document`` is what it was made of, which may have changed since or be closed. ``continues`` is a run
    that goes on, with the drawing and the settings in ``text``, instead of a new one."""

    document: weakref.ref[Document]
    text: str
    name: str
    epochs: int
    runs: Path
    drawing: Path | None
    start_from: Path | None
    asked: datetime
    continues: Path | None = None

    @classmethod
    def of(cls, document: Document, runs: Path, drawing: Path | None, start_from: Path | None) -> Order:
        """Ask for a training of a document as it is now into a new folder under ``runs``."""
        text, epochs = dumps(document), document.training.epochs
        now = datetime.now().astimezone()
        return cls(weakref.ref(document), text, document.name, epochs, runs, drawing, start_from, now)

    @classmethod
    def to_continue(cls, run: Path, text: str, epochs: int, document: Document, drawing: Path | None) -> Order:
        """Ask for a run to go on, up to so many epochs; ``document`` is what is open, kept in ``drawing``."""
        now = datetime.now().astimezone()
        return cls(weakref.ref(document), text, run.name, epochs, run.parent, drawing, None, now, continues=run)

    @property
    def title(self) -> str:
        """What it is called while it waits."""
        if self.continues is not None:
            return f"{self.continues.name}, continued up to epoch {self.epochs:,}"
        begun = f", from {self.start_from.name}" if self.start_from is not None else ""
        called = self.drawing.stem if self.drawing is not None else self.name
        return f"{called}, as it was at {self.asked:%H:%M:%S}{begun}"
