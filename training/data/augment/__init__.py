"""Training samples changed batch by batch, in torch, as ``graph/recipe/augmentations.py`` says.

``plan.py`` is the door: it decides what is done to which node, and ``feed.py`` gives the batches.
Imports the rest of ``data``, but not ``formats``, and ``graph.recipe``.
"""
