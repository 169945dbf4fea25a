"""The frame around the panels: docks, status bar, path, theme.

Each file is a door of its own.
Imports ``gui.shell.actions``, ``gui.theme``, ``gui.analysis`` and preferences.
"""
