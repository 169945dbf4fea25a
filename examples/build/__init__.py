"""The programs that draw the examples: ``python -m examples.build`` writes every ``.loom`` file anew."""
