"""What a sweep varies and how it searches, as data in the drawing's file.

``sweep.py`` is the door, ``axis.py`` has one thing that is varied, ``search.py`` the ways to search.
Imports ``graph.recipe.part`` and ``graph.fields``.
"""
