"""The worker process: one job after another from its standard input.

``python -m training.worker`` is the door; ``jobs.py`` carries a job out.
Imports everything of ``training`` but ``cli``.
"""
