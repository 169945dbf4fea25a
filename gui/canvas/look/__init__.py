"""How nodes, wires and words on the canvas are painted.

``paint.py`` and ``styles.py`` are the doors.
Imports ``graph`` and ``gui.theme``.
"""
