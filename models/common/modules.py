"""Scripts of several models in one process: their folders hold modules of the same names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

MODELS = Path(__file__).resolve().parent.parent


def load(model: str, name: str) -> ModuleType:
    """models/MODEL/NAME.py, with those beside it for its own imports; others see none of them."""
    folder = str(MODELS / model)
    before = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)
        for other in set(sys.modules) - before:
            if str(getattr(sys.modules[other], "__file__", "")).startswith(folder):
                del sys.modules[other]
