"""What several layers are made of: windows, heads, gates, initial weights.

Each file is a door of its own; nothing here is a layer.
Imports what a layer may import.
"""
