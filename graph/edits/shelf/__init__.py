"""Blocks kept as files of their own, to be used in any drawing.

``library.py`` is the door.
Imports ``graph`` below ``graph.edits``, and ``graph.edits.transplant``.
"""
