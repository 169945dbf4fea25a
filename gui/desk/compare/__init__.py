"""Runs beside each other: curves over one axis, and what differs between them.

``page.py`` is the door, ``overlay.py`` has the curves, ``tables.py`` the differences. It is imported when runs are
compared first, for the charts bring numpy along. Imports ``desk.charts``, ``desk.training.curves`` and ``widgets``.
"""
