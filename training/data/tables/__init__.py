"""Tables: columns of text and numbers read from a file, and brought to fields.

``frame.py`` reads, ``features.py`` makes arrays.
Imports polars, ``training.data.dataset``, ``training.data.files.bounds`` and ``training.data.splits``.
"""
