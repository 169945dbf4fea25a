"""Expressions over a block's parameters: text that is parsed and never run, and values that are known in each use only.

``evaluation.py`` is the door.
Imports ``graph.errors``.
"""
