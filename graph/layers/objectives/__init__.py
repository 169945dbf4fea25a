"""The objectives: what training makes small.

``base.py`` holds what they share.
Imports what a layer may import.
"""
