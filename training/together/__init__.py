"""One training by several processes, each with its part of every batch.

``train.py`` is the door, ``learning.py`` and ``turns.py`` take steps, ``sharded.py`` those of processes that hold parts
of the model; ``training/cli/together.py`` starts them.
Imports ``training.loop``, of which only ``ranks.py`` is known there.
"""
