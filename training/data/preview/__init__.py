"""Data to be looked at: some samples of each part, small enough to be sent, and whether a drawing can train on them.

``preview.py`` is the door; ``guess.py`` says what kind of data lies at a path.
Imports what reads and fits data, and ``training.protocol``.
"""
