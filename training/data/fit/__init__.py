"""What is done to a field so that it fits the node that takes it: which numbers, which scale, which sizes.

``scaling.py``, ``numbers.py`` and ``sizes.py`` are the doors.
Imports ``training.data.binding``, ``training.data.dataset`` and ``training.runs``.
"""
