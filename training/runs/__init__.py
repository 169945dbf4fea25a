"""Run directories, without torch: the editor reads them too.

``runs.py`` is the door to one run, ``origin.py`` to those of a drawing, ``choices.py`` and ``fitting.py`` to weights.
Imports ``graph``, ``training.protocol`` and ``training.errors``.
"""
