"""The layers to choose from, as a panel and as a search at the pointer.

``panel.py`` and ``popup.py`` are the doors.
Imports ``graph``, ``gui.widgets`` and ``gui.theme``.
"""
