"""The panel on the right: the parameters of what is selected, or of the model itself.

``panel.py`` is the door.
Imports ``graph``, ``gui.widgets``, ``gui.theme`` and the workspace.
"""
