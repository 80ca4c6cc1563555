"""Decisions are the same, byte for byte, in the newest CPython at hand.

200 generated cases and the golden file; all 2,000 with EYEBRIGHT_ALL_CASES=1, which
`build/check.py --all-cases` sets. The same cases run in Pyodide in e2e/test_policy_parity.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import make_golden
import parity_cases
import pytest

import eyebright

ALL_CASES, USUAL_CASES = 2_000, 200
COUNT = ALL_CASES if os.environ.get("EYEBRIGHT_ALL_CASES") else USUAL_CASES

MINORS = range(20, sys.version_info.minor, -1)
"""Newer versions of CPython to look for, the newest first."""

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"


def newest_python() -> str | None:
    """The newest CPython that starts, newer than this one."""
    for minor in MINORS:
        name = f"python3.{minor}"
        found = [shutil.which(name), *map(str, sorted(PYENV.glob(f"3.{minor}.*/bin/{name}")))]
        for path in filter(None, found):
            if subprocess.run([path, "-c", "0"], capture_output=True, check=False).returncode == 0:
                return path
    return None


def here() -> list[str]:
    return list(parity_cases.lines(COUNT, make_golden.GOLDEN.read_text(encoding="utf-8")))


def test_the_newest_python_decides_byte_for_byte_alike() -> None:
    python = newest_python()
    if python is None:
        pytest.skip(f"no CPython newer than 3.{sys.version_info.minor} is on this machine")
    command = [python, "-S", parity_cases.__file__, str(COUNT), str(make_golden.GOLDEN)]
    path = {"PYTHONPATH": str(Path(eyebright.__file__).parent.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=path)
    assert done.returncode == 0, done.stderr

    assert here() == done.stdout.splitlines()


def test_the_cases_are_many_different_decisions() -> None:
    made = [json.loads(line) for line in map(parity_cases.line, range(USUAL_CASES))]
    decided = [case["record"] for case in made if "record" in case]
    codes = {reason["code"] for record in decided for reason in record["plan"]["reasons"]}

    assert USUAL_CASES * 0.8 < len(decided) < USUAL_CASES
    assert len({record["cache_key"] for record in decided}) == len(decided)
    assert len(codes) > 15
    assert any(record["notes"] for record in decided)
