"""The drags, one file for each kind."""
