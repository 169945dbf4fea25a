"""The tour of the window: what stands where, one place after the other.

``tour.py`` is the door, ``bubble.py`` draws what points at a place.
Imports ``gui.theme`` and ``gui.widgets``; what it points at is handed to it.
"""
