"""Files of arrays: IDX, the members of an .npz, and which part of the data an array is by its name.

``members.py`` and ``idx.py`` are the doors; memory is taken for what a file holds, not for what its header says.
Imports ``training.data.splits``, ``training.data.dataset`` and ``training.errors``.
"""
