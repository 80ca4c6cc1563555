"""Names of the models that ship."""

from __future__ import annotations

import json
from pathlib import Path

MANIFEST = Path(__file__).resolve().parents[2] / "models" / "manifest.json"

MODELS = sorted(json.loads(MANIFEST.read_text("utf-8"))["models"])
ASKED = [name for name in MODELS if name != "downscale"]
"""Those that every picture asks; the other makes smaller where a goal wants it."""

LOOKING = [name for name in ASKED if name != "predictors"]
"""Those that tell facts; the predictor tells what encoders will need."""
