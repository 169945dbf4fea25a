"""What says nothing about the model: frames, and the bends of wires.

Each file is a door of its own.
Imports ``graph`` below ``edits``.
"""
