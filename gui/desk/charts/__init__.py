"""Curves over steps, epochs or time, painted by pyqtgraph at a cost that does not grow with the run.

``chart.py`` is the door; ``pace.py`` says how often it may be drawn.
Imports ``gui.theme``, ``gui.widgets``, numpy and pyqtgraph: the window imports it when curves are first looked at.
"""
