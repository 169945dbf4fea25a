"""Training settings that are a list: a card for each entry, below a button that adds another.

``augmentations.py`` and ``turns.py`` are the doors.
Imports ``gui.inspector.fields``, ``gui.widgets`` and ``graph``.
"""
