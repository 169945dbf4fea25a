"""Documents on disk.

``loom.py`` reads and writes drawings, ``changed.py`` sees that another program wrote one meanwhile, ``atomic.py``
replaces any file whole or not at all.
``loom`` imports the document; ``atomic`` knows nothing of drawings.
"""
