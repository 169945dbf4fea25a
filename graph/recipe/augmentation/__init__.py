"""What training samples may be changed by, one class for each way; ``graph/recipe/augmentations.py`` is the door.

``augmentation.py`` says what all of them are.
Imports ``graph.recipe.part``, ``graph.fields`` and ``graph.errors``.
"""
