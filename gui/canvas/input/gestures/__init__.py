"""The drags, one small object per kind.

``pressing.py`` of the folder above begins them.
Imports the stage below the canvas, never the canvas.
"""
