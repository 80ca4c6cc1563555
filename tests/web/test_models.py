"""The worker of the models, run by Node on a stand-in for the browser's workers."""

from __future__ import annotations

import hashlib
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
let answerOpened;
const ended = [], got = [], opened = [];
globalThis.Worker = class {
  constructor() {
    this.number = ++count;
  }
  postMessage({ open, run }) {
    if (open) {
      opened.push([this.number, open.key, new TextDecoder().decode(open.model)]);
      answerOpened = () => this.onmessage({ data: { opened: open.key } });
    }
    if (!run) return;
    got.push([this.number, run.key, run.model !== null]);
    if (run.key === "slow") return;
    const answers = {
      broken: () => this.onmessage({ data: { error: { name: "HostError", message: "no" } } }),
      crash: () => this.onerror({ preventDefault() {}, message: "out of memory" }),
    };
    const well = () => this.onmessage({ data: { done: `${run.key} of ${this.number}` } });
    setTimeout(answers[run.key] ?? well, 5);
  }
  terminate() {
    ended.push(this.number);
  }
};
const { Models } = await import(%s);
const sizes = { "models/faces.onnx": {}, "models/text.onnx": {}, "onnx/ort.wasm": {} };
const models = new Models({ models: "/models/", onnx: "/onnx/", sizes });
const run = (key) => models.run(key, () => new Uint8Array(1), {});
const fault = ({ name, message }) => `${name}: ${message}`;
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const tell = (told) => { console.log(JSON.stringify(told)); models.close(); };
"""


def play(story: str) -> Any:
    script = WORKERS % json.dumps((WEB / "models.js").as_uri()) + story
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def test_one_worker_runs_all_and_gets_each_model_once() -> None:
    told = play(
        """const runs = [run("faces"), run("text"), run("faces")];
        const made = await Promise.all(runs.map(({ result }) => result));
        tell({ made, got });"""
    )

    assert told["made"] == ["faces of 1", "text of 1", "faces of 1"]
    assert told["got"] == [[1, "faces", True], [1, "text", True], [1, "faces", False]]


def test_a_run_that_is_given_up_ends_the_worker_and_no_other_run() -> None:
    told = play(
        """const slow = run("slow"), next = run("faces");
        slow.cancel();
        tell([await slow.result.catch(fault), await next.result, ended]);"""
    )

    assert told == ["AbortError: the model's run was given up", "faces of 2", [1]]


def test_a_run_that_has_not_begun_is_given_up_without_ending_anything() -> None:
    told = play(
        """const first = run("faces"), second = run("text");
        const given = second.result.catch(fault);
        second.cancel();
        tell([await first.result, await given, ended, got.length]);"""
    )

    assert told == ["faces of 1", "AbortError: the model's run was given up", [], 1]


def test_a_model_that_fails_is_given_anew_and_others_go_on() -> None:
    told = play(
        """const [first, other] = [run("broken"), run("text")];
        const faults = [await first.result.catch(fault), await other.result];
        await run("broken").result.catch(fault);
        tell([faults, got]);"""
    )

    assert told == [
        ["HostError: no", "text of 1"],
        [[1, "broken", True], [1, "text", True], [1, "broken", True]],
    ]


def test_a_crash_is_told_and_the_next_run_begins_anew() -> None:
    told = play(
        """tell([await run("crash").result.catch(fault), await run("faces").result, ended]);"""
    )

    assert told == [
        "HostError: the models' worker broke off: out of memory",
        "faces of 2",
        [1],
    ]


def test_memory_is_given_back_on_request_but_not_during_a_run() -> None:
    told = play(
        """const first = run("faces");
        models.release();
        const during = [...ended];
        await first.result;
        models.release();
        tell([during, ended, await run("faces").result]);"""
    )

    assert told == [[], [1], "faces of 2"]


def test_a_model_is_open_until_its_worker_ends() -> None:
    told = play(
        """const told = [models.isOpen("faces")];
        await run("faces").result;
        told.push(models.isOpen("faces"), models.isOpen("text"));
        models.release();
        told.push(models.isOpen("faces"));
        await run("faces").result;
        await run("crash").result.catch(fault);
        tell([...told, models.isOpen("faces")]);"""
    )

    assert told == [False, True, False, False, False]


def test_a_model_that_does_not_load_is_a_missing_capability() -> None:
    told = play(
        """globalThis.fetch = async () => new Response("", { status: 404 });
        const missing = await models.read("faces").catch(fault);
        globalThis.fetch = async () => { throw new TypeError("no network"); };
        const cut = await models.read("faces").catch(fault);
        globalThis.fetch = async (address) => new Response(address);
        tell([missing, cut, new TextDecoder().decode(await models.read("faces"))]);"""
    )

    why = "CapabilityMissing: the model faces did not load (%s); check the network"
    assert told == [why % "the server answered 404", why % "no network", "/models/faces.onnx"]


def test_models_are_opened_before_anybody_asks_and_fetched_once() -> None:
    told = play(
        """const asked = [];
        globalThis.fetch = async (address) => asked.push(address) && new Response(address);
        models.prepare();
        while (opened.length < 2) await pause();
        const [[, key]] = opened;
        const read = new TextDecoder().decode(await models.read("faces"));
        tell({ opened, read, asked, made: await run(key).result, got });"""
    )
    files = ["/models/faces.onnx", "/models/text.onnx"]
    keys = [hashlib.sha256(file.encode()).hexdigest() for file in files]

    assert sorted(told["opened"]) == sorted([1, *pair] for pair in zip(keys, files, strict=True))
    assert told["asked"] == files
    assert told["read"] == files[0]
    assert told["got"] == [[1, told["opened"][0][1], False]]


def test_a_file_that_did_not_come_early_is_fetched_again_when_it_is_asked_for() -> None:
    told = play(
        """globalThis.fetch = async () => { throw new TypeError("no network"); };
        models.prepare();
        await pause();
        globalThis.fetch = async (address) => new Response(address);
        const read = new TextDecoder().decode(await models.read("faces"));
        tell({ opened, read, made: await run("faces").result, got });"""
    )

    assert told["opened"] == []
    assert told["read"] == "/models/faces.onnx"
    assert told["got"] == [[1, "faces", True]]


def test_models_are_not_opened_for_a_worker_that_has_ended() -> None:
    told = play(
        """globalThis.fetch = async (address) => new Response(address);
        models.prepare();
        models.release();
        await pause();
        tell({ opened, ended, made: await run("faces").result });"""
    )

    assert told == {"opened": [], "ended": [1], "made": "faces of 2"}


def test_a_model_that_is_opened_early_is_not_open_before_the_worker_says_so() -> None:
    told = play(
        """globalThis.fetch = async (address) => new Response(address);
        models.prepare();
        while (opened.length < 2) await pause();
        const last = opened[1][1], before = models.isOpen(last);
        answerOpened();
        tell([before, models.isOpen(last), models.isOpen(opened[0][1])]);"""
    )

    assert told == [False, True, False]
