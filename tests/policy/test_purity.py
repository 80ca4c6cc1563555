"""The policy stays pure: standard library only, no clock, no files, no platform."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import eyebright

PACKAGE = Path(eyebright.__file__).parent
FOLDERS = (PACKAGE / "policy", PACKAGE / "values")
FILES = (PACKAGE / "records.py", PACKAGE / "frozen.py")
PURE = sorted([*(p for folder in FOLDERS for p in folder.rglob("*.py")), *FILES])

IMPURE = {
    *("os", "sys", "io", "time", "datetime", "random", "secrets", "socket", "subprocess"),
    *("pathlib", "urllib", "http", "asyncio", "tempfile", "shutil", "threading", "platform"),
}
"""Standard modules through which the outside would get in."""

READS = {"open", "read_text", "read_bytes"}
"""Calls that read files."""

READS_OF_OURS = {"schema.py"}
"""The schema is data of the package itself."""


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_only_pure_standard_modules_are_imported(path: Path) -> None:
    allowed = (sys.stdlib_module_names - IMPURE) | {"eyebright"}

    assert set() == imported(path) - allowed


def called(path: Path) -> set[str]:
    functions = [
        node.func
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    names = {function.id for function in functions if isinstance(function, ast.Name)}
    return names | {function.attr for function in functions if isinstance(function, ast.Attribute)}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_no_file_is_read_but_the_package_s_own_data(path: Path) -> None:
    assert path.name in READS_OF_OURS or set() == called(path) & READS


def test_importing_the_policy_loads_nothing_but_the_standard_library() -> None:
    script = (
        "import sys; before = set(sys.modules); import eyebright.policy; "
        "new = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(new - set(sys.stdlib_module_names) - {'eyebright'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(PACKAGE.parent)},
    )

    assert done.stdout.strip() == "[]"
