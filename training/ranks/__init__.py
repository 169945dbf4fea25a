"""The processes that train together, as far as the loop knows of them.

``ranks.py`` is the door.
Imports ``training.errors``.
"""
