"""A model shared out over processes, each of which holds a part of every weight and of what goes with it.

``shards.py`` is the door, ``units.py`` says which layers are put together one at a time, ``average.py`` has the running
average of such a model. Imports ``compiler`` and ``training.ranks``.
"""
