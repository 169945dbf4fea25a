"""The pictures of the manual, drawn from data: graphs of functions, windows that slide, masks, cells, ways.

``drawing.py`` is the door; the others each draw one sort of picture on a ``board.py``.
Imports ``graph.manual`` and ``gui.theme``.
"""
