"""What the recipe asks for beside the optimizer: penalties, clipping, noise, averages, groups of batches.

Each file is one method; ``training.loop`` puts them together.
Imports ``graph.recipe`` and ``training.metrics``.
"""
