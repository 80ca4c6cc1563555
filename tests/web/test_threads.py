"""When WebAssembly takes threads, run by Node on a stand-in for a browser's worker."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

THREADS = Path(__file__).resolve().parents[2] / "web" / "codecs" / "threads.js"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")


def tell(what: str, *, cores: int = 4, isolated: bool = True, before: str = "") -> Any:
    """The value of a line of JavaScript in a worker of a machine with so many cores."""
    script = f"""
        globalThis.crossOriginIsolated = {json.dumps(isolated)};
        Object.defineProperty(globalThis, "navigator", {{
          value: {{ hardwareConcurrency: {cores} }}, configurable: true }});
        {before}
        const {{ hasThreads, boundThreads }} = await import({json.dumps(THREADS.as_uri())});
        console.log(JSON.stringify({what}));"""
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_an_isolated_page_on_several_cores_has_threads() -> None:
    assert tell("hasThreads()") is True


@pytest.mark.parametrize(("cores", "isolated"), [(4, False), (1, True), (1, False)])
def test_one_core_or_a_page_that_is_not_isolated_has_none(cores: int, *, isolated: bool) -> None:
    assert tell("hasThreads()", cores=cores, isolated=isolated) is False


def test_a_machine_without_addresses_to_share_has_none() -> None:
    refuses = 'WebAssembly.Memory = class { constructor() { throw new RangeError("full"); } };'

    assert tell("hasThreads()", before=refuses) is False


@pytest.mark.parametrize(("cores", "told"), [(1, 1), (3, 3), (64, 4)])
def test_one_picture_takes_four_threads_at_most(cores: int, told: int) -> None:
    assert tell("(boundThreads(), navigator.hardwareConcurrency)", cores=cores) == told
