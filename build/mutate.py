"""Measure how many faults the tests of the policy notice: python build/mutate.py [MODULE...].

    python build/mutate.py                  all of the policy and of its records, hours
    python build/mutate.py decide search    those modules alone
    python build/mutate.py --show MODULE    the mutants of the last run that survived, as diffs

mutmut puts one small fault after the other into a copy (.cache/mutation) and runs the tests that
reach it, with few examples of each law, the same every time. What runs in a process of its own is
left out: it would not see the fault. Settings stand in pyproject.toml, [tool.mutmut].
Exit code 1 where fewer than LEAST_KILLED_PERCENT are killed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".cache" / "mutation"

LEAST_KILLED_PERCENT = 90.0
"""Of all mutants; those that mean the same as the original count as survivors, too."""

VALUES = frozenset({"records", "frozen"})
"""Modules beside the policy that make its values work; eyebright.values only declares them."""

ONLY = re.compile(r"^only_mutate = .*$", re.MULTILINE)

NOTICED = frozenset({1, 3, 36, 37, 24, -24, 152, 255})
"""Exit codes of a run that noticed: a failing test, or a run that never ended (mutmut's own and
those of SIGXCPU)."""

NOT_RUN = frozenset({None, 33, 34, 5, 2})
"""Codes of mutants that no test reached, or whose run was cut short."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("modules", nargs="*", help="such as decide; all where none is named")
    parser.add_argument("--show", action="store_true", help="print the last run's survivors")
    parser.add_argument("--max-children", type=int, default=1, help="mutants at a time")
    arguments = parser.parse_args()
    if arguments.show:
        show(arguments.modules)
        return
    prepare(arguments.modules)
    mutmut("run", "--max-children", str(arguments.max_children))
    if told(arguments.modules) < LEAST_KILLED_PERCENT:
        sys.exit(f"mutate: fewer than {LEAST_KILLED_PERCENT:g} % were killed")


def source_of(module: str) -> str:
    return f"src/eyebright/{'' if module in VALUES else 'policy/'}{module}.py"


def prepare(modules: list[str]) -> None:
    """Lay out a copy as mutmut wants it: the package under src/, the policy's tests beside it."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir(parents=True)
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "py" / "eyebright", SCRATCH / "src" / "eyebright", ignore=leave_out)
    for part in ("policy", "property"):
        shutil.copytree(ROOT / "tests" / part, SCRATCH / "tests" / part, ignore=leave_out)
    (SCRATCH / "tests" / "golden").mkdir()
    for golden in (ROOT / "tests" / "golden").glob("*.json"):
        shutil.copy(golden, SCRATCH / "tests" / "golden")
    for name in ("conftest.py", "test_frozen.py", "test_records.py"):
        shutil.copy(ROOT / "tests" / name, SCRATCH / "tests")
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    if modules:
        sources = json.dumps([source_of(module) for module in modules])
        settings = ONLY.sub(f"only_mutate = {sources}", settings)
    (SCRATCH / "pyproject.toml").write_text(settings, "utf-8")


def mutmut(*arguments: str) -> None:
    # A PYTHONPATH would win against mutmut's copy of the package.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=SCRATCH, env=environment, check=True
    )


def results() -> dict[str, dict[str, int | None]]:
    """Exit code of each mutant's run, by module and mutant."""
    found = {}
    for path in sorted((SCRATCH / "mutants").rglob("*.py.meta")):
        module = path.name.removesuffix(".py.meta")
        found[module] = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def told(modules: list[str]) -> float:
    """Print the figures by module; the share of killed mutants, percent."""
    sums: Counter[str] = Counter()
    for module, codes in results().items():
        if codes and (not modules or module in modules):
            killed = sum(code in NOTICED for code in codes.values())
            print(line(module, killed, len(codes)))
            sums.update(killed=killed, all=len(codes))
    share = 100 * sums["killed"] / max(1, sums["all"])
    print(line("together", sums["killed"], sums["all"]))
    return share


def line(what: str, killed: int, count: int) -> str:
    return f"{what:16} {killed:5} of {count:5} killed, {100 * killed / max(1, count):.1f} %"


def show(modules: list[str]) -> None:
    for module, codes in results().items():
        for name, code in codes.items():
            if code not in NOTICED and (not modules or module in modules):
                print(f"# {name}: {'not run' if code in NOT_RUN else 'survived'}")
                mutmut("show", name)


if __name__ == "__main__":
    main()
