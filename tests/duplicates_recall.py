"""How well are duplicates found (run: python tests/duplicates_recall.py DIR).

For every picture of DIR: recall of its re-encodes, scaled and brightened copies, crops apart; then
all pairs of different pictures, of which none may match. Prints a table; exit code 1 on a miss of
the targets (recall .99, no false pair).
"""

# ruff: noqa: T201 - a script that prints

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "py"))

from eyebright.duplicates import (  # noqa: E402 - after the path
    LEAST_QUALITY,
    NEAR_BITS,
    Fingerprint,
    distance,
    fingerprint,
)

RECALL = 0.99

Change = Callable[[Image.Image], Image.Image]


def saved(name: str, quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        out = io.BytesIO()
        image.save(out, name, quality=quality, **({"speed": 9} if name == "AVIF" else {}))
        return Image.open(out).convert("RGB")

    return change


def scaled(factor: float) -> Change:
    return lambda image: image.resize(
        (max(1, round(image.width * factor)), max(1, round(image.height * factor))),
        Image.Resampling.BICUBIC,
    )


def brightened(factor: float) -> Change:
    return lambda image: image.point(lambda value: min(255, round(value * factor)))


def cropped(share: float) -> Change:
    """That share is cut from every side's length, half at each end."""
    return lambda image: image.crop(
        (
            round(image.width * share / 2),
            round(image.height * share / 2),
            round(image.width * (1 - share / 2)),
            round(image.height * (1 - share / 2)),
        )
    )


CHANGES: dict[str, Change] = {
    "JPEG 30": saved("JPEG", 30),
    "JPEG 75": saved("JPEG", 75),
    "WebP 30": saved("WEBP", 30),
    "AVIF 40": saved("AVIF", 40),
    "scale 0.25": scaled(0.25),
    "scale 0.5": scaled(0.5),
    "scale 2": scaled(2),
    "brightness -10 %": brightened(0.9),
    "brightness +10 %": brightened(1.1),
}
CROPS: dict[str, Change] = {"crop 5 %": cropped(0.05), "crop 10 %": cropped(0.10)}


def of(image: Image.Image) -> Fingerprint:
    return fingerprint(np.asarray(image))


def main(folder: Path) -> int:
    images = [Image.open(p).convert("RGB") for p in sorted(folder.rglob("*")) if _picture(p)]
    prints = [of(image) for image in images]
    used = [i for i, p in enumerate(prints) if p.quality >= LEAST_QUALITY]
    print(f"{len(images)} pictures, {len(used)} of quality {LEAST_QUALITY} or more")
    missed = False
    for name, change in {**CHANGES, **CROPS}.items():
        bits = [distance(prints[i].pdq, of(change(images[i])).pdq) for i in used]
        recall = sum(b <= NEAR_BITS for b in bits) / len(bits)
        print(f"{name:18} recall {recall:.3f}  median {np.median(bits):.0f}  most {max(bits)}")
        missed = missed or (name in CHANGES and recall < RECALL)
    missed = _false_pairs([prints[i] for i in used]) > 0 or missed
    return 1 if missed else 0


def _false_pairs(prints: list[Fingerprint]) -> int:
    upright = [distance(a.pdq, b.pdq) for a, b in combinations(prints, 2)]
    turned = [min(distance(t, b.pdq) for t in a.turned) for a, b in combinations(prints, 2)]
    for name, bits in (("upright", upright), ("turned", turned)):
        false = sum(b <= NEAR_BITS for b in bits)
        print(
            f"{len(bits)} pairs {name}: {false} false, least {min(bits)}, mean {np.mean(bits):.1f}"
        )
    return sum(b <= NEAR_BITS for b in (*upright, *turned))


def _picture(path: Path) -> bool:
    return path.suffix.lower() in {".webp", ".png", ".jpg", ".jpeg", ".avif"}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
