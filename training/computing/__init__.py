"""How the arithmetic of a training step is done: layout, precision, compiled or not.

The door is ``probing.py``; ``computing.py`` is what it decides on. Imports graph and torch, nothing of training but its
checkpoints' random states.
"""
