"""Small widgets and dialogs that know nothing of a document.

Each file is a door of its own.
Imports Qt alone.
"""
