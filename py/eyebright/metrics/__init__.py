"""How much two pictures differ to the eye.

SSIMULACRA2 is the contract. `METRICS` has others by name, for those who ask for them; they are
loaded when first used, as the engine starts without them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from eyebright.metrics.score import ssimulacra2

if TYPE_CHECKING:
    from eyebright.metrics.attended import ssimulacra2_attended
    from eyebright.metrics.catalogue import METRICS, Metric

__all__ = ["METRICS", "Metric", "ssimulacra2", "ssimulacra2_attended"]

_LAZY = {
    "METRICS": "eyebright.metrics.catalogue",
    "Metric": "eyebright.metrics.catalogue",
    "ssimulacra2_attended": "eyebright.metrics.attended",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'eyebright.metrics' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
