"""The manual as a page of the window: contents, search, and a page at a time, drawn of ``graph.manual``.

``desk.py`` is the door; ``reader.py`` alone writes text into Qt's document.
Imports ``graph.manual``, ``gui.theme`` and ``gui.widgets``.
"""
