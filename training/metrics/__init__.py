"""How good predictions are, over a whole set.

``metrics.py`` and ``measure.py`` are the doors.
Imports ``training.data``, ``compiler`` and ``graph``.
"""
