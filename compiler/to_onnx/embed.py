"""The drawing as it travels inside an ONNX file: without notes, and without places on the author's disk."""

from __future__ import annotations

from graph.document import Document
from graph.recipe.settings import TrainingSettings
from graph.recipe.sweep.sweep import Sweep
from graph.storage.loom import dumps, loads

KEY = "layerloom"


def embedded(document: Document) -> str:
    """The text of the drawing, as ``loads`` reads it; data that is a file or folder is left out."""
    travelling = loads(dumps(document))
    with travelling.edit("Embed"):
        travelling.set_setting("notes", "")
        travelling.set_setting("sweep", Sweep())  # it may vary paths
        for graph in travelling.graphs.values():
            graph.set_frames(())  # their titles are notes as well
        if document.training.data.place:
            travelling.set_training(data=TrainingSettings().data)
    return dumps(travelling)
