"""The kinds of data there are, one class for each; ``graph/recipe/sources.py`` is the door.

``source.py`` says what all of them are, ``options.py`` what several can be set to.
Imports ``graph.recipe.part``, ``graph.fields`` and ``graph.errors``.
"""
