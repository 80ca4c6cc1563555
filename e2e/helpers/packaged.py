"""The npm package as somebody installs it: in an app that Vite builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from javascript import libraries, typescript

ROOT = Path(__file__).resolve().parent.parent.parent

EXAMPLES = ROOT / "web" / "examples"

TYPES = {"strict": True, "skipLibCheck": False, "noEmit": True, "target": "es2023"}
"""What a careful app asks of the compiler."""


def tarball() -> Path:
    described = ROOT / "dist" / "npm" / "package.json"
    if not described.exists():
        pytest.fail("dist has no npm package; run .venv/bin/python build/npm.py first")
    return ROOT / "dist" / f"eyebright-{json.loads(described.read_text())['version']}.tgz"


def install(app: Path) -> None:
    """The tarball by npm, without a network, and beside it the libraries that the tests have."""
    (app / "package.json").write_text('{"private": true, "type": "module"}')
    npm = ["npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"]
    run(app, *npm, str(tarball()))
    there = app / "node_modules"
    for package in packages(libraries()):
        target = there / package.relative_to(libraries())
        target.parent.mkdir(exist_ok=True)
        target.symlink_to(package)


def packages(folder: Path) -> list[Path]:
    """Folders of packages, those of a scope (@scope/name) each by itself."""
    scopes = [path for path in folder.glob("@*") if path.is_dir()]
    plain = [p for p in folder.iterdir() if p.is_dir() and p.name[0] not in "@."]
    return plain + [path for scope in scopes for path in scope.iterdir()]


def make_app(app: Path) -> Path:
    """The examples, with the engine where README says; the folder that is to be served."""
    app.mkdir()
    install(app)
    shutil.copytree(EXAMPLES, app, dirs_exist_ok=True)
    run(app, "node_modules/.bin/eyebright-assets", "public/eyebright")
    return app


def build_app(app: Path) -> Path:
    """By Vite, for production; the folder that is to be served."""
    run(app, "node", "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")
    return app / "dist"


def check_types(app: Path, *files: str, **options: object) -> str:
    """What the compiler says of these files; nothing where all is right."""
    asked = {**TYPES, **options}
    flags = [word for name, value in asked.items() for word in (f"--{name}", str(value).lower())]
    command = ["node", str(typescript()), *flags, *files]
    done = subprocess.run(command, cwd=app, capture_output=True, text=True, check=False)
    return done.stdout


def run(app: Path, *command: str) -> str:
    """Standard output. Fails the test with what the command said."""
    done = subprocess.run(
        command, cwd=app, capture_output=True, text=True, check=False, env=os.environ
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout
