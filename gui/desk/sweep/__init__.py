"""Sweeps in the window: what is varied, how far the trials are, and how their figures go with what was varied.

``page.py`` is the door, ``desk.py`` puts it beside the runs; ``run.py`` steers the worker, ``shown.py`` is what is
looked at. Imports ``gui.desk.charts``, ``gui.desk.runs``, ``gui.inspector``, ``gui.workers`` and ``training.runs``.
"""
