"""The workspaces beside the drawing: data, training and runs.

Each folder names its doors.
Imports ``gui.workers``, ``gui.shell`` and what lies below them.
"""
