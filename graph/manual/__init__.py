"""The manual as data: what there is to say of every layer, the pages of the user manual, and how both are found.

``book.py`` is the door; ``layers/`` has the texts on layers, one file a family.
Imports ``graph`` below it; nothing else imports this folder but the editor.
"""
