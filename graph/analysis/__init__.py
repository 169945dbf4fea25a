"""A document looked at as a whole: its figures, and every layer of its nested blocks.

``summary.py`` and ``leaves.py`` are the doors.
Imports the document and what it stands on.
"""
