"""What a run has told of its health: gradients layer by layer, and alarms; torch-free, so that the editor reads it too.

``reader.py`` gives what was told, ``alarms.py`` judges it.
Imports ``training.protocol``.
"""
