"""Where nodes are put: in line, at equal gaps, and with room among others.

``arranging.py`` and ``room.py`` are the doors.
Imports ``graph.layout`` and ``sketching``.
"""
