"""Positions for nodes: a whole drawing laid out, and room for what is added.

``placement.py`` and ``overlap.py`` are the doors.
Imports ``graph.modelgraph`` and ``graph.records``.
"""
