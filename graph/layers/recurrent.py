"""Recurrent networks over a sequence."""
