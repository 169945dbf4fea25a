"""What a trained model does on data it is handed.

``evaluate.py`` is the door.
Imports ``data``, ``metrics``, ``checkpoints`` and ``runs``.
"""
