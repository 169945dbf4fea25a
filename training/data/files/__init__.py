"""What the readers of files share: how folders are laid out, what is done about bad items, what memory does not hold.

``folders.py``, ``baditems.py``, ``bounds.py`` and ``made.py`` are the doors; ``store.py`` on ``keeping.py`` has files
that stand for memory.
Imports ``training.data.dataset`` and ``training.data.splits``.
"""
