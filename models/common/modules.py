"""Scripts of several models in one process: their folders hold modules of the same names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

MODELS = Path(__file__).resolve().parent.parent


def load(model: str, name: str) -> ModuleType:
    """models/MODEL/NAME.py, with those beside it for its own imports; others see none of them."""
    folder = MODELS / model
    names = {path.stem for path in folder.glob("*.py")}
    others = {other: sys.modules.pop(other) for other in names & set(sys.modules)}
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for own in names & set(sys.modules):
            del sys.modules[own]
        sys.modules.update(others)
