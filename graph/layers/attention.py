"""Attention: every place of a sequence looks at the others."""
