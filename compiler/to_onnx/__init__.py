"""The ONNX model of a drawing, written layer by layer and compared with PyTorch.

``export.py`` is the door.
Imports ``graph``, ``compiler.to_python`` and ``compiler.order``.
"""
