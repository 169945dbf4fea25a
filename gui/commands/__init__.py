"""Every command of the window: its words and keys as data, and what it does.

``actions.py`` holds the table.
Imports ``graph``, ``gui.canvas`` and the panels' words, never the window.
"""
