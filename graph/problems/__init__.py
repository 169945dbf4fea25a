"""What is wrong or unwise in a drawing, and the repairs.

``checks.py`` and ``fixes.py`` are the doors.
Imports the document and what it stands on.
"""
