"""The command line: `eyebright optimise | score | analyse | crops | decide | serve`.

Exit codes: 0 all done, 1 some inputs failed (each named on stderr, the others done), 2 wrong use;
as shells have it, 130 when interrupted and 141 when nobody reads the output any more.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

from eyebright.cli.failures import WrongUse
from eyebright.cli.parser import WRONG_USE, build_parser

INTERRUPTED = 128 + 2  # SIGINT
PIPE_CLOSED = 128 + 13  # SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; wrong use raises SystemExit(2) as argparse does."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    _let_any_name_be_printed()
    warnings.filterwarnings("ignore", module=r"PIL\.")  # what matters of it is in our own messages
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except WrongUse as exc:
        parser.exit(WRONG_USE, f"eyebright: {exc}\n")
    except KeyboardInterrupt:
        print("eyebright: interrupted; what was finished is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more at exit; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return code


def _let_any_name_be_printed() -> None:
    """File names need not be valid in the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
