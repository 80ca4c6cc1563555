"""Options by which a crop is wished, and the file in which choices are remembered."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from eyebright.cli.failures import WrongUse, failure_of, printable
from eyebright.cli.files import replace_file
from eyebright.errors import PolicyError
from eyebright.policy.crops.choices import Choices, read_choices
from eyebright.values import Box


def add_choice_options(parser: argparse.ArgumentParser) -> None:
    """--focal, --box and --choices: where somebody wants the crop."""
    parser.add_argument(
        "--focal",
        metavar="X,Y",
        type=_focal,
        default=(),
        help="your own focal point, per cent of width and height: 50,33.3",
    )
    parser.add_argument(
        "--box",
        metavar="X,Y,W,H",
        type=_box,
        help="your own region in pixels of the picture as shown; it wins over all",
    )
    parser.add_argument(
        "--choices",
        metavar="FILE",
        type=Path,
        help="JSON file of choices by the hashes of their pictures, used where none is given",
    )


def read_choices_of(path: Path | None) -> Choices:
    """Empty where there is no file yet; raises WrongUse for one that holds no choices."""
    if path is None:
        return {}
    try:
        return read_choices(json.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return {}
    except OSError as exc:
        raise WrongUse(f"--choices {_named(path)}: {failure_of(path, exc).message}") from exc
    except PolicyError as exc:
        raise WrongUse(f"--choices {_named(path)}: {exc}") from exc
    except (ValueError, RecursionError) as exc:  # no JSON, or nested without end
        raise WrongUse(f"--choices {_named(path)}: this is no JSON: {exc}") from exc


def write_choices(path: Path, choices: Choices) -> None:
    """Raises WrongUse where the file cannot be written."""
    document = {sha256: chosen.to_dict() for sha256, chosen in choices.items()}
    try:
        replace_file(path, (json.dumps(document, indent=2) + "\n").encode())
    except OSError as exc:
        raise WrongUse(f"--choices {_named(path)}: {failure_of(path, exc).message}") from exc


def _named(path: Path) -> str:
    return printable(str(path))


def _focal(text: str) -> tuple[int, int]:
    try:
        x, y = (round(10 * float(part)) for part in text.split(","))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text or 'nothing'} is no point; write it like 50,33.3"
        ) from None
    if not (0 <= x <= 1000 and 0 <= y <= 1000):
        raise argparse.ArgumentTypeError(
            f"{text} is beside the picture; write per cent of its width and height, 0 to 100"
        )
    return x, y


def _box(text: str) -> Box:
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text or 'nothing'} is no region; write it like 0,0,640,480"
        ) from None
    return Box(x=x, y=y, width=width, height=height)
