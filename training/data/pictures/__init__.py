"""Pictures in files: what each is like, and all of them as one array.

``looks.py`` reads their heads, ``pixels.py`` decodes one, with ``words.py`` in 16 bits; ``gather.py`` is the door.
Imports Pillow, ``training.data.dataset`` and ``training.data.files``.
"""
