"""What a user sets about training, as data in the drawing's file: one class for each choice there is.

``settings.py`` holds all of it, ``flat.py`` shows it to forms, files and the command line.
Imports ``graph.fields`` and ``graph.errors``.
"""
