"""The worker processes of the editor.

``pool.py`` hands them out, ``process.py`` wraps one.
Imports ``training.protocol``.
"""
