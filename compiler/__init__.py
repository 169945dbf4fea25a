"""From a drawing to Python source, to a module, to ONNX.

``to_python.source``, ``to_python.module`` and ``to_onnx.export`` are the doors.
Imports ``graph``.
"""
