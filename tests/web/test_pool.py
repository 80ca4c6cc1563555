"""The pool of codec workers, run by Node on a stand-in for the browser's workers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")

WORKERS = """
let count = 0;
let heldBytes = 0;
const ended = [];
Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: 2 } });
globalThis.Worker = class {
  constructor() {
    this.number = ++count;
    const fault = { preventDefault() {}, message: "no network" };
    if (broken.includes(this.number)) setTimeout(() => this.onerror(fault));
    else setTimeout(() => this.onmessage({ data: { ready: true } }));
  }
  postMessage({ run }) {
    if (run) setTimeout(() => this.onmessage({ data: { done: this.number, heldBytes } }), 5);
  }
  terminate() {
    ended.push(this.number);
  }
};
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const { CodecPool } = await import(%s);
const pool = new CodecPool("/codecs/");
const encode = () => pool.run({ kind: "encode", format: "avif", payload: {}, transfer: [] }).result;
"""


def play(story: str, broken: list[int]) -> Any:
    """What a story of JavaScript tells; the workers of the numbers in `broken` do not load."""
    workers = WORKERS % json.dumps((WEB / "pool.js").as_uri())
    script = f"const broken = {json.dumps(broken)};{workers}{story}"
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_a_worker_that_waits_is_used_again() -> None:
    told = play(
        """pool.warm("encode", "avif"); await pause();
        console.log(JSON.stringify([await encode(), await encode()])); pool.close();""",
        broken=[],
    )

    assert told == [1, 1]


def test_a_worker_that_failed_while_it_waited_is_ended_and_not_used() -> None:
    told = play(
        """pool.warm("encode", "avif"); await pause();
        console.log(JSON.stringify({ by: await encode(), ended })); pool.close();""",
        broken=[1],
    )

    assert told == {"by": 2, "ended": [1]}


def test_a_codec_that_does_not_load_is_a_missing_capability_once() -> None:
    told = play(
        """const first = await encode().catch(({ name, message }) => ({ name, message }));
        console.log(JSON.stringify([first, await encode()])); pool.close();""",
        broken=[1],
    )

    assert told[0]["name"] == "CapabilityMissing"
    assert "no network" in told[0]["message"]
    assert told[1] == 2


def test_a_worker_whose_memory_has_grown_is_not_used_again() -> None:
    story = """
    heldBytes = 65 * 2 ** 20;
    const by = [await encode(), await encode()];
    console.log(JSON.stringify({ by, ended }));
    process.exit();
    """

    assert play(story, []) == {"by": [1, 2], "ended": [1, 2]}
