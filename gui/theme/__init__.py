"""Colours, style sheet and icons.

``colors.py`` is the door.
Imports Qt, and the hues of ``graph.catalog``.
"""
