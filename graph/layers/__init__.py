"""The layer types, one file per family; ``graph.catalog`` finds them.

Nothing is registered: a class with a category is a layer.
Imports ``graph.layer``, ``fields``, ``dims``, ``tensor``, ``errors`` and ``parts``.
"""
