"""Weights and the state of a run on disk, and going on from there.

``checkpoint.py``, ``fitted.py`` and ``resume.py`` are the doors.
Imports ``training.runs``, ``compiler`` and ``graph``.
"""
