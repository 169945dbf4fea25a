"""How kinds of layers and nodes are found by a few letters, and which kinds likely feed a port.

``offers.py`` of the folder above is the door for layers, ``finding.py`` that for nodes.
Imports ``graph`` and the edits' ``blocks.py`` and ``trial.py``.
"""
