"""Run directories, without torch: the editor reads them too.

``runs.py`` is the door.
Imports ``graph``, ``training.protocol`` and ``training.errors``.
"""
