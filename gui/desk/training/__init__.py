"""The training panel: a run as it goes, its curves and figures.

``panel.py`` and ``run.py`` are the doors.
Imports ``gui.workers``, ``gui.shell`` and what lies below them.
"""
