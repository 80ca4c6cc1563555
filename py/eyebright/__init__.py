"""Images as small as the eye allows, on the visitor's own device.

Light on purpose: the names below are loaded when first used, so that
`import eyebright.policy` needs nothing but the standard library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from eyebright.values import Capabilities, Facts, Goal, Plan, Progress, Report
from eyebright.version import VERSION

if TYPE_CHECKING:
    from eyebright.cropping import crops, crops_sync
    from eyebright.deliver import Optimised
    from eyebright.pipeline import optimise, optimise_sync

__version__ = VERSION

__all__ = [
    "Capabilities",
    "Facts",
    "Goal",
    "Optimised",
    "Plan",
    "Progress",
    "Report",
    "crops",
    "crops_sync",
    "optimise",
    "optimise_sync",
]

_LAZY = {
    "Optimised": "eyebright.deliver",
    "crops": "eyebright.cropping",
    "crops_sync": "eyebright.cropping",
    "optimise": "eyebright.pipeline",
    "optimise_sync": "eyebright.pipeline",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'eyebright' has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
