"""Nodes and the wires between them: what a drawing is before anyone edits it.

``nodes.py`` is the door; ``ordering.py`` keeps what stands before what, and walks along wires.
Imports the flat files of ``graph`` that records stand on.
"""
