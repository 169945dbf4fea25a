"""The outline: every node in order as a tree, blocks with what is inside them.

``panel.py`` is the door.
Imports ``graph``, ``gui.workspace``, ``gui.theme`` and ``gui.widgets``.
"""
