"""How good predictions are: one class for each metric, with its meaning, what it suits, and how it follows from counts.

``catalogue.py`` is the door; ``training.metrics`` counts.
Imports nothing of ours.
"""
