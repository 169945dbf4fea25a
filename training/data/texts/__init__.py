"""Texts brought to numbers: cut into tokens, which a vocabulary counts, padded to one length.

``tokens.py`` is the door.
Imports ``training.data.dataset`` and ``training.data.splits``.
"""
