"""The Data page: where samples come from, and what is in them.

``page.py`` is the door.
Imports ``gui.workers``, ``gui.shell`` and what lies below them.
"""
