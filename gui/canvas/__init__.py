"""The canvas: a graph of a document, shown and edited."""

from gui.canvas.canvas import Canvas
from gui.canvas.hits import PortRef
from gui.canvas.search import SearchRequest

__all__ = ["Canvas", "PortRef", "SearchRequest"]
