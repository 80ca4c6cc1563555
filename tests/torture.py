"""Every file of a folder, hostile or odd, through Eyebright: `python tests/torture.py DIR`.

Each file must end in a valid result or in a typed error with a clear message, within 10 s and
1 GB. Prints how the files ended, and leaves with 1 where any did not. --browser runs them in
Chromium on the built site (python3 build/start.py --no-serve makes it), all in one tab.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "e2e"), str(ROOT / "build"), str(ROOT / "py")]

from hostile import native  # noqa: E402  # the folder is no package of the installation
from hostile.found import MB, Found, Limits, differences, held, table  # noqa: E402


def main(words: Sequence[str] | None = None) -> int:
    """0 where every file ended well."""
    options = _parser().parse_args(words)
    limits = Limits(seconds=options.seconds, memory_bytes=options.memory * MB)
    root = options.folder.resolve()
    paths = sorted(p for p in root.rglob("*") if p.is_file() and options.only in str(p))
    if not paths:
        print(f"{options.folder}: there is no file in it", file=sys.stderr)
        return 2
    started, found = time.monotonic(), []
    for one in _run(paths, root, limits, options):
        found.append(held(one, limits))
        if options.verbose or found[-1].failed:
            print(f"{one.path}: {found[-1].outcome}: {found[-1].said}", flush=True)
    print(table(found))
    print(f"{time.monotonic() - started:.0f} s in all")
    if options.save:
        _save(options.save, found)
    if options.compare:
        _compare(options.compare, found)
    return 1 if any(one.failed for one in found) else 0


def _run(
    paths: Sequence[Path], root: Path, limits: Limits, options: argparse.Namespace
) -> Iterator[Found]:
    if not options.browser:
        yield from native.run(paths, root, limits, options.jobs)
        return
    from hostile import tab  # noqa: PLC0415 - only where there is a browser

    yield from tab.run(paths, root, limits)


def _save(path: Path, found: Sequence[Found]) -> None:
    rows = [[one.path, one.outcome, one.said, one.seconds, one.peak_bytes] for one in found]
    path.write_text(json.dumps(rows, indent=1))


def _compare(path: Path, found: Sequence[Found]) -> None:
    rows = json.loads(path.read_text())
    before = [Found(path=name, outcome=outcome, said=said) for name, outcome, said, *_ in rows]
    lines = differences(before, found)
    print(f"{len(lines)} files ended otherwise in {path}:")
    print("\n".join(lines))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--browser", action="store_true", help="in Chromium, on the built site")
    parser.add_argument("--jobs", type=int, default=native.default_jobs(), help="files at once")
    parser.add_argument("--seconds", type=float, default=Limits().seconds, help="for each file")
    parser.add_argument("--memory", type=int, default=Limits().memory_bytes // MB, metavar="MB")
    parser.add_argument("--only", default="", metavar="TEXT", help="files whose path has it")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the outcomes, as JSON")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="with outcomes that were kept")
    parser.add_argument("--verbose", action="store_true", help="name every file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
