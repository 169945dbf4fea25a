"""Drawings used as layers: what is inside one, and who uses it.

``expansion.py`` is the door for shapes, ``uses.py`` for edits.
Imports the flat files of ``graph`` that a document stands on, and ``layers``.
"""
