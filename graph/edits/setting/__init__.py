"""Values for the parameters of nodes, of uses of blocks, and for all that a sweep varies.

``parameters.py`` and ``sweeping.py`` are the doors.
Imports ``graph.edits.blocks`` and what lies below ``graph.edits``.
"""
