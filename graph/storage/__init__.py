"""Documents on disk.

``loom.py`` reads and writes drawings, ``changed.py`` sees that another program wrote one meanwhile, ``unsaved.py``
keeps and finds unsaved work (``journal.py`` writes its lines, ``replay.py`` reads them), ``atomic.py`` replaces any
file whole or not at all, ``lock.py`` locks one. ``atomic`` and ``lock`` know nothing of drawings.
"""
