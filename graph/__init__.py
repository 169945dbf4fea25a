"""What a model is: layers, document, shapes, problems, files, layout; pure Python.

``document.py`` and ``storage/`` are the doors.
Imports networkx and msgspec and nothing of ours beside itself.
"""
