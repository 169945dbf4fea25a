"""From a source of samples to batches for the Inputs and Targets of a drawing.

``samples.py`` is the door; ``sources.py`` finds a source by its text.
Imports ``compiler``, ``graph`` and ``training.errors``.
"""
