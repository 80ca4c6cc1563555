"""The Python environment of the project: .venv, from the hashes of build/lock.

Standard library only: this runs before anything is installed. The two lock files say in their
first lines how they are made anew after a change in pyproject.toml.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "build" / "lock"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

OLDEST = (3, 11)
"""requires-python of pyproject.toml."""


class StepFailed(Exception):
    """A program of ours failed; its output has been shown."""


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Name what happens now, and say how long it took."""
    print(f"=> {what}", flush=True)
    start = time.monotonic()
    yield
    print(f"   {what}: {time.monotonic() - start:.1f} s", flush=True)


def prepare(lock: str) -> None:
    """Make .venv hold what build/lock/<lock>.txt pins, and eyebright itself, editable."""
    require_tools()
    if is_current(lock):
        return
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", str(VENV)])
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*install, "--require-hashes", "-r", str(LOCKS / f"{lock}.txt")])
    run([*install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp(lock).write_text(fingerprint(lock), "utf-8")


def require_tools() -> None:
    """Raises StepFailed in one line where the machine lacks what we cannot install."""
    if sys.version_info < OLDEST:
        raise StepFailed(f"this is Python {platform.python_version()}; 3.11 or newer is needed")
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise StepFailed(f"{tool} is not on PATH: install Node.js 20 or newer with npm")


def is_current(lock: str) -> bool:
    """Whether .venv was made from this lock file, or from the larger one for checks."""
    made = {lock, "check"}
    return PYTHON.exists() and any(
        stamp(name).exists() and stamp(name).read_text("utf-8") == fingerprint(name)
        for name in made
    )


def stamp(lock: str) -> Path:
    return VENV / f"eyebright-{lock}.stamp"


def fingerprint(lock: str) -> str:
    """Changes when .venv has to be looked at again."""
    whole = hashlib.sha256(str(ROOT).encode())
    for path in (LOCKS / f"{lock}.txt", ROOT / "pyproject.toml"):
        whole.update(path.read_bytes())
    return whole.hexdigest()


def run(command: Sequence[str]) -> None:
    """Run in the project's folder. Raises StepFailed."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise StepFailed(f"{' '.join(command)} ended with {done.returncode}")


def run_script(name: str, *arguments: str) -> None:
    """Run one of our scripts with the project's Python."""
    run([str(PYTHON), str(ROOT / "build" / f"{name}.py"), *arguments])
