"""Positions for nodes, and what they mean: a drawing laid out, room for what is added, the order of arguments.

``placement.py``, ``room.py``, ``overlap.py`` and ``arguments.py`` are the doors.
Imports ``graph.modelgraph``, ``graph.layers`` and ``graph.records``.
"""
