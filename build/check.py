"""Set up everything and run all checks and tests, a real browser included.

    python3 build/check.py [--fast]

Every check runs even if one before it failed; the tests come last, so that pytest's summary line
ends the output. --fast leaves out the browser and the tests marked slow. Exit code 0 only if all
passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import javascript
from environment import PYTHON, ROOT, StepFailed, run, run_script, step
from start import build

PYTHON_FOLDERS = ("py", "build", "tests", "e2e", "models", "web")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names under which Chromium is found on a PATH."""

OWN_BROWSER = "EYEBRIGHT_CHROMIUM"
"""Environment variable: which Chromium to use. The tests read it too."""

ALL_CASES = "EYEBRIGHT_ALL_CASES"
"""Environment variable of the parity tests: set, they decide every case that there is."""

PROCESSES = ("--numprocesses=2", "--dist=loadfile", "--max-worker-restart=0")
"""Of the tests: each of the two drives a browser of its own, which keeps two cores busy.

The process of a test that hangs is ended (`timeout` in pyproject.toml). Another would be given the
same test first, and so on: the run ends with it.
"""

IN_OUR_ORDER = "--no-loadscope-reorder"
"""The longest files first, as e2e/conftest.py has them; else those of most tests would be."""

ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: print(p.chromium.executable_path)"
)


def checks() -> dict[str, Callable[[], None]]:
    """What is checked before the tests, by name."""
    return {
        "ruff check": lambda: run([tool("ruff"), "check", *python_folders()]),
        "ruff format": lambda: run([tool("ruff"), "format", "--check", *python_folders()]),
        "mypy": lambda: run([tool("mypy")]),
        "mypy for Pyodide": lambda: run([tool("mypy"), "--platform", "emscripten"]),
        "mypy on the build's scripts": lambda: run([tool("mypy"), *build_scripts()]),
        "mypy on the models' scripts": check_models,
        "mypy on the page": lambda: run([tool("mypy"), *page_modules()]),
        "import contracts": lambda: run([tool("lint-imports")]),
        "spelling": lambda: run([tool("codespell")]),
        "JavaScript": check_javascript,
        "coverage of the policy": check_coverage,
    }


def python_folders() -> list[str]:
    return [folder for folder in PYTHON_FOLDERS if any((ROOT / folder).rglob("*.py"))]


def build_scripts() -> list[str]:
    return [str(p) for p in sorted((ROOT / "build").glob("*.py"))]


def check_models() -> None:
    """Types of the models' scripts, a folder at a time: each has its own net, train and so on."""
    folder = ROOT / "models"
    run([tool("mypy"), "--package", "common"])
    for one in (folder, *sorted(path for path in folder.iterdir() if path.name != "common")):
        scripts = [str(path) for path in sorted(one.glob("*.py"))]
        if scripts:
            run([tool("mypy"), *scripts])


def page_modules() -> list[str]:
    """The page's own Python: no package, so that its folder is the root of its imports."""
    return ["--explicit-package-bases", "web/main.py", "web/page"]


def tool(name: str) -> str:
    return str(PYTHON.with_name(name))


def check_javascript() -> None:
    """Syntax of every file of web/ by Node, types (JSDoc) by TypeScript."""
    files = sorted((ROOT / "web").rglob("*.js"))
    for file in files:
        check_syntax(file)
    workers = [file for file in files if file.name.endswith(("worker.js", "sw.js"))]
    check_types("worker", workers, ["webworker", "webworker.asynciterable"])
    check_types(
        "page", [f for f in files if f not in workers], ["dom", "dom.iterable", "dom.asynciterable"]
    )


def check_coverage() -> None:
    """Every branch of the policy is reached by its own tests and laws, few examples of each."""
    slow = ("test_golden_tables.py", "test_parity.py")
    run(
        [
            *(str(PYTHON), "-m", "pytest", "--quiet", "--hypothesis-profile=mutation"),
            *(f"--ignore=tests/policy/{name}" for name in slow),
            *("--cov=eyebright.policy", "--cov=eyebright.values"),
            *("--cov=eyebright.records", "--cov=eyebright.frozen", "--cov-branch"),
            *("--cov-report=term-missing:skip-covered", "--cov-fail-under=100"),
            *("tests/policy", "tests/property", "tests/test_records.py", "tests/test_frozen.py"),
        ]
    )


def check_syntax(file: Path) -> None:
    """Raises StepFailed where Node cannot parse the file as a module."""
    command = ["node", "--input-type=module", "--check"]
    done = subprocess.run(command, input=file.read_bytes(), capture_output=True, check=False)
    if done.returncode:
        raise StepFailed(f"{file.relative_to(ROOT)}: {done.stderr.decode()}")


def check_types(name: str, files: list[Path], environment: list[str]) -> None:
    """Check these files and what they import against the interfaces of one environment."""
    project = javascript.settings(name, files, environment, noEmit=True)
    run(["node", str(javascript.typescript()), "--project", str(project)])


def find_browser() -> str | None:
    """Path of a Chromium that is there."""
    own = os.environ.get(OWN_BROWSER)
    if own:
        return own
    on_path = (shutil.which(name) for name in BROWSERS)
    return next((found for found in on_path if found), None) or playwrights_browser()


def playwrights_browser() -> str | None:
    command = [str(PYTHON), "-c", ASK_PLAYWRIGHT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and Path(path).exists() else None


def obtain_browser() -> str:
    """Path of a Chromium, installed if need be. Raises StepFailed with what to do."""
    found = find_browser()
    if found:
        return found
    try:
        install_browser()
    except StepFailed as exc:
        raise StepFailed(
            f"no Chromium: install one (apt-get install chromium) or set {OWN_BROWSER} to its path"
        ) from exc
    found = find_browser()
    if not found:
        raise StepFailed(f"no Chromium after installing it: set {OWN_BROWSER} to its path")
    return found


def install_browser() -> None:
    """Debian's package as root, else Playwright's own build for this user."""
    if shutil.which("apt-get") and is_root():
        run(["apt-get", "update", "--quiet"])
        run(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium"])
    else:
        run([str(PYTHON), "-m", "playwright", "install", "chromium"])


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def test(*, fast: bool) -> None:
    """The tests of CPython, then those in the browser, whose summary closes the run.

    Two processes: Playwright keeps an event loop running, in which `asyncio.run` would fail.
    """
    if fast:
        pytest("-m", "not slow and not e2e", "README.md", "tests")
        return
    os.environ[OWN_BROWSER] = obtain_browser()
    on_cpython = passes("tests on CPython", lambda: pytest("README.md", "tests"))
    print("=> tests in the browser", flush=True)
    pytest(IN_OUR_ORDER, "e2e")
    if not on_cpython:
        raise StepFailed("tests on CPython failed")


def pytest(*what: str) -> None:
    """A file's tests stay in one process, so that they share what the file sets up."""
    run([str(PYTHON), "-m", "pytest", *PROCESSES, *what])


def failures(checks: Mapping[str, Callable[[], None]]) -> list[str]:
    """Names of those that failed. Mypy's share a cache: one after another, beside the rest."""
    typed = [what for what in checks if what.startswith("mypy")]
    others = [what for what in checks if what not in typed]
    with ThreadPoolExecutor() as pool:
        halves = pool.map(
            lambda half: [what for what in half if not passes(what, checks[what])], (others, typed)
        )
        return [what for half in halves for what in half]


def passes(what: str, check: Callable[[], None]) -> bool:
    try:
        with step(what):
            check()
    except StepFailed as exc:
        print(f"   {what} FAILED: {exc}", flush=True)
        return False
    return True


def build_package() -> None:
    with step("JavaScript libraries of the tests (.cache/javascript)"):
        run_script("javascript")
    with step("npm package (dist/npm)"):
        run_script("npm")


def check_all(*, fast: bool) -> None:
    """Raises StepFailed if anything failed."""
    build("check", uses=("site", "check"))
    build_package()
    failed = failures(checks())
    if failed:
        print(f"=> FAILED before the tests: {', '.join(failed)}", flush=True)
    print("=> tests", flush=True)
    test(fast=fast)
    if failed:
        raise StepFailed(f"{', '.join(failed)} failed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--fast", action="store_true", help="no browser, no slow tests")
    parser.add_argument(
        "--all-cases", action="store_true", help="2,000 cases of the policy's parity, not 200"
    )
    arguments = parser.parse_args()
    if arguments.all_cases:
        os.environ[ALL_CASES] = "1"
    try:
        check_all(fast=arguments.fast)
    except StepFailed as exc:
        sys.exit(f"check: {exc}")


if __name__ == "__main__":
    main()
