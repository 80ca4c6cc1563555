"""Build the npm package: dist/npm, packed as dist/eyebright-VERSION.tgz.

    python build/npm.py

The package holds the modules that run in a page, as they are in web/, with declarations made from
their own comments, and in assets/ the engine as the site has it. bin/eyebright-assets.mjs copies
that to where a site serves it. release.js says which build both are of.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import javascript
from environment import run_script
from generated import release_js
from trees import digest, swap
from vendor import ROOT, VendorError, write_whole

WEB = ROOT / "web"
SITE = ROOT / "dist" / "site"
OUT = ROOT / "dist" / "npm"
STAMP = ROOT / "dist" / "npm.stamp"
"""What dist/npm was made of."""

ENTRIES = ("client.js", "shared.js", "upload.js", "element/*.js", "adapters/*.js")
"""What exports name; what these import comes along."""

SIDE_EFFECTS = ("./element/index.js", "./errors.js")
"""Modules that do something when they are imported: bundlers must not leave them out."""

IMPORT = re.compile(r'(?:from|import)\s*\(?\s*"(\.{1,2}/[^"]+\.js)"')
"""Of a module, in its comments too: types come from there."""

ENGINE = ("app", "codecs", "models", "onnx", "pyodide")
"""Groups of the site that the engine needs."""

PAGE_ONLY = (
    *("main.py", "page.css", "page/*", "shell.js", "client.js", "engine.js", "draw.js"),
    *("shared.js", "upload.js", "element/*", "adapters/*"),
)
"""Of the group app, what the engine's worker never loads."""


def build_package(*, say: Callable[[str], None] = print) -> Path:
    """Path of the tarball, made anew where anything has changed."""
    run_script("site")
    listed = json.loads((SITE / "site.json").read_text("utf-8"))
    modules = closure(ENTRIES)
    tarball = ROOT / "dist" / f"eyebright-{listed['version']}.tgz"
    inputs = fingerprint(modules)
    if tarball.exists() and STAMP.exists() and STAMP.read_text("utf-8") == inputs:
        say("  nothing has changed since it was built")
        return tarball
    with tempfile.TemporaryDirectory(dir=OUT.parent, prefix=".npm-") as aside:
        made = Path(aside) / "made"
        make_package(made, modules, listed)
        swap(made, OUT, Path(aside))
    pack(tarball)
    write_whole(STAMP, inputs.encode())
    say(f"  {tarball.name}: {tarball.stat().st_size:,} bytes, {len(modules)} modules")
    return tarball


def fingerprint(modules: Iterable[str]) -> str:
    scripts = [ROOT / "build" / f"{name}.py" for name in ("npm", "javascript", "declarations")]
    files = [SITE / "site.json", *scripts, *sorted((WEB / "package").iterdir()), ROOT / "LICENSE"]
    files += [*(WEB / name for name in modules), *sorted(WEB.rglob("*.d.ts"))]
    return digest({str(path): path.read_bytes() for path in files})


def closure(entries: Iterable[str]) -> list[str]:
    """Modules of web/ that these patterns name, and all that they import, by path."""
    found = [p.relative_to(WEB).as_posix() for e in entries for p in sorted(WEB.glob(e))]
    for name in found:
        for imported in IMPORT.findall((WEB / name).read_text("utf-8")):
            file = (WEB / name).parent.joinpath(imported).resolve()
            path = file.relative_to(WEB).as_posix()
            if path not in found and file.exists():  # of others there are declarations alone
                found.append(path)
    return found


def make_package(out: Path, modules: list[str], listed: dict[str, Any]) -> None:
    for name in modules:
        copy(WEB / name, out / name)
    for path in filter(is_engine, (file["path"] for file in listed["files"])):
        copy(SITE / path, out / "assets" / path)
    (out / "release.js").write_bytes(release_js(release(), engine="./assets/"))
    declare(out, modules)
    copy(WEB / "package" / "eyebright-assets.mjs", out / "bin" / "eyebright-assets.mjs")
    copy(WEB / "package" / "README.md", out / "README.md")
    copy(ROOT / "LICENSE", out / "LICENSE")
    described = json.loads((WEB / "package" / "package.json").read_text("utf-8"))
    described |= {"version": listed["version"], "sideEffects": list(SIDE_EFFECTS)}
    (out / "package.json").write_text(json.dumps(described, indent=2) + "\n", "utf-8")


def is_engine(path: str) -> bool:
    """Whether the engine loads this file of the site."""
    folder, _, name = path.partition("/")
    group = folder.rpartition("-")[0]
    if not name:
        return path == "engine.worker.js"
    return group in ENGINE and not (
        group == "app" and any(fnmatchcase(name, pattern) for pattern in PAGE_ONLY)
    )


def release() -> str:
    """Which build the site is of."""
    (path,) = SITE.glob("app-*/release.js")
    return str(json.loads(path.read_text("utf-8").partition("RELEASE = ")[2].partition(";")[0]))


def declare(out: Path, modules: list[str]) -> None:
    """Declarations beside the modules, by the compiler that checks them."""
    project = javascript.settings(
        "npm",
        [WEB / name for name in modules],
        ["dom", "dom.iterable", "dom.asynciterable"],
        strict=True,  # so that what may be null or undefined is declared so
        noCheck=True,  # build/check.py does that
        declaration=True,
        emitDeclarationOnly=True,
        rootDir=str(WEB),
        outDir=str(out),
    )
    command = ["node", str(javascript.typescript()), "--project", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VendorError(f"no declarations could be made: {done.stdout.strip()}")
    for name in ("release.d.ts", "values.d.ts"):
        copy(javascript.VIRTUAL / name, out / name)
    for path in WEB.rglob("*.d.ts"):
        copy(path, out / path.relative_to(WEB))


def pack(tarball: Path) -> None:
    """By npm itself, as it would be published."""
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError("npm is not on PATH; install Node.js with npm")
    command = [npm, "pack", "--ignore-scripts", "--silent", "--pack-destination"]
    done = subprocess.run(
        [*command, str(tarball.parent)], cwd=OUT, capture_output=True, text=True, check=False
    )
    if done.returncode or not tarball.exists():
        raise VendorError(f"npm pack failed: {done.stderr.strip()}")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main() -> None:
    try:
        tarball = build_package()
    except VendorError as exc:
        sys.exit(f"npm: {exc}")
    print(f"{tarball.relative_to(ROOT)} is complete")


if __name__ == "__main__":
    main()
