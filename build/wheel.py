"""Build the wheels into dist/wheels: one for this machine, one for Pyodide.

    python build/wheel.py [--native | --browser]

hatchling makes the pure wheel; then the compiled kernels are put in and the tag is set. The
same inputs give the same bytes (sorted members, one date, SOURCE_DATE_EPOCH is respected).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import kernels
from vendor import ROOT, write_whole

WHEELS = ROOT / "dist" / "wheels"

BROWSER_TAG = "cp311-abi3-pyemscripten_2026_0_wasm32"
"""Stable ABI of CPython 3.11 on the platform of Pyodide 314 (its lock file's abi_version)."""

KERNELS_MEMBER = "eyebright/kernels/_kernels.abi3.so"

EARLIEST_EPOCH_S = 315_532_800
"""1980-01-01: what a zip file can hold at the earliest (APPNOTE 4.4.6)."""


MODELS = ".onnx"
"""Ending of the models' files: the site serves them apart, each where it is asked for."""

SERVER = "eyebright/server/"
"""What no browser can run: it starts processes, and its packages are not Pyodide's."""


def build_browser(out: Path = WHEELS) -> Path:
    """The wheel for Pyodide, kernels in WebAssembly inside; the models and the server are not."""
    with tempfile.TemporaryDirectory() as folder:
        pure = build_pure(Path(folder))
        compiled = kernels.build_wasm().read_bytes()
        parts = {KERNELS_MEMBER: compiled}
        return retag(pure, out, BROWSER_TAG, parts, without=MODELS, without_below=SERVER)


def build_native(out: Path = WHEELS) -> Path:
    """The wheel for this machine; without a compiler it is pure, and numpy does the work."""
    with tempfile.TemporaryDirectory() as folder:
        pure = build_pure(Path(folder))
        compiled = kernels.build_native()
        if compiled is None:
            return retag(pure, out, "py3-none-any", {})
        tag = f"cp311-abi3-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
        return retag(pure, out, tag, {KERNELS_MEMBER: compiled.read_bytes()})


def build_pure(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"wheel: hatchling failed\n{done.stdout}{done.stderr}")
    return next(folder.glob("*.whl"))


def retag(
    pure: Path,
    out: Path,
    tag: str,
    extra: Mapping[str, bytes],
    *,
    without: str = "\0",
    without_below: str = "\0",
) -> Path:
    """A wheel of the same contents plus `extra` for `tag`, written whole into `out`.

    Members whose names end in `without` or begin with `without_below` are left out.
    """
    with zipfile.ZipFile(pure) as given:
        names = [n for n in given.namelist() if not n.endswith(without)]
        names = [n for n in names if not n.startswith(without_below)]
        contents = {name: given.read(name) for name in names}
    info = info_folder(contents)
    contents |= extra
    contents[f"{info}/WHEEL"] = wheel_file(tag, pure=not extra)
    name, version = pure.name.split("-")[:2]
    path = out / f"{name}-{version}-{tag}.whl"
    write_whole(path, zipped(with_record(contents)))
    return path


def wheel_file(tag: str, *, pure: bool) -> bytes:
    """WHEEL as the binary distribution format 1.0 defines it."""
    lines = [
        "Wheel-Version: 1.0",
        "Generator: eyebright build",
        f"Root-Is-Purelib: {str(pure).lower()}",
        f"Tag: {tag}",
    ]
    return ("\n".join(lines) + "\n").encode()


def info_folder(contents: Iterable[str]) -> str:
    return next(name.rpartition("/")[0] for name in contents if name.endswith("/WHEEL"))


def with_record(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same members with a RECORD that is right: each with its hash and size, itself without."""
    own_name = f"{info_folder(contents)}/RECORD"
    others = {name: data for name, data in sorted(contents.items()) if name != own_name}
    lines = [f"{name},sha256={urlsafe(data)},{len(data)}" for name, data in others.items()]
    return others | {own_name: ("\n".join([*lines, f"{own_name},,"]) + "\n").encode()}


def urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """A zip file of these members, sorted and dated alike, so that it repeats."""
    epoch = max(EARLIEST_EPOCH_S, int(os.environ.get("SOURCE_DATE_EPOCH", "0")))
    date = time.gmtime(epoch)[:6]
    with tempfile.SpooledTemporaryFile() as spool:
        with zipfile.ZipFile(spool, "w") as made:
            for name in sorted(contents):
                member = zipfile.ZipInfo(name, date)
                member.external_attr = 0o644 << 16
                made.writestr(member, contents[name], zipfile.ZIP_DEFLATED, compresslevel=9)
        spool.seek(0)
        return spool.read()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--native", action="store_true", help="only the wheel of this machine")
    parser.add_argument("--browser", action="store_true", help="only the wheel for Pyodide")
    chosen = parser.parse_args()
    both = not (chosen.native or chosen.browser)
    if chosen.browser or both:
        print(build_browser().relative_to(ROOT))
    if chosen.native or both:
        print(build_native().relative_to(ROOT))


if __name__ == "__main__":
    main()
