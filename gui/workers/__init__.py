"""The worker processes of the editor.

``pool.py`` hands them out, ``process.py`` wraps one, ``patience.py`` says how long one may be silent.
Imports ``training.protocol``.
"""
