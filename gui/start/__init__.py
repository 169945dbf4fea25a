"""What the editor shows before there is a drawing: starts, recent files, and the examples as cards.

``page.py`` is the door; of gui/ it may import ``preferences``, ``export``, ``theme`` and ``widgets``.
"""
