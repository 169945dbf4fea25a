"""Tables: columns of text and numbers read from a file, and brought to fields.

``frame.py`` reads, into ``sheet.py`` what memory does not hold, ``table.py`` says what the columns are, ``features.py``
makes arrays of them.
Imports polars, ``training.data.dataset``, ``training.data.files`` and ``training.data.splits``.
"""
