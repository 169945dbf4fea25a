"""The canvas: a graph of a document, shown and edited."""

from gui.canvas.canvas import Canvas
from gui.canvas.request import SearchRequest

__all__ = ["Canvas", "SearchRequest"]
