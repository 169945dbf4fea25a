"""The workspaces around the canvas: training now, data and runs to come.

Each folder has its own ``panel.py``.
Imports ``gui.workers``, ``gui.shell`` and what lies below them.
"""
