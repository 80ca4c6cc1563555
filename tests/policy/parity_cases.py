"""Made-up cases and the records of their decisions, the same in every Python.

    python tests/policy/parity_cases.py COUNT [GOLDEN]

prints one record a line: COUNT generated cases, then those of the golden file, then what comes of
its searches. Nothing here uses
`random`, `hash` or the order of a set: numbers are drawn from SHA-256 of a case's number and the
name of what is drawn. Imports only the standard library and `eyebright.policy`, so that it runs in
a bare Pyodide, too; `golden_searches.py` lies beside it there.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import golden_searches

from eyebright.errors import PolicyError
from eyebright.policy import bucketed, canonical_json, explain, read_headers, record, verify_record
from eyebright.policy.content import BUILT_IN
from eyebright.policy.files import load_policies
from eyebright.values import (
    CONTENTS_SEEN,
    FORMATS,
    Artefacts,
    Box,
    Capabilities,
    Facts,
    Goal,
    Plan,
    TextLine,
)

T = TypeVar("T")

VERSIONS = {"eyebright": "0.1.0", "kernels": "compiled", "encoders": {"avif": "libaom"}}

ACCEPTS = (
    "image/jxl,image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "image/webp,image/apng,image/*,*/*;q=0.8",
    "image/avif;q=0,image/webp;q=0.5,*/*",
    "image/png;q=1.0,image/*;q=0.001",
    "*/*",
    "text/html",
    'image/avif;q=2,,;;,image/web\u00fc,"open',
)

HINTS = {
    "Sec-CH-DPR": ("1", "1.5", "2.625", "1.100000023841858", "0", "2;a=b"),
    "DPR": ("1", "3.0", "x"),
    "Sec-CH-Width": ("1", "320", "1680", "99999"),
    "Viewport-Width": ("360", "1280.0", "1.5"),
    "Device-Memory": ("0.25", "1", "4", "16", "-1"),
    "Save-Data": ("on", "?1", "off", ""),
    "Sec-CH-Prefers-Reduced-Data": ('"reduce"', "no-preference", "3"),
    "ECT": ("slow-2g", "2g", "3g", "4g", "5g"),
    "RTT": ("0", "50", "300", "3600"),
    "Downlink": ("0.025", "0.4", "1.35", "10", "0"),
}


class Draw:
    """Choices for one case, each by its own name."""

    def __init__(self, case: int) -> None:
        self._case = case

    def number(self, name: str) -> int:
        """Evenly spread over 64 bits."""
        digest = hashlib.sha256(f"{self._case}/{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big")

    def between(self, name: str, least: int, most: int) -> int:
        return least + self.number(name) % (most - least + 1)

    def chance(self, name: str, percent: int) -> bool:
        return self.number(f"{name}?") % 100 < percent

    def one(self, name: str, options: Sequence[T]) -> T:
        return options[self.number(name) % len(options)]

    def some(self, name: str, options: Sequence[T]) -> list[T]:
        return [option for option in options if self.chance(f"{name}/{option}", 50)]

    def fraction(self, name: str, most: float) -> float:
        """With all digits that a float has, so that their printing is compared, too."""
        return self.number(name) / 2**64 * most


def facts(draw: Draw) -> Facts:
    width, height = draw.between("width", 1, 9000), draw.between("height", 1, 9000)
    side = draw.between("face", 1, min(width, height))
    face = Box(x=width - side, y=height - side, width=side, height=side)
    return Facts(
        format=draw.one("format", ("jpeg", "png", "webp", "gif", "avif", "tiff")),
        width=width,
        height=height,
        size_bytes=draw.between("bytes", 1, 20_000_000),
        sha256=hashlib.sha256(str(draw.number("source")).encode()).hexdigest(),
        frames=draw.one("frames", (1,) * 15 + (24,)),
        bit_depth=draw.one("depth", (8,) * 9 + (16,)),
        transparent_permille=draw.one("alpha", (0, 0, 0, 1, 400)),
        flat_permille=draw.between("flat", 0, 1000),
        colours=draw.between("colours", 1, 4096),
        edge_permille=draw.between("edge", 0, 1000),
        detail_centibits=draw.between("detail", 0, 800),
        text_heights_px=tuple(draw.some("text", (5, 12, 40))),
        faces=(face,) if draw.chance("faces", 30) else (),
        dominant_rgb=(draw.between("r", 0, 255), 128, 0) if draw.chance("rgb", 50) else (),
        text_lines=tuple(
            TextLine(x=0, y=0, width=1, height=1, x_height_px=h)
            for h in draw.some("lines", (6, 13, 30))
        ),
        text_permille=draw.one("text share", (0, 9, 39, 40, 300)),
        seen_content=draw.one("seen", ("", *CONTENTS_SEEN)),
        content_confidence_permille=draw.one("sure", (None, 300, 990)),
        artefacts=artefacts(draw) if draw.chance("artefacts", 50) else None,
        models={"faces": draw.one("model", ("1", "fallback"))},
        saliency=tuple(draw.between(f"cell {at}", 0, 31) for at in range(256))
        if draw.chance("saliency", 40)
        else (),
        subject=face if draw.chance("subject", 10) else None,
    )


def artefacts(draw: Draw) -> Artefacts:
    return Artefacts(
        jpeg_quality=draw.between("jpeg", 0, 100),
        blockiness_permille=draw.between("blocks", 0, 1000),
        noise_centi=draw.between("noise", 0, 2500),
        blur_permille=draw.between("blur", 0, 1000),
        banding_permille=draw.between("bands", 0, 1000),
    )


def goal(draw: Draw) -> Goal:
    contents = ("auto", "general", "product", "art", "screenshot", "medical", "legal", "cat")
    return Goal(
        content=draw.one("content", contents[: 7 + draw.chance("cat", 3)]),
        target=draw.fraction("target", 100) if draw.chance("target", 30) else None,
        max_width=draw.between("max_width", 1, 4000) if draw.chance("max_width", 40) else None,
        max_bytes=draw.between("max_bytes", 1, 10**6) if draw.chance("max_bytes", 20) else None,
        formats=tuple(draw.some("formats", FORMATS)) or None,
        purpose=draw.one("purpose", ("convert", "upload", "serve")),
        context=draw.one("context", ("", "hero", "gallery", "social")),
        forbid=tuple(draw.some("forbid", ("lossy", "scale"))) if draw.chance("forbid", 15) else (),
        views=draw.between("views", 1, 10_000),
        layout_widths=tuple(draw.some("layout", (320, 640))) if draw.chance("layout", 20) else (),
        variants=draw.one("variants", (0, 0, 3)),
        placeholder=draw.one("placeholder", ("", "dominant", "lqip")),
        mode=draw.one("mode", ("auto", "auto", "fast", "best")),
        crop=draw.one("crop", ("1:1", "4:5", "16:9", "9:16", "640x200"))
        if draw.chance("crop", 25)
        else "",
        crop_box=Box(x=0, y=0, width=1, height=1) if draw.chance("crop box", 5) else None,
        focal_permille=(draw.between("focus", 0, 1000), 500) if draw.chance("focus", 10) else (),
    )


def machine(draw: Draw) -> Capabilities:
    return Capabilities(
        encode=FORMATS if draw.chance("jxl", 50) else Capabilities().encode,
        encode_ms_per_mp={name: draw.fraction(f"encode/{name}", 9000) for name in FORMATS[:3]},
        quick_ms_per_mp=dict.fromkeys(draw.some("quick", ("jpeg", "webp")), 30.0),
        battery_saving=draw.chance("battery", 10),
    )


def headers(draw: Draw) -> list[tuple[str, str]]:
    sent = [("Accept", draw.one("accept", ACCEPTS))] if draw.chance("accept", 90) else []
    return sent + [
        (name, draw.one(name, values)) for name, values in HINTS.items() if draw.chance(name, 40)
    ]


def line(case: int) -> str:
    """The record of one case, its explanation, and what a server makes of a changed one."""
    draw = Draw(case)
    negotiated = read_headers(headers(draw), machine(draw))
    able = negotiated.capabilities
    able = bucketed(able) if draw.chance("bucketed", 50) else able
    given, wanted = facts(draw), goal(draw)
    try:
        made = record(given, wanted, able, notes=negotiated.notes, versions=VERSIONS)
    except PolicyError as exc:
        return canonical_json({"case": case, "refused": str(exc)})
    other = verify_record(made, given.replace(size_bytes=1), wanted, able).to_dict()
    return canonical_json({"record": made.to_dict(), "says": explain(made), "other": other})


def golden_line(row: dict[str, Any], policy_files: dict[str, str]) -> str:
    """The record of one case of the golden file."""
    name = row["policies"]
    try:
        made = record(
            Facts.from_dict({"sha256": "", **row["facts"]}),
            Goal.from_dict(row["goal"]),
            Capabilities.from_dict(row["capabilities"]),
            policies=load_policies(policy_files[name]) if name else BUILT_IN,
        )
    except PolicyError as exc:
        return canonical_json({"refused": str(exc)})
    return made.to_json()


def search_line(row: dict[str, Any], policy_files: dict[str, str]) -> str:
    """What comes of one search of the golden file."""
    if "facts" not in row:
        return canonical_json(golden_searches.searched(row, golden_searches.plan_of(row)))
    made = json.loads(golden_line(row, policy_files))
    if "refused" in made:
        return canonical_json(made)
    return canonical_json(golden_searches.searched(row, Plan.from_dict(made["plan"])))


def lines(count: int, golden: str) -> Iterator[str]:
    """Records of `count` generated cases, then of the golden file's text, then its searches."""
    yield from map(line, range(count))
    document = json.loads(golden)
    for row in document["decisions"]:
        yield golden_line(row, document["policies"])
    for row in document["searches"]:
        yield search_line(row, document["policies"])


if __name__ == "__main__":
    count_given, golden_path = sys.argv[1:]
    for text in lines(int(count_given), Path(golden_path).read_text(encoding="utf-8")):
        sys.stdout.write(text + "\n")
