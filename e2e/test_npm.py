"""The npm package, installed from its tarball: in an app by Vite, in a page without a bundler."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pictures
import pytest
from helpers.packaged import (
    ROOT,
    build_app,
    check_types,
    install,
    make_app,
    run,
    tarball,
)
from helpers.uploads import Uploads, taking_uploads
from playwright.sync_api import Page, Response, expect
from visits import photo

from serve import POLICY

README = ROOT / "README.md"

MOST_BEFORE_NEED = 15_000
"""Bytes of script, compressed, that a page may load before a file is chosen (issue 8)."""

HTML = """<!doctype html>
<title>Try</title>
<form><input type="file" name="file"><button>Send</button></form>
<output></output>
{script}
"""

SCRIPT = '<script type="module" src="./{name}.js"></script>'

USE = """
import { createEyebright, UnsupportedFormat } from "eyebright";

const said = document.querySelector("output");
document.querySelector("input").addEventListener("change", async ({ target }) => {
  const eyebright = await createEyebright(OPTIONS);
  const refused = await eyebright.optimise(new Blob(["no picture"])).catch((error) => error);
  const [one, two] = await Promise.all([0, 1].map(() => eyebright.optimise(target.files[0])));
  const { bytes, original_bytes, score } = one.report;
  said.textContent = JSON.stringify({
    bytes, original_bytes, score, twice: two.report.bytes,
    globals: Object.keys(window).filter((key) => /eyebright/i.test(key)),
    error: [refused.name, refused instanceof UnsupportedFormat],
  });
  eyebright.close();
});
"""
"""Each page does this: it optimises a picture, two calls at once, and refuses a text."""

CONSUMER = """
import {
  createEyebright, CorruptImage, EngineError, EyebrightError, VersionMismatch,
  type DecisionRecord, type Eyebright, type Goal, type Report,
} from "eyebright";
import { optimiseFormData } from "eyebright/adapters/fetch";
import { withEyebright } from "eyebright/adapters/dropzone";
import { EyebrightFilePond } from "eyebright/adapters/filepond";
import "eyebright/element";
import { sharedEngine } from "eyebright/shared";
import type { Saving } from "eyebright/upload";

const goal: Goal = { max_width: 1600, formats: ["avif"], target: null };
// @ts-expect-error there is no such key
const misspelt: Goal = { maxWidth: 1600 };

export async function use(file: File, signal: AbortSignal): Promise<number> {
  const eyebright: Eyebright = await createEyebright({ base: "/eyebright/", signal });
  const { blob, report, record } = await eyebright.optimise(file, goal, {
    signal,
    onProgress: ({ stage, fraction }) => console.log(stage.toUpperCase(), fraction.toFixed(2)),
  });
  const kept: Report = report;
  const decided: DecisionRecord = record;
  // @ts-expect-error the score is a number
  const wrong: string = report.score;
  console.log(blob.size, kept.reasons[0]?.text, decided.plan.content, wrong, misspelt);
  const { crops } = await eyebright.crops(file, "16:9", { n: 1 });
  const { data, sent } = await optimiseFormData(new FormData(), { limit: 1000, signal });
  const saving: Saving | undefined = sent[0]?.saving;
  await fetch("/upload", { method: "POST", body: data });
  sharedEngine({ base: new URL("https://example.com/eyebright/") }).prepare();
  return (crops[0]?.box.width ?? 0) + (saving?.bytes ?? 0);
}

export function tell(error: unknown): string {
  if (error instanceof VersionMismatch) return `${error.script} ${error.assets}`;
  if (error instanceof CorruptImage || error instanceof EngineError) return error.detail;
  return error instanceof EyebrightError ? error.name : "";
}

const element = document.querySelector("eyebright-input");
element?.addEventListener("eyebright-result", ({ detail }) => console.log(detail.result.size));
// @ts-expect-error there is no such property
element?.pictures;

export const adapters = [withEyebright, EyebrightFilePond];
"""

FILEPOND_CONSUMER = """
import { create, registerPlugin } from "filepond";
import { EyebrightFilePond, withRecord } from "eyebright/adapters/filepond";

registerPlugin(EyebrightFilePond);
create(document.body, { eyebrightGoal: { max_width: 1600 }, eyebrightLimit: 60_000 });
create(document.body, { server: { process: { url: "/upload", ondata: withRecord } } });
// @ts-expect-error the limit is a number
create(document.body, { eyebrightLimit: "a minute" });
"""

UPPY_CONSUMER = """
import Uppy from "@uppy/core";
import { EyebrightUppy } from "eyebright/adapters/uppy";

const uppy = new Uppy<{ album: string }, { url: string }>();
uppy.use(EyebrightUppy, { limit: 60_000 });
// @ts-expect-error the limit is a number
new Uppy().use(EyebrightUppy, { limit: "a minute" });
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh app with the package, and README's own code in pages of their own."""
    app = make_app(tmp_path_factory.mktemp("vite") / "app")
    pages = {"try": USE.replace("OPTIONS", '{ base: "/eyebright/" }'), **readme_blocks()}
    for name, code in pages.items():
        (app / f"{name}.js").write_text(code)
        (app / f"{name}.html").write_text(HTML.format(script=SCRIPT.format(name=name)))
    inputs = json.dumps([f"{name}.html" for name in pages])
    config = (
        f'export default {{ appType: "mpa", build: {{ rollupOptions: {{ input: {inputs} }} }} }};'
    )
    (app / "vite.config.js").write_text(config)
    return app


def readme_blocks() -> dict[str, str]:
    """README's JavaScript that says its own file's name, by that name."""
    blocks = re.findall(r"```js\n(// (\w+)\.js.*?)```", README.read_text("utf-8"), re.DOTALL)
    return {f"readme-{name}": code for code, name in blocks}


@pytest.fixture(scope="module")
def built(app: Path) -> Path:
    return build_app(app)


@pytest.fixture
def uploads(built: Path) -> Iterator[Uploads]:
    """The built app, served under the site's policy: no eval but WebAssembly's."""
    with taking_uploads(built) as came:
        yield came


def outcome(page: Page, address: str) -> dict[str, Any]:
    """What a page says of a photo."""
    page.goto(address)
    page.locator("input").set_input_files([photo("a.jpg")])
    said = page.locator("output")
    expect(said).not_to_be_empty()
    found: dict[str, Any] = json.loads(said.inner_text())
    return found


def expect_all_well(found: dict[str, Any]) -> None:
    assert found["bytes"] < found["original_bytes"]
    assert found["twice"] == found["bytes"]
    assert found["score"] >= 75
    assert found["globals"] == []
    assert found["error"] == ["UnsupportedFormat", True], "minified or not"


def test_a_vite_app_optimises_a_photo_under_a_policy_without_eval(
    page: Page, uploads: Uploads
) -> None:
    assert "'unsafe-eval'" not in POLICY

    expect_all_well(outcome(page, f"{uploads.address}try.html"))


def test_a_page_without_a_bundler_finds_the_engine_by_itself(page: Page, tmp_path: Path) -> None:
    install(tmp_path)
    imports = json.dumps({"imports": {"eyebright": "./node_modules/eyebright/client.js"}})
    script = f'<script type="importmap">{imports}</script>{SCRIPT.format(name="try")}'
    (tmp_path / "index.html").write_text(HTML.format(script=script))
    (tmp_path / "try.js").write_text(USE.replace("OPTIONS", ""))
    allowed = base64.b64encode(hashlib.sha256(imports.encode()).digest()).decode()
    policy = POLICY.replace("script-src 'self'", f"script-src 'self' 'sha256-{allowed}'")

    with taking_uploads(tmp_path, policy=policy) as served:
        expect_all_well(outcome(page, served.address))


@pytest.mark.parametrize("block", ["readme-upload", "readme-uppy"])
def test_the_code_of_readme_sends_the_smaller_file(
    page: Page, uploads: Uploads, block: str
) -> None:
    page.goto(f"{uploads.address}{block}.html")
    original = photo("a.jpg")
    with page.expect_response("**/upload"):
        page.locator("input").set_input_files([original])
        if block == "readme-upload":
            page.get_by_role("button", name="Send").click()

    [file] = [part for part in uploads.forms[0] if part.filename]
    assert len(file.data) < len(original["buffer"])
    assert pictures.load(file.data).size == (256, 256)


def test_little_is_loaded_before_a_file_is_chosen(page: Page, uploads: Uploads) -> None:
    came: dict[str, Response] = {}
    page.on("response", lambda response: came.update({response.url: response}))
    page.goto(f"{uploads.address}readme-upload.html", wait_until="networkidle")
    loaded = {url: response.body() for url, response in came.items()}

    scripts = [gzip.compress(body) for url, body in loaded.items() if url.endswith(".js")]
    assert scripts
    assert not any("engine" in url for url in loaded)
    assert sum(map(len, scripts)) < MOST_BEFORE_NEED


def test_assets_of_another_build_are_told_at_the_start(
    page: Page, built: Path, tmp_path: Path
) -> None:
    served = shutil.copytree(built, tmp_path / "served")
    (release,) = (served / "eyebright").glob("app-*/release.js")
    text = release.read_text()
    release.write_text(re.sub(r'RELEASE = "[^"]*"', 'RELEASE = "0.0.9+0000000000"', text))
    with taking_uploads(served) as came:
        page.goto(f"{came.address}try.html")
        with page.expect_event("pageerror") as failing:
            page.locator("input").set_input_files([photo("a.jpg")])

    assert failing.value.name == "VersionMismatch"
    for told in ("0.0.9+0000000000", "npx eyebright-assets", "/eyebright/engine.worker.js"):
        assert told in failing.value.message


@pytest.mark.parametrize("resolution", ["bundler", "nodenext"])
def test_the_types_hold_in_the_strictest_project(app: Path, resolution: str) -> None:
    module = "nodenext" if resolution == "nodenext" else "esnext"
    (app / "consumer.ts").write_text(CONSUMER)
    (app / "uppy-consumer.ts").write_text(UPPY_CONSUMER)
    (app / "filepond-consumer.ts").write_text(FILEPOND_CONSUMER)
    options = {"module": module, "moduleResolution": resolution, "exactOptionalPropertyTypes": True}

    assert check_types(app, "consumer.ts", **options) == ""
    theirs = {**options, "skipLibCheck": True}  # the libraries' own declarations are not ours
    assert check_types(app, "uppy-consumer.ts", "filepond-consumer.ts", **theirs) == ""


def test_the_engine_is_copied_anew_and_what_is_old_of_it_goes(app: Path, tmp_path: Path) -> None:
    own, old = tmp_path / "own", tmp_path / "pyodide-0123456789"
    for folder in (own, old):
        folder.mkdir()
        (folder / "file").write_text("x")

    said = run(app, "node_modules/.bin/eyebright-assets", str(tmp_path))

    assert str(tmp_path) in said
    assert own.exists()
    assert not old.exists()
    groups = sorted(p.name.partition("-")[0] for p in tmp_path.iterdir() if p != own)
    assert groups == ["app", "codecs", "engine.worker.js", "models", "onnx", "pyodide"]


def test_the_package_has_what_it_exports_and_nothing_of_the_page_or_of_tools() -> None:
    with tarfile.open(tarball()) as packed:
        names = {name.removeprefix("package/") for name in packed.getnames()}
        described = json.loads(packed.extractfile("package/package.json").read())  # type: ignore[union-attr]  # it is a file

    modules = [path.removeprefix("./") for path in described["exports"].values() if "*" not in path]
    assert {*modules, "LICENSE", "README.md", "bin/eyebright-assets.mjs"} <= names
    assert {f"adapters/{name}.js" for name in ("uppy", "filepond", "dropzone", "fetch")} <= names
    scripts = {name for name in names if name.endswith(".js") and not name.startswith("assets/")}
    assert {f"{name[:-3]}.d.ts" for name in scripts} <= names
    assert not [name for name in names if "node_modules" in name or name.endswith((".py", ".html"))]
    assert "dependencies" not in described
