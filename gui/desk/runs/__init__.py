"""The runs panel: every run of the drawing in a table, to be shown, gone on with or opened.

``panel.py`` is the door.
Imports ``gui.shell`` and what lies below it, and ``training.runs``.
"""
