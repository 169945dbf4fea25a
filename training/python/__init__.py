"""Training asked for from Python, with data that is there.

``fit.py`` is the door.
Imports ``training`` and below; ``layerloom.py`` alone imports it.
"""
