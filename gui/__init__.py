"""The editor: the only part that knows Qt, and one that never loads torch.

``app.py`` opens it, ``window.py`` puts it together.
Imports ``graph``, ``training.protocol`` and ``training.runs``.
"""
