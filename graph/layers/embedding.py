"""Vectors for integers, and for places in a sequence."""
