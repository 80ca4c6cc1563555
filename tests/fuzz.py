"""Fuzz the parsers (run: python tests/fuzz.py [--minutes 10] [FILE...]).

Needs atheris, which runs on Linux: pip install "atheris==3.0.0". Starts from the seeds, keeps what
it learns in .cache/fuzz, and ends with 1 at the first input that raises what nobody expects, takes
longer than SLOW_S or more than MOST_MB; that input is kept beside. With FILEs, only these are run.
"""

# ruff: noqa: T201 - a script that prints

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("py", "tests/metadata", "tests/fuzzing")]

KEPT = ROOT / ".cache" / "fuzz"

SLOW_S = 5
"""Seconds for one input, whose code runs several times slower when traced."""

MOST_MB = 1024

LONGEST_BYTES = 8192
"""Headers and blocks are shorter; longer inputs would only be slower."""


def main(arguments: list[str]) -> int:
    asked = _parser().parse_args(arguments)
    try:
        import atheris  # noqa: PLC0415 - only where it is used
    except ImportError:
        print('atheris is missing: pip install "atheris==3.0.0" (Linux)', file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["eyebright"]):
        from fuzz_targets import run  # noqa: PLC0415 - instrumented while imported
    for path in asked.files:
        run(path.read_bytes())
    if asked.files:
        return 0
    atheris.Setup([sys.argv[0], *_options(asked.minutes)], run)
    atheris.Fuzz()  # which ends the program
    return 0


def _options(minutes: float) -> list[str]:
    from fuzz_seeds import seeds  # noqa: PLC0415 - after what they use was instrumented
    from fuzz_targets import input_for  # noqa: PLC0415

    corpus, first = KEPT / "corpus", KEPT / "seeds"
    for folder in (corpus, first):
        folder.mkdir(parents=True, exist_ok=True)
    for target, inputs in seeds().items():
        for name, data in inputs.items():
            (first / f"{target}-{name}").write_bytes(input_for(target, data))
    return [
        f"-max_total_time={round(60 * minutes)}",
        f"-timeout={SLOW_S}",
        f"-rss_limit_mb={MOST_MB}",
        f"-max_len={LONGEST_BYTES}",
        f"-artifact_prefix={KEPT}/found-",
        str(corpus),
        str(first),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Fuzz what reads files before any decoder does.")
    parser.add_argument("--minutes", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("files", nargs="*", type=Path, help="inputs to run once more")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
