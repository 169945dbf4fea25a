"""What a job has of its surroundings: commands that come, failures that are told.

``control.py`` and ``failures.py`` are the doors.
Imports ``training.protocol``, ``compiler`` and ``graph``.
"""
