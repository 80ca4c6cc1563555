"""What callers of the JavaScript API hand in, run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

INPUTS = Path(__file__).resolve().parents[2] / "web" / "inputs.js"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")


def crop_options(options: dict[str, Any], *excess: Any) -> Any:
    """What `crops` reads of its options: they, or the error's name and message."""
    script = f"""const {{ cropOptions }} = await import({json.dumps(INPUTS.as_uri())});
    const told = () => {{
      try {{ return cropOptions({json.dumps(options)}, {json.dumps(excess)}); }}
      catch (error) {{ return `${{error.name}}: ${{error.message}}`; }}
    }};
    console.log(JSON.stringify(told()));"""
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_options_of_crops_are_taken_with_those_of_every_call() -> None:
    options = {"n": 2, "focal": [500, 500], "signal": None, "models": False}

    assert options == crop_options(options)


def test_options_that_crops_does_not_have_are_named() -> None:
    told = crop_options({"n": 2, "focal_permille": [1, 2], "aspect": "1:1"})

    assert told.startswith("PolicyError: crops: no such option: focal_permille, aspect; there are")


def test_a_signal_in_an_object_of_its_own_is_not_ignored() -> None:
    told = crop_options({"n": 2}, {"signal": None})

    assert told.startswith("PolicyError: crops: too many arguments; give all options, the signal")
