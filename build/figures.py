"""Write README's figures from build/figures.json: python build/figures.py [--take FILE].

--take FILE      first put in what `bench.py --json FILE` measured; other figures stay
--machine WORDS  with --take: on what it ran, and what else ran there
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "build" / "figures.json"
README = ROOT / "README.md"
HEADING, NEXT_HEADING = "## Measured\n", "\n## "

OPTIONS = {"pictures": "--images DIR --limit 12 --peers", "page": "--page", "speed": "--speed"}
"""Of bench.py, by what they measure. `memory` comes from e2e/test_promises.py
and test_memory.py, and from tests/test_memory.py."""

SAFE = ", the smallest fixed quality that holds 75 on 95 %"

TOOLS = {
    "eyebright auto": "Eyebright, automatic",
    "eyebright fast": "Eyebright, fast",
    "eyebright best": "Eyebright, best",
    "eyebright in the page": "Eyebright in the page (Chromium)",
    "eyebright page fast": "Eyebright in the page (Chromium), fast",
    "webp binary search": "WebP, seven-step binary search between 50 and 95",
    "avif safe": "AVIF {}" + SAFE,
    "webp safe": "WebP {}" + SAFE,
    "jpeg safe": "JPEG {} (mozjpeg)" + SAFE,
    "avif 50": "AVIF 50",
    "webp 75": "WebP 75",
    "jpeg 75": "JPEG 75 (mozjpeg)",
    "browser-image-compression": "browser-image-compression 2.0.2 (WebP 0.75)",
    "compressorjs": "compressorjs 1.3.0 (WebP 0.75)",
}
"""The tools that README shows, by the start of their names in the bench. Left out are the rows of
one format to the target."""

Json = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--take", type=Path)
    parser.add_argument("--machine", help="needed with --take")
    options = parser.parse_args()
    figures = json.loads(FIGURES.read_text("utf-8"))
    if options.take:
        if not options.machine:
            parser.error("say with --machine on what it was measured")
        figures |= taken(json.loads(options.take.read_text("utf-8")), options.machine)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    README.write_text(with_section(README.read_text("utf-8"), section(figures)), "utf-8")


def taken(measured: Json, machine: str) -> Json:
    """The bench's results as they are kept: one row for a tool, not one for a picture."""
    found = dict(measured)
    if "pictures" in found:
        found["pictures"] = summary(found["pictures"])
    return {name: {"machine": machine, "found": found[name]} for name in OPTIONS if name in found}


def summary(rows: list[Json]) -> list[Json]:
    """Bytes in sum, the lowest score, the scores' standard deviation, the median of encodes."""
    tools = dict.fromkeys(row["tool"] for row in rows)
    return [_summed(tool, [row for row in rows if row["tool"] == tool]) for tool in tools]


def _summed(tool: str, rows: list[Json]) -> Json:
    scores = [row["score"] for row in rows]
    return {
        "tool": tool,
        "pictures": len(rows),
        "bytes": sum(row["bytes"] for row in rows),
        "lowest": round(min(scores), 1),
        "sd": round(statistics.pstdev(scores), 1),
        "encodes": statistics.median(row["encodes"] for row in rows),
    }


def with_section(readme: str, text: str) -> str:
    """README with its figures replaced."""
    before, _heading, after = readme.partition(HEADING)
    _old, heading, rest = after.partition(NEXT_HEADING)
    return f"{before}{HEADING}\n{text}{heading}{rest}"


def section(figures: Json) -> str:
    """What stands under README's heading."""
    makers = {"pictures": _pictures, "page": _page, "memory": _memory, "speed": _speed}
    return "\n".join(make(figures[name]) for name, make in makers.items())


def _command(name: str, machine: str) -> str:
    return f"`python build/bench.py {OPTIONS[name]}`, {machine}"


def _pictures(kept: Json) -> str:
    lines = [
        f"{_command('pictures', kept['machine'])}; target 75, bytes in sum:",
        "",
        "| | bytes | lowest score | spread (SD) | encodes (median) |",
        "|---|---|---|---|---|",
    ]
    for start, label in TOOLS.items():
        for row in kept["found"]:
            if row["tool"].startswith(start):
                name = label.format(row["tool"].removeprefix(start).strip())
                lines.append(
                    f"| {name} | {row['bytes']:,} | {row['lowest']} | {row['sd']} "
                    f"| {row['encodes']:g} |"
                )
    return "\n".join(lines) + "\n"


def _page(kept: Json) -> str:
    cold, warm = kept["found"]["cold"], kept["found"]["warm"]
    return (
        f"{_command('page', kept['machine'])}: in a browser at rest a photo of one megapixel is "
        f"done {cold['seconds']:.1f} s after navigation on the first visit, which transfers "
        f"{cold['bytes'] / 1e6:.1f} MB, and {warm['seconds']:.1f} s on the next; the aims are 4 s, "
        f"12 MB and 1.5 s. The tab took {max(cold['peak_mb'], warm['peak_mb']):.0f} MiB.\n"
    )


def _memory(kept: Json) -> str:
    found = kept["found"]
    return (
        f"A {found['megapixels']}-megapixel JPEG took up to {found['peak_gb']} GB of the tab's "
        f"memory, one of 48 megapixels on its way to 1600 pixels {found['scaled_peak_gb']} GB "
        f"there and {found['native_peak_gb']} GB on CPython, {kept['machine']}; the aim is 1 GB.\n"
    )


def _speed(kept: Json) -> str:
    lines = [
        f"{_command('speed', kept['machine'])}:",
        "",
        "| | CPython | Pyodide |",
        "|---|---|---|",
    ]
    rows = kept["found"]
    for label, key, digits in (
        ("ms per megapixel", "ms_per_mp", 0),
        ("bytes per pixel", "bytes_per_px", 1),
        ("ms", "ms", 2),
    ):
        wanted = [row for row in rows if key in row and row.get("side_px") in {None, 1024}]
        for what in dict.fromkeys(row["what"] for row in wanted):
            by_place = {row["where"]: row[key] for row in wanted if row["what"] == what}
            cells = (f"{by_place[where]:.{digits}f}" for where in ("CPython", "Pyodide"))
            lines.append(f"| {what}, {label} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
