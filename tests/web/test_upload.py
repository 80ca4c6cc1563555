"""What is sent in place of a chosen file, run by Node on a stand-in for the shared engine."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"

MODULES = ("upload.js", "errors.js", "page/intake.js", "adapters/fetch.js")

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")

SHARED = """
export const sharedEngine = ({ base }) => ({
  optimise: (file, goal, options) => globalThis.work({ file, goal, base, ...options }),
  prepare: () => globalThis.prepared.push(base),
});
"""

STORY = """
globalThis.prepared = [];
const { expectUpload, prepareUpload, recordOf, renamed } = await import("./upload.js");
const { optimiseFormData } = await import("./adapters/fetch.js");
const errors = await import("./errors.js");
const photo = (name = "a.jpg", type = "image/jpeg") => (
  new File(["0123456789"], name, { type, lastModified: 7 }));
const report = { format: "avif", original_format: "jpeg", mime: "image/avif", score: 80 };
const smaller = (told = {}) => ({
  blob: new Blob(["012"]), record: { plan: {} },
  report: { ...report, kept_original: false, ...told },
});
const never = ({ signal }) => new Promise((_, reject) => {
  signal.addEventListener("abort", () => reject(signal.reason));
});
globalThis.work = async () => smaller();
const say = (value) => console.log(JSON.stringify(value));
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in MODULES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((WEB / name).read_bytes())
    (tmp_path / "shared.js").write_text(SHARED)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    return tmp_path


def play(folder: Path, story: str) -> Any:
    (folder / "story.js").write_text(STORY + story)
    command = ["node", "story.js"]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=30, cwd=folder
    )
    return json.loads(done.stdout)


def test_the_smaller_file_has_the_name_that_its_format_asks_for(folder: Path) -> None:
    told = play(
        folder,
        """const { file, saving, record } = await prepareUpload(photo("my.photo.JPG"));
        say([file.name, file.type, file.lastModified, file.size, saving, record]);""",
    )

    assert told == [
        "my.photo.avif",
        "image/avif",
        7,
        3,
        {
            "original_name": "my.photo.JPG",
            "original_bytes": 10,
            "bytes": 3,
            "format": "avif",
            "score": 80,
            "kept_original": False,
            "fallback": None,
        },
        {"plan": {}},
    ]


@pytest.mark.parametrize(
    ("name", "told", "expected"),
    [
        ("a.JPEG", {"format": "jpeg"}, "a.JPEG"),
        ("a.png", {"format": "jpeg", "original_format": "png"}, "a.jpg"),
        ("photo", {}, "photo.avif"),
        (".hidden", {}, ".hidden.avif"),
    ],
)
def test_an_ending_changes_only_where_the_format_does(
    folder: Path, name: str, told: dict[str, str], expected: str
) -> None:
    found = play(
        folder,
        f"""const told = {{ ...report, ...{json.dumps(told)} }};
        say(renamed(new Blob(["x"]), photo({json.dumps(name)}), told).name);""",
    )

    assert found == expected


def test_where_the_original_is_kept_it_goes_itself_with_its_record(folder: Path) -> None:
    told = play(
        folder,
        """globalThis.work = async () => smaller({ kept_original: true, format: "jpeg" });
        const original = photo();
        const { file, saving, record } = await prepareUpload(original);
        say([file === original, saving.kept_original, saving.bytes, saving.fallback, record]);""",
    )

    assert told == [True, True, 10, None, {"plan": {}}]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("new errors.EngineError('gone')", "engine"),
        ("new errors.CapabilityMissing('gone')", "engine"),
        ("new errors.CorruptImage('gone')", "file"),
        ("new errors.PolicyError('gone')", "goal"),
        ("new TypeError('gone')", "fault"),
    ],
)
def test_what_fails_sends_the_original_and_tells_why(folder: Path, error: str, code: str) -> None:
    told = play(
        folder,
        f"""globalThis.work = async () => {{ throw {error}; }};
        const original = photo();
        const sent = await prepareUpload(original);
        const {{ file, record, saving }} = sent;
        say([file === original, record, saving.fallback, JSON.parse(recordOf(sent))]);""",
    )

    reason = {"code": code, "text": "gone"}
    assert told == [True, None, reason, {"fallback": reason}]


def test_a_goal_that_is_not_possible_is_told_to_the_developer_once(folder: Path) -> None:
    told = play(
        folder,
        """const warnings = [];
        console.warn = (text) => warnings.push(text);
        const thrown = ["maxWidth", "maxWidth", "nonsense"].map((key) => (
          new errors.PolicyError(`no such key: ${key}`)));
        globalThis.work = async () => { throw thrown.shift() ?? new errors.CorruptImage("gone"); };
        for (let count = 0; count < 4; count += 1) await prepareUpload(photo());
        say(warnings);""",
    )

    assert told == [
        f"Eyebright: Originals are sent: no such key: {key}" for key in ("maxWidth", "nonsense")
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("my.photo.JPG", "my.photo.avif"), ("a.b/photo", "a.b/photo.avif"), (".b", ".b.avif")],
)
def test_an_ending_is_replaced_where_there_is_one(folder: Path, name: str, expected: str) -> None:
    story = f"say((await import('./upload.js')).withEnding({json.dumps(name)}, 'avif'));"

    assert play(folder, story) == expected


def test_after_the_limit_the_original_goes_and_the_work_is_given_up(folder: Path) -> None:
    told = play(
        folder,
        """let signal;
        globalThis.work = (asked) => never({ signal } = asked);
        const awake = setInterval(() => {}, 1000); // the limit's own timer keeps Node from nothing
        const { saving } = await prepareUpload(photo(), { limit: 5 });
        clearInterval(awake);
        say([saving.fallback, signal.aborted]);""",
    )

    assert told == [{"code": "limit", "text": "it was not done after 5 ms"}, True]


def test_the_signal_gives_the_upload_up_with_its_own_reason(folder: Path) -> None:
    told = play(
        folder,
        """globalThis.work = never;
        const control = new AbortController();
        const waiting = prepareUpload(photo(), { signal: control.signal, limit: 60_000 });
        control.abort(new Error("changed my mind"));
        const before = prepareUpload(photo(), { signal: control.signal });
        say((await Promise.allSettled([waiting, before])).map(({ reason }) => reason.message));
        process.exit();""",
    )

    assert told == ["changed my mind", "changed my mind"]


def test_the_engine_is_asked_for_pictures_alone(folder: Path) -> None:
    told = play(
        folder,
        """const asked = [];
        globalThis.work = async ({ file }) => { asked.push(file.name); return smaller(); };
        const types = { "a.jpg": "image/jpeg", "a.pdf": "text/plain", "a.jxl": "", "a.bin": "" };
        for (const [name, type] of Object.entries(types)) await prepareUpload(photo(name, type));
        say(asked);""",
    )

    assert told == ["a.jpg", "a.jxl"]


def test_a_chosen_picture_starts_the_engine_before_it_is_sent(folder: Path) -> None:
    told = play(
        folder,
        """expectUpload(photo("a.txt", "text/plain"), { base: "/e/" });
        expectUpload(photo(), { base: "/e/" });
        say(prepared);""",
    )

    assert told == ["/e/"]


def test_goal_base_and_progress_are_handed_on(folder: Path) -> None:
    told = play(
        folder,
        """const seen = [];
        globalThis.work = async ({ goal, base, onProgress }) => {
          seen.push(goal, base);
          onProgress({ fraction: 0.5 });
          return smaller();
        };
        const onProgress = (progress) => seen.push(progress);
        await prepareUpload(photo(), { goal: { target: 80 }, base: "/e/", onProgress });
        say(seen);""",
    )

    assert told == [{"target": 80}, "/e/", {"fraction": 0.5}]


def test_a_form_keeps_its_order_and_what_is_no_file(folder: Path) -> None:
    told = play(
        folder,
        """const form = new FormData();
        form.append("before", "1");
        form.append("photo", photo("a.jpg"));
        form.append("photo", photo("b.jpg"));
        form.append("empty", new File([], ""));
        form.append("after", "2");
        const { data, sent } = await optimiseFormData(form, { recordField: () => "record" });
        const entries = [...data].map(([name, value]) => [name, value.name ?? value]);
        say([entries, sent.length, [...form].length]);""",
    )

    assert told == [
        [
            ["before", "1"],
            ["photo", "a.avif"],
            ["record", '{"plan":{}}'],
            ["photo", "b.avif"],
            ["record", '{"plan":{}}'],
            ["empty", ""],
            ["after", "2"],
        ],
        2,
        5,
    ]
