"""The JavaScript side's own tools: the compiler that checks types, and what the tests build with.

    python build/javascript.py         puts build/lock/javascript into .cache/javascript

The libraries come by `npm ci` from the hashes of package-lock.json, once for each state of that
file; nothing of theirs runs while they are installed, and nothing of theirs is shipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from environment import PYTHON, StepFailed
from vendor import ROOT, VendorError, vendored

LOCK = ROOT / "build" / "lock" / "javascript"
FOLDER = ROOT / ".cache" / "javascript"

VIRTUAL = FOLDER / "virtual"
"""Stands beside web/ for the type checker (rootDirs)."""

TYPESCRIPT = "typescript-5.8.3.tgz"

UPPY = ("core", "tus", "xhr-upload")
"""Packages of Uppy that are used."""

DECLARED = {
    "assets.d.ts": "export const assets: any;\n",
    "release.d.ts": "export const RELEASE: string;\nexport const ENGINE: string;\n",
}
"""What only the built site holds."""


def typescript() -> Path:
    """The pinned compiler's script, unpacked."""
    folder = FOLDER / TYPESCRIPT.removesuffix(".tgz")
    if not folder.exists():
        with tarfile.open(vendored(TYPESCRIPT)) as packed:
            packed.extractall(folder, filter="data")
    return folder / "package" / "lib" / "tsc.js"


def libraries() -> Path:
    """`node_modules` of package-lock.json, installed where it is not. Raises VendorError."""
    files = [LOCK / "package.json", LOCK / "package-lock.json"]
    state = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]
    folder = FOLDER / f"libraries-{state}"
    if not folder.exists():
        install(files, folder)
    return folder / "node_modules"


def install(files: list[Path], folder: Path) -> None:
    """Beside, then renamed: nobody sees half of it."""
    npm = shutil.which("npm")
    if npm is None:
        raise VendorError("npm is not on PATH; install Node.js with npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as aside:
        made = Path(aside, "made")
        made.mkdir()
        for file in files:
            shutil.copy(file, made)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, check=False)
        if done.returncode:
            raise VendorError(
                f"npm ci failed for {LOCK.relative_to(ROOT)}; connect to the registry and run "
                f"again\n{done.stderr.strip()}"
            )
        try:
            made.rename(folder)
        except OSError:  # another run was first
            if not folder.exists():
                raise


def settings(name: str, files: list[Path], environment: list[str], **options: Any) -> Path:
    """A tsconfig.json for these files of web/ and what they import, in one environment."""
    declare_built_files()
    whole = {
        "allowJs": True,
        "checkJs": True,
        "target": "es2023",
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2023", *environment],
        "types": [],
        "paths": {name: [str(path)] for name, path in imported().items()},
        "skipLibCheck": True,  # the libraries' own
        "rootDirs": [str(ROOT / "web"), str(VIRTUAL)],
        **options,
    }
    path = FOLDER / f"tsconfig.{name}.json"
    path.write_text(
        json.dumps({"compilerOptions": whole, "files": [str(f) for f in files]}), "utf-8"
    )
    return path


def imported() -> dict[str, Path]:
    """Where the checker finds what adapters and examples import by name."""
    web, there = ROOT / "web", libraries()
    uppy = {f"@uppy/{name}": there / f"@uppy/{name}/lib/index.d.ts" for name in UPPY}
    return uppy | {
        "dropzone": there / "dropzone/dist/dropzone.d.ts",
        "filepond": there / "filepond/types/index.d.ts",
        "eyebright": web / "client.js",
        "eyebright/element": web / "element/index.js",
        "eyebright/*": web / "*.js",
    }


def declare_built_files() -> None:
    """Declarations of what only the built site holds, app/ as a folder among it."""
    (VIRTUAL / "app" / "element").mkdir(parents=True, exist_ok=True)
    for name, text in DECLARED.items():
        (VIRTUAL / name).write_text(text, "utf-8")
    write_values(VIRTUAL / "values.d.ts")
    for name in ("client", "element/index"):
        declared = VIRTUAL / "app" / f"{name}.d.ts"
        there = Path(os.path.relpath(ROOT / "web" / f"{name}.js", declared.parent)).as_posix()
        declared.write_text(f'export * from "{there}";\n', "utf-8")


def write_values(out: Path) -> None:
    """The records as they cross to JavaScript, by the project's Python. Raises StepFailed."""
    command = [str(PYTHON), str(ROOT / "build" / "declarations.py"), str(out)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT / "py")}, check=False)
    if done.returncode:
        raise StepFailed("the records of py/eyebright/values cannot be declared in TypeScript")


def main() -> None:
    try:
        libraries()
    except VendorError as exc:
        sys.exit(f"javascript: {exc}")
    print("the JavaScript libraries of the tests are at their pinned versions")


if __name__ == "__main__":
    main()
