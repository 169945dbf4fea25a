"""Plots of a sweep: parallel coordinates, slices and importance, where a trial that is selected in one is in all.

``plots.py`` is the door, ``spread.py`` says where values stand, ``board.py`` what the plots of trials have in
common. Imports ``desk.charts``, ``desk.sweep.shown``, numpy and pyqtgraph: the page imports it when it is looked at.
"""
