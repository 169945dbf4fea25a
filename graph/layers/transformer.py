"""Transformer layers: attention and a feed-forward network, each with a way around."""
