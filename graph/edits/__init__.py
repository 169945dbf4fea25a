"""What a user can do to a document: each function is one undo step, free of any screen.

Each file is a door of its own.
Imports everything of ``graph`` but ``problems``.
"""
