"""How a network is while it trains: sizes of gradients, weights and steps, dead and saturated units, where NaN arose.

Each file looks at one of these; ``training.loop`` asks them and ``training.runs.health`` judges what they found.
Imports ``compiler``, ``graph`` and ``training.protocol``.
"""
