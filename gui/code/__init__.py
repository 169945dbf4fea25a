"""The Code panel.

``panel.py`` is the door.
Imports ``gui.workers``, ``gui.shell`` and what lies below them.
"""
