"""The drawing as it travels inside an ONNX file: without notes, and without places on the author's disk."""

from __future__ import annotations

from graph.document import Document
from graph.recipe.settings import TrainingSettings
from graph.storage.loom import dumps, loads

KEY = "layerloom"
_ANYWHERE = ("digits", "fashion-mnist", "made:")


def embedded(document: Document) -> str:
    """The text of the drawing, as ``loads`` reads it; data that is a file or folder is left out."""
    travelling = loads(dumps(document))
    with travelling.edit("Embed"):
        travelling.set_setting("notes", "")
        if not _is_everywhere(document.training.data):
            travelling.set_training(data=TrainingSettings().data)
    return dumps(travelling)


def _is_everywhere(data: str) -> bool:
    """Whether the data comes with Layerloom, so that its name tells nothing of a disk."""
    return any(data == name or (name.endswith(":") and data.startswith(name)) for name in _ANYWHERE)
