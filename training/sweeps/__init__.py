"""Sweeps: many trainings of one drawing, each in a process of its own.

``conduct.py`` is the door. Optuna is imported by ``tpe.py`` alone, where it is asked for.
Imports ``training.runs``, ``training.job`` and ``training.protocol``.
"""
