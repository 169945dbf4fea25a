"""What the readers of files share: how folders are laid out, what is done about bad items, how much memory holds.

``folders.py``, ``baditems.py`` and ``bounds.py`` are the doors.
Imports ``training.data.dataset`` and ``training.data.splits``.
"""
