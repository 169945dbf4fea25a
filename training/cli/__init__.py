"""The command line.

``app.py`` is the door.
Imports everything of ``training``; torch only once a command needs it.
"""
