"""What the user does to the canvas with mouse, keys and clipboard.

``pressing.py`` and ``keys.py`` are the doors.
Imports the stage below the canvas, never the canvas.
"""
