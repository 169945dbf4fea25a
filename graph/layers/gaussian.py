"""Samples of a learned normal distribution."""
