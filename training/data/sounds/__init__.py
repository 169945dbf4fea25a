"""Recordings in files: one channel, one rate, one length.

``recording.py`` is the door.
Imports soundfile and SciPy.
"""
