"""Texts brought to numbers: cut into tokens, which a vocabulary counts, padded to one length.

``cutting.py`` cuts, ``subwords.py`` cuts words further, ``vocabulary.py`` numbers; ``tokens.py`` is the door.
Imports ``training.data.dataset``, ``training.data.splits`` and tokenizers, where it is asked for.
"""
