"""How much two pictures differ to the eye."""

from eyebright.metrics.score import ssimulacra2

__all__ = ["ssimulacra2"]
