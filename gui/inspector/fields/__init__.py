"""Forms made from fields: a row for each, its editor, and what is typed into it.

``form.py`` is the door.
Imports ``graph``, ``gui.widgets`` and the workspace.
"""
