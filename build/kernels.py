"""Build the compiled kernels: natively into the package, and for Pyodide.

    python build/kernels.py [--native | --wasm]

Natively a C compiler on the PATH is used ($CC, cc, gcc, clang), else `python -m ziglang cc`;
for Pyodide always ziglang. Nothing is done where sources, flags and compiler are unchanged.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "py" / "eyebright" / "kernels"
MODULE = "_kernels.abi3.so"
NATIVE = SOURCES / MODULE
CACHE = ROOT / ".cache" / "kernels"
WASM = CACHE / "wasm" / MODULE

ZIG = [sys.executable, "-m", "ziglang"]

# No contraction: a fused multiply-add would give other bits than a machine without one.
# No builtins: loops must not turn into calls of a C library that is not linked; no errno: a
# square root is one instruction.
COMMON = [
    "-std=c11",
    "-O3",
    "-fPIC",
    "-ffp-contract=off",
    "-ffreestanding",
    "-fno-math-errno",
    "-fno-builtin",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
]

WASM_COMPILE = ["--target=wasm32-unknown-emscripten", "-msimd128", "-nostdinc"]
WASM_LINK = [
    "-shared",
    "--experimental-pic",
    "--import-memory",
    "--unresolved-symbols=import-dynamic",
    "--strip-debug",
    "--export=PyInit__kernels",
]


class BuildError(Exception):
    """The compiler is missing or refused the sources."""


def build_native() -> Path | None:
    """The module in the package for this machine, or None where no compiler is here."""
    compiler = native_compiler()
    if compiler is None:
        return None
    flags = [*COMMON, "-nostdlib", "-shared", *baseline(zig=compiler[0] == sys.executable)]
    command = [*compiler, *flags, *map(str, c_files()), "-o", str(NATIVE)]
    if not is_current(NATIVE, command):
        run(command)
        remember(NATIVE, command)
    return NATIVE


def build_wasm(out: Path = WASM) -> Path:
    """The module for Pyodide at `out`. Raises BuildError, without ziglang too."""
    if find_spec("ziglang") is None:
        raise BuildError("the Pyodide kernels need ziglang: pip install ziglang")
    out.parent.mkdir(parents=True, exist_ok=True)
    compile_one = [*ZIG, "clang", *WASM_COMPILE, *COMMON, "-c"]
    link = [*ZIG, "wasm-ld", *WASM_LINK]
    if is_current(out, [*compile_one, *link]):
        return out
    objects = []
    for source in c_files():
        objects.append(str(out.parent / f"{source.stem}.o"))
        run([*compile_one, str(source), "-o", objects[-1]])
    run([*link, *objects, "-o", str(out)])
    remember(out, [*compile_one, *link])
    return out


def native_compiler() -> list[str] | None:
    """The command of a C compiler that knows GCC's options, or None."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return [name]
    return [*ZIG, "cc"] if find_spec("ziglang") else None


def baseline(*, zig: bool) -> list[str]:
    """Flags for a module that runs on any machine of this kind, not on this one alone."""
    flags = []
    if platform.machine() in ("x86_64", "AMD64"):
        flags.append("-mcpu=x86_64_v2" if zig else "-march=x86-64-v2")
    elif zig:
        flags.append("-mcpu=baseline")
    if zig:
        flags.append("-fno-sanitize=all")
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    return flags


def c_files() -> list[Path]:
    return sorted(SOURCES.glob("*.c"))


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{' '.join(command)} failed ({done.returncode}):\n{done.stderr}")


def fingerprint(command: list[str]) -> str:
    """Hash of everything that decides what comes out."""
    digest = hashlib.sha256("\0".join(command).encode())
    for path in [*c_files(), *sorted(SOURCES.glob("*.h"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def stamp(out: Path) -> Path:
    key = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]
    return CACHE / f"{key}.stamp"


def is_current(out: Path, command: list[str]) -> bool:
    """Whether `out` is what this command made of these sources."""
    if not (out.exists() and stamp(out).exists()):
        return False
    return stamp(out).read_text() == fingerprint(command) + file_hash(out)


def remember(out: Path, command: list[str]) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    stamp(out).write_text(fingerprint(command) + file_hash(out))


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--native", action="store_true", help="only for this machine")
    choice.add_argument("--wasm", action="store_true", help="only for Pyodide")
    options = parser.parse_args()
    try:
        if not options.wasm:
            report("native", build_native())
        if not options.native:
            report("Pyodide", build_wasm())
    except BuildError as exc:
        print(f"kernels: {exc}", file=sys.stderr)
        return 1
    return 0


def report(what: str, built: Path | None) -> None:
    if built is None:
        print(f"kernels: no C compiler here, so {what} uses numpy; pip install ziglang for one")
        return
    print(f"kernels: {what}: {built.relative_to(ROOT)} ({built.stat().st_size} bytes)")


if __name__ == "__main__":
    sys.exit(main())
