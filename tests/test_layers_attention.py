"""Attention, transformer layers, embeddings and samples against their formulas."""
