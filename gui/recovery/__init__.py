"""Unsaved work that outlives a crash.

``keeper.py`` writes the journal of a window's document, ``recovery.py`` offers what others left behind.
Imports the workspace, ``gui.widgets`` and ``graph.storage``.
"""
