"""Set up everything and serve the page on loopback.

    python3 build/start.py [--port N] [--no-serve]

Needs Python >= 3.11, npm, and a network that reaches the package registries; a second run takes
seconds and needs no network. Each step is a script that also runs alone, with .venv's Python.
"""

from __future__ import annotations

import argparse
import sys

from environment import StepFailed, prepare, run_script, step


def build(lock: str, *, uses: tuple[str, ...] = ("site",)) -> None:
    """Everything that is needed to serve: environment, outside files, kernels, site."""
    with step("Python environment (.venv)"):
        prepare(lock)
    with step("Outside files (.cache/vendor)"):
        run_script("vendor", *(f"--use={use}" for use in uses))
    with step("Compiled kernels"):
        run_script("kernels")
    with step("Wheel for this machine (dist/wheels)"):
        run_script("wheel", "--native")
    with step("Site (dist/site); the first time, compressing it takes two minutes"):
        run_script("site")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, help="default: the first free one from 8000")
    parser.add_argument("--no-serve", action="store_true", help="only build")
    chosen = parser.parse_args()
    try:
        build("start")
        if not chosen.no_serve:
            run_script("serve", *([] if chosen.port is None else [f"--port={chosen.port}"]))
    except StepFailed as exc:
        sys.exit(f"start: {exc}")
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as shells count


if __name__ == "__main__":
    main()
