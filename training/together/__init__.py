"""One training by several processes, each with its part of every batch.

``ranks.py`` says who they are and what they tell each other, ``learning.py`` takes their steps, ``follow.py`` is what
all but the first of them do; ``training/cli/together.py`` starts them.
Imports ``training.loop``, of which only ``ranks.py`` is known there.
"""
