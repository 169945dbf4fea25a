"""Recurrent layers and cells against their formulas, and padded batches against single sequences."""
