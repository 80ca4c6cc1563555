"""How much two pictures differ to the eye."""

from eyebright.metrics.attended import ssimulacra2_attended
from eyebright.metrics.score import ssimulacra2

__all__ = ["ssimulacra2", "ssimulacra2_attended"]
