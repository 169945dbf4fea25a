"""The worker processes of the editor.

``pool.py`` hands them out, ``process.py`` wraps one, ``lease.py`` is one's job, ``patience.py`` says how long one may
be silent.
Imports ``training.protocol``.
"""
