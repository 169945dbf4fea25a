"""The scene: one graph of a document, shown and kept up to date.

``scene.py`` is the door.
Imports ``look``.
"""
