"""The PyTorch source of a drawing, and the module that it is.

``source.py`` and ``module.py`` are the doors.
Imports ``graph`` and ``compiler.order``.
"""
