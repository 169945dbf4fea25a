"""What is on disk of a sweep: its folder, the ledger of its trials, and the best of them.

``folder.py`` and ``ledger.py`` are the doors.
Imports ``training.runs`` and ``training.protocol``; no torch, so that the editor reads it too.
"""
