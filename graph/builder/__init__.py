"""Drawing from Python: layers are methods, wires are values handed on, operators are nodes.

``sheet.py`` is the door; ``calls.pyi`` tells editors what there is and is written by ``make docs``.
Imports the document, the catalogue, ``layout`` and ``storage``.
"""
