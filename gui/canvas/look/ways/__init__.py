"""Where wires go around nodes, in numbers alone.

The door is `way.py`. Imports: the standard library.
"""
