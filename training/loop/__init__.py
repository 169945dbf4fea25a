"""The training itself: steps, epochs, and what is told of them.

``train.py`` is the door.
Imports ``data``, ``metrics``, ``checkpoints``, ``runs`` and ``job``.
"""
