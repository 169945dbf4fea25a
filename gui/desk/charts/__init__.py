"""Curves over steps, epochs or time, painted at a cost that does not grow with the run.

``chart.py`` is the door; ``pace.py`` says how often it may be drawn.
Imports ``gui.theme``, ``gui.widgets`` and numpy, so the window imports it after its first paint.
"""
