"""Every figure of every model, on pictures that it never saw, as one table.

    python models/evaluate.py --data ../shared/data [--model NAME ...] [--readme]

The figures are those of each model's own evaluate.py, which may read what its prepare.py packed;
where that is missing, prepare.py runs first. Those of content and predictors are of a
cross-validation's networks, which their train.py leaves; where it did not run, that is said.
Milliseconds are the processor's, for one photo: here, and in onnxruntime-web under Node, of the
network alone. --readme writes what was asked for into README.md, too; of other models it keeps what
stands there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from agree import compare
from common import manifest
from common.modules import MODELS, load
from common.pictures import pictures
from common.rows import Row
from common.web import Tensor
from eyebright import downscale
from eyebright.analyse import looks, statistics
from eyebright.analyse.looks import View
from eyebright.intake import read

ROOT = MODELS.parent
PACKED = Path(".cache/models")

PREPARED = {"faces": "data.npz", "predictors": "wholes.npz", "text": "test.npz"}
"""What evaluate.py reads of what prepare.py packs, by model."""

TRAINED = {"content": "crossed.npz", "predictors": "folds.npz"}
"""What evaluate.py reads of what train.py leaves, by model."""

FROM_PACKED = frozenset({"faces", "predictors"})
"""Models whose `rows` is given what prepare.py packed; the others' the data sets."""

BEGIN, END = "<!-- models: begin -->", "<!-- models: end -->"
"""Around the tables in README.md."""

SHOWN = {"downscale": "at 1/2"}
"""Of models with more figures than a front page holds, what the splits shown there name; the card
has the others."""

HEADS = ("model", "pictures", "what", "value", "asked for", "simple means")
COSTS = ("model", "version", "kB", "ms, CPython", "ms, WebAssembly")

Table = list[tuple[str, ...]]


def figures(data: Path, models: Iterable[str]) -> list[Row]:
    """The rows of these models, in their order. Stops where one was not trained."""
    wanted = tuple(models)
    for name in wanted:
        make_ready(name, data)
    found: list[Row] = []
    for name in wanted:
        found += load(name, "evaluate").rows(PACKED / name if name in FROM_PACKED else data)
    return found


def make_ready(name: str, data: Path) -> None:
    """See that what the model's evaluate.py reads is there."""
    if name in PREPARED and not (PACKED / name / PREPARED[name]).exists():
        prepare(name, data)
    if name in TRAINED and not (PACKED / name / TRAINED[name]).exists():
        scripts = " and ".join(f"models/{name}/{script}.py" for script in ("prepare", "train"))
        sys.exit(
            f"evaluate: the figures of {name} need {PACKED / name / TRAINED[name]}; run {scripts} "
            "first, or name other models with --model"
        )


def prepare(name: str, data: Path) -> None:
    """Pack the data of one model, where its script says."""
    script = MODELS / name / "prepare.py"
    subprocess.run([sys.executable, str(script), "--data", str(data)], check=True)


def table(rows: Iterable[Row]) -> Table:
    return [
        HEADS,
        *(
            (
                *(row.model, row.split, row.metric, f"{row.value:.3g}", row.target),
                "" if row.baseline_value is None else f"{row.baseline_value:.3g} ({row.baseline})",
            )
            for row in rows
        ),
    ]


def is_shown(row: Row) -> bool:
    """Whether README has it: something was asked for, and it is of what is shown of its model."""
    return bool(row.target) and SHOWN.get(row.model, "") in row.split


def costs(data: Path, models: Iterable[str]) -> Table:
    """Size and speed of each model, on the first photo that there is."""
    given = inputs(next(path for path in pictures(data, 100) if "photo" in str(path.parent)))
    made: Table = [COSTS]
    for name in models:
        entry = manifest.read()[name]
        times = compare(MODELS / entry["file"], given[name]) if name in given else None
        ms = (f"{times.native_ms:.1f}", f"{times.web_ms:.1f}") if times else ("", "")
        made.append((name, entry["version"], f"{entry['bytes'] / 1000:.0f}", *ms))
    return made


def inputs(path: Path) -> dict[str, Mapping[str, Tensor]]:
    """What each model takes of one picture; the downscaler, of a tile of its half."""
    pixels = np.asarray(Image.open(path).convert("RGB"))
    view = View(pixels, statistics.facts(read(path.read_bytes(), name=path.name), pixels))
    given = {look.name: look.prepare(view) for look in looks.LOOKS}
    side = min(downscale.TILE_PX, *(length // 2 for length in pixels.shape[:2]))
    seen = downscale.views(pixels, *(length // 2 for length in pixels.shape[1::-1]))
    given[downscale.NAME] = downscale.inputs(seen, (slice(0, side), slice(0, side)))
    return {name: tensors for name, tensors in given.items() if tensors is not None}


def printed(rows: Table) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def markdown(rows: Table) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def parsed(text: str) -> list[Table]:
    """The tables of a text that `markdown` wrote."""
    tables = [block.splitlines() for block in text.split("\n\n")]
    cells = [[tuple(line[2:-2].split(" | ")) for line in lines if line] for lines in tables]
    return [[rows[0], *rows[2:]] for rows in cells if rows]


def merged(made: Table, kept: Iterable[Table], models: Iterable[str]) -> Table:
    """What was made of these models, and what a table of the same heads keeps of all others."""
    measured = set(models)
    others = [name for name in manifest.read() if name not in measured]
    old = next((one for one in kept if one[0] == made[0]), None)
    if others and old is None:
        sys.exit(
            f"evaluate: README has no table of {', '.join(made[0])} to keep the figures of "
            f"{', '.join(others)} from; run it without --model"
        )
    rows = [*made[1:], *(row for row in (old or [])[1:] if row[0] in others)]
    order = list(manifest.read())
    return [made[0], *sorted(rows, key=lambda row: order.index(row[0]))]


def write_readme(
    tables: Iterable[Table], models: Iterable[str], path: Path = ROOT / "README.md"
) -> None:
    """Put the tables of these models between the marks; rows of other models stay."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    if not after:
        sys.exit(f"evaluate: {path.name} has not both {BEGIN} and {END}; put them back")
    measured, kept = list(models), parsed(old.strip())
    body = "\n\n".join(markdown(merged(one, kept, measured)) for one in tables)
    path.write_text(f"{before}{BEGIN}\n{body}\n{END}{after}", "utf-8")


def main() -> None:
    layout = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", action="append", choices=sorted(manifest.read()))
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    models = options.model or list(manifest.read())
    rows, spent = figures(options.data, models), costs(options.data, models)
    print("\n\n".join(printed(one) for one in (table(rows), spent)))
    if options.readme:
        write_readme([table(row for row in rows if is_shown(row)), spent], models)


if __name__ == "__main__":
    main()
