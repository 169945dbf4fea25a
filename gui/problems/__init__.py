"""The Problems panel.

``panel.py`` is the door.
Imports ``gui.analysis``, ``gui.widgets`` and ``gui.theme``.
"""
