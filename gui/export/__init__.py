"""What leaves the editor: ONNX through a worker, and figures.

``onnx.py`` and ``figure.py`` are the doors.
Imports ``gui.workers``, ``gui.canvas`` and what lies below them, and the weights of ``training.runs``.
"""
