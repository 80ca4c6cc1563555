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


def options_of(call: str, options: Any, *excess: Any) -> Any:
    """What a call reads of its options: they, or the error's name and message."""
    script = f"""const {{ optionsOf }} = await import({json.dumps(INPUTS.as_uri())});
    const told = () => {{
      try {{ return optionsOf({json.dumps(call)}, {json.dumps(options)}, {json.dumps(excess)}); }}
      catch (error) {{ return `${{error.name}}: ${{error.message}}`; }}
    }};
    console.log(JSON.stringify(told()));"""
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_options_of_crops_are_taken_with_those_of_every_call() -> None:
    options = {"n": 2, "focal": [500, 500], "file": None, "signal": None, "models": False}

    assert options == options_of("crops", options)


def test_options_that_crops_does_not_have_are_named() -> None:
    told = options_of("crops", {"n": 2, "focal_permille": [1, 2], "aspect": "1:1"})

    assert told.startswith("PolicyError: crops: no such option: focal_permille, aspect; there are")


def test_a_signal_in_an_object_of_its_own_is_not_ignored() -> None:
    told = options_of("crops", {"n": 2}, {"signal": None})

    assert told.startswith("PolicyError: crops: too many arguments; give all options, the signal")


@pytest.mark.parametrize(
    ("call", "there"),
    [
        ("optimise", "there are name, signal, onProgress, capabilities, policies, cache"),
        ("decide", "there are policies, signal"),
        ("warm", "there is signal"),
        ("createEyebright", "there are onProgress, signal, silence, cache, warm, base"),
    ],
)
def test_options_that_a_call_does_not_have_are_named(call: str, there: str) -> None:
    told = options_of(call, {"foo": 1})

    assert told.startswith(f"PolicyError: {call}: no such option: foo; {there}")


def test_options_that_are_no_object_are_refused() -> None:
    told = options_of("explain", "fast")

    assert told == "PolicyError: explain: expected its options in an object, got string"
