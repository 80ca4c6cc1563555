"""The engine that a page shares, run by Node on a stand-in for the client."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")

CLIENT = """
import { EngineError } from "./errors.js";
const log = globalThis.log;
let started = 0;
export async function createEyebright({ base, onProgress }) {
  const number = ++started;
  log.push(`start ${number}${base ? ` of ${base}` : ""}`);
  onProgress({ what: "python", loaded: number, total: 9 });
  if (globalThis.starts.length) await globalThis.starts.shift()();
  return {
    close: () => log.push(`close ${number}`),
    optimise: (name) => new Promise((resolve, reject) => globalThis.files.push({
      name,
      done: () => resolve(`${name} by ${number}`),
      die: () => reject(new EngineError("dead")),
    })),
  };
}
"""

STORY = """
Object.assign(globalThis, { log: [], files: [], starts: [] });
const { sharedEngine } = await import(%s);
const until = async (met) => {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 1));
};
const nameOf = (promise) => promise.then(String, ({ name }) => name);
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("shared.js", "errors.js"):
        (tmp_path / name).write_bytes((WEB / name).read_bytes())
    (tmp_path / "client.js").write_text(CLIENT)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    return tmp_path


def play(folder: Path, story: str, before: str = "") -> Any:
    script = before + STORY % json.dumps((folder / "shared.js").as_uri()) + story
    command = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout)


def test_nothing_starts_before_somebody_needs_it(folder: Path) -> None:
    told = play(
        folder, "const { running } = sharedEngine(); console.log(JSON.stringify([running, log]));"
    )

    assert told == [False, []]


def test_all_of_a_page_get_one_engine_and_another_folder_another(folder: Path) -> None:
    told = play(
        folder,
        """sharedEngine({ idle: 10 }).prepare(); sharedEngine().prepare();
        await until(() => log.includes("close 1"));
        sharedEngine({ base: "https://a.example/app/", idle: 10 }).prepare();
        await until(() => log.includes("close 2"));
        console.log(JSON.stringify(log));""",
    )

    assert told == ["start 1", "close 1", "start 2 of https://a.example/app/", "close 2"]


def test_it_stays_while_somebody_works_and_closes_when_idle(folder: Path) -> None:
    told = play(
        folder,
        """const shared = sharedEngine({ idle: 5 });
        const result = shared.optimise("a.jpg");
        await until(() => files.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 30));
        const before = [shared.running, log.length];
        files[0].done();
        log.push(await result);
        await until(() => !shared.running);
        console.log(JSON.stringify([before, log]));""",
    )

    assert told == [[True, 1], ["start 1", "a.jpg by 1", "close 1"]]


def test_two_files_at_a_time_are_worked_on_in_the_order_they_came(folder: Path) -> None:
    told = play(
        folder,
        """const shared = sharedEngine();
        const all = ["a", "b", "c", "d"].map((name) => shared.optimise(name));
        await until(() => files.length === 2);
        const first = files.map(({ name }) => name);
        files[1].done();
        await until(() => files.length === 3);
        const second = files.map(({ name }) => name);
        files[0].done(); files[2].done();
        await until(() => files.length === 4);
        files[3].done();
        console.log(JSON.stringify([first, second, await Promise.all(all)]));
        shared.close();""",
    )

    assert told == [["a", "b"], ["a", "b", "c"], ["a by 1", "b by 1", "c by 1", "d by 1"]]


def test_who_gives_up_waiting_leaves_the_others_their_turn(folder: Path) -> None:
    told = play(
        folder,
        """const shared = sharedEngine(), stop = new AbortController();
        const all = ["a", "b"].map((name) => shared.optimise(name));
        const given = nameOf(shared.optimise("c", {}, { signal: stop.signal }));
        const last = shared.optimise("d");
        stop.abort();
        const name = await given;
        await until(() => files.length === 2);
        files[0].done();
        await until(() => files.length === 3);
        files[1].done(); files[2].done();
        console.log(JSON.stringify([name, await Promise.all(all), await last]));
        shared.close();""",
    )

    assert told == ["AbortError", ["a by 1", "b by 1"], "d by 1"]


def test_a_turn_that_is_given_up_as_it_is_granted_goes_to_the_next(folder: Path) -> None:
    told = play(
        folder,
        """const shared = sharedEngine();
        for (let moment = 0; moment < 20; moment += 1) {
          const stop = new AbortController();
          const busy = ["a", "b"].map((name) => shared.optimise(name));
          await until(() => files.length === 2);
          const given = nameOf(shared.optimise("c", {}, { signal: stop.signal }));
          files.shift().done();
          for (let step = 0; step < moment; step += 1) await null;
          stop.abort();
          let left = 3;
          for (const one of [...busy, given]) one.then(() => { left -= 1; });
          await until(() => {
            for (const file of files.splice(0)) file.done();
            return left === 0;
          });
        }
        const all = ["d", "e"].map((name) => shared.optimise(name));
        await until(() => files.length > 0);
        console.log(JSON.stringify(files.map(({ name }) => name)));
        process.exit();""",
    )

    assert told == ["d", "e"]


def test_a_dead_engine_is_replaced_for_the_next_file(folder: Path) -> None:
    told = play(
        folder,
        """const shared = sharedEngine();
        const name = nameOf(shared.optimise("a"));
        await until(() => files.length === 1);
        files[0].die();
        const first = await name, next = shared.optimise("b");
        await until(() => files.length === 2);
        files[1].done();
        console.log(JSON.stringify([first, await next, log]));
        shared.close();""",
    )

    assert told == ["EngineError", "b by 2", ["start 1", "close 1", "start 2"]]


def test_who_aborts_during_the_start_does_not_stop_it_for_others(folder: Path) -> None:
    told = play(
        folder,
        """let go;
        starts.push(() => new Promise((resolve) => { go = resolve; }));
        const shared = sharedEngine(), stop = new AbortController(), boots = [];
        const options = { signal: stop.signal, onBoot: ({ loaded }) => boots.push(loaded) };
        const given = nameOf(shared.optimise("a", {}, options));
        const other = shared.optimise("b");
        await until(() => log.length === 1);
        stop.abort();
        const name = await given;
        go();
        await until(() => files.length === 1);
        files[0].done();
        console.log(JSON.stringify([name, boots, await other]));
        shared.close();""",
    )

    assert told == ["AbortError", [1], "b by 1"]


def test_a_start_that_fails_is_told_and_tried_again(folder: Path) -> None:
    told = play(
        folder,
        """starts.push(() => Promise.reject(new Error("no")));
        const shared = sharedEngine();
        const first = await nameOf(shared.optimise("a")), next = shared.optimise("b");
        await until(() => files.length === 1);
        files[0].done();
        console.log(JSON.stringify([first, await next, log]));
        shared.close();""",
    )

    assert told == ["Error", "b by 2", ["start 1", "start 2"]]


@pytest.mark.parametrize(
    ("before", "fault"),
    [
        ("delete globalThis.WebAssembly;", "WebAssembly"),
        (
            'Object.defineProperty(globalThis, "navigator", { value: { deviceMemory: 0.5 } });',
            "0.5 GB",
        ),
    ],
)
def test_a_device_that_cannot_run_it_is_told_before_anything_is_fetched(
    folder: Path, before: str, fault: str
) -> None:
    (folder / "client.js").unlink()
    told = play(
        folder,
        """const error = await sharedEngine().optimise("a").catch((error) => error);
        console.log(JSON.stringify([error.name, error.message]));""",
        before,
    )

    assert told[0] == "CapabilityMissing"
    assert fault in told[1]


def test_a_script_that_does_not_load_is_an_error_of_the_engine(folder: Path) -> None:
    (folder / "client.js").unlink()
    told = play(
        folder,
        """const error = await sharedEngine().optimise("a").catch((error) => error);
        console.log(JSON.stringify([error.name, error.message]));""",
    )

    assert told[0] == "EngineError"
    assert "client.js" in told[1]
