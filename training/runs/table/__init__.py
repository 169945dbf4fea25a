"""Many runs side by side, without torch: what each came to, and how they differ.

``listing.py`` is the door to the runs of folders, ``comparison.py`` to the differences of a few.
Imports ``training.runs`` and what lies below it.
"""
