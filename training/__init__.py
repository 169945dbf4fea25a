"""Data, loop, runs, and the process that holds torch.

``protocol.py`` is what the editor knows of it, and ``runs/``.
Imports ``compiler`` and ``graph``.
"""
