"""What ways to make a picture smaller keep and cost: python build/bench_scaling.py --data DIR.

Pictures are cut to their middle, made smaller by each way at each ratio (--ratios) and compared:
`back` is SSIMULACRA2 (and PSNR) after a browser's bilinear filter has made them large again; `own`
the bytes of WebP at SSIMULACRA2 75 of the small picture itself; `shown` the bytes at an equal score
of what is shown large, that of Lanczos at its own 75; `light` how far the mean light is off, of
255. The rest is of made-up pictures (`scaling_marks.py`). Medians, by Lanczos where a share is
printed. What `policy/scaling.py` chooses rests on the half of the pictures that --half names.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "build"), str(ROOT / "models")]

from common.pictures import SUFFIXES, mixed  # noqa: E402 - after the path
from common.scaled import (  # noqa: E402 - after the path
    PEAK,
    Curve,
    enlarged,
    light_apart,
    log_bytes_at,
    psnr,
)
from eyebright.host.native import decoding, encoding  # noqa: E402 - after the path
from eyebright.kernels import srgb, tones  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.pipeline import analyse  # noqa: E402 - after the path
from eyebright.policy import writing  # noqa: E402 - after the path
from eyebright.policy.scaling import kind_of  # noqa: E402 - after the path
from eyebright.transform import METHODS, resize  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path
from scaling_marks import Marks, Pixels, Way, marks  # noqa: E402 - after the path

KINDS = ("photo", "graphic", "text")
"""As the policy tells the first two apart; text is what it takes as a photo, made to be read."""
SETS = (
    *("clic2025_validation_640px", "gb82_photo", "gb82_screen", "product_white_grocery"),
    *("chart_vegalite", "diagram_sysdesign", "screenshot_sysinternals", "sroie_receipts"),
)
"""Folders of pictures, two below that of the data."""
SIDE_PX = 576
"""Of the pictures, at most, from the middle."""
QUALITIES = (20, 45, 62, 75, 86, 94)
OWN_TARGET = 75.0
FIRST = "lanczos3"
SHARPENING = (-0.1, 0.1, 0.2, 0.4)
"""Amounts that are tried after Lanczos."""
PERCENT = 100


class Row(NamedTuple):
    """One way on one picture at one ratio."""

    back: float
    psnr: float
    light: float
    own: Curve
    shown: Curve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12, help="pictures of each set")
    parser.add_argument("--ratios", type=float, nargs="+", default=[1.5, 2.5, 5.0])
    parser.add_argument("--half", choices=["tuning", "held-out", "all"], default="all")
    parser.add_argument("--only", nargs="*", help="ways beside Lanczos")
    options = parser.parse_args()
    chosen = {n: w for n, w in ways().items() if not options.only or n in (FIRST, *options.only)}
    pictures = _by_kind(_pictures(options.data, options.count, options.half))
    for ratio in options.ratios:
        fonts = options.data / "fonts/latin_etc"
        _print_marks(ratio, {name: marks(way, ratio, fonts) for name, way in chosen.items()})
        for kind, paths in pictures.items():
            rows = [_compared(_middle(path), ratio, chosen) for path in paths]
            _print(f"{kind}, ratio {ratio:g}, {len(rows)} pictures ({options.half})", rows)


def ways() -> dict[str, Way]:
    """All methods in light; those that are defined on any values on codes, too; sharpening."""
    found: dict[str, Way] = {name: _way(name) for name in METHODS}
    codes = np.stack([np.arange(256) / 255] * 3)
    plain = tones.of_curves(codes, codes[:, :-1] + 0.5 / 255)
    on_codes = ("dpid-1", "dpid-0.5", "perceptual")
    found |= {f"{name} on codes": _way(name, plain) for name in on_codes}
    return found | {f"{FIRST}, sharp {a:g}": partial(_sharpened, amount=a) for a in SHARPENING}


def _way(name: str, curves: tones.Tones | None = None) -> Way:
    return partial(resize, curves=curves, method=name)


def _sharpened(pixels: Pixels, width: int, height: int, *, amount: float) -> Pixels:
    """By Lanczos; then so much of what a blur by 1 2 1 takes is added, in light."""
    light = srgb.to_linear(resize(pixels, width, height, method=FIRST) / PEAK)
    padded = np.pad(light, ((1, 1), (1, 1), (0, 0)), mode="edge")
    along = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    blurred = (along[:, :-2] + 2 * along[:, 1:-1] + along[:, 2:]) / 4
    return srgb.to_codes((light + amount * (light - blurred)).astype(np.float32))


def _pictures(data: Path, count: int, half: str) -> Iterator[Path]:
    """Of each set; split by the hash of their names, so that a picture stays on its side."""
    for folder in SETS:
        paths = [p for p in data.glob(f"*/{folder}/*") if p.suffix in SUFFIXES]
        yield from [p for p in sorted(paths, key=mixed) if half in ("all", _half(p))][:count]


def _by_kind(paths: Iterable[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in paths:
        facts = asyncio.run(analyse(path))
        kind = kind_of(facts)
        found["text" if kind == "photo" and writing.counts(facts) else kind].append(path)
    return {kind: paths for kind, paths in found.items() if paths}


def _half(path: Path) -> str:
    return ("tuning", "held-out")[hashlib.sha256(path.stem.encode()).digest()[0] % 2]


def _middle(path: Path) -> Pixels:
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    top, left = (max(0, (side - SIDE_PX) // 2) for side in pixels.shape[:2])
    return np.ascontiguousarray(pixels[top : top + SIDE_PX, left : left + SIDE_PX])


def _compared(pixels: Pixels, ratio: float, chosen: Mapping[str, Way]) -> dict[str, Row]:
    return {name: _row(pixels, ratio, way) for name, way in chosen.items()}


def _row(pixels: Pixels, ratio: float, way: Way) -> Row:
    height, width = pixels.shape[:2]
    small = way(pixels, round(width / ratio), round(height / ratio))
    back = enlarged(small, width, height)
    own, shown = [], []
    for quality in QUALITIES:
        data, decoded = _written(small, quality)
        size = float(np.log(len(data)))
        own.append((ssimulacra2(small, decoded), size))
        shown.append((ssimulacra2(pixels, enlarged(decoded, width, height)), size))
    return Row(
        back=ssimulacra2(pixels, back),
        psnr=psnr(pixels, back),
        light=light_apart(pixels, small),
        own=sorted(own),
        shown=sorted(shown),
    )


def _written(pixels: Pixels, quality: int) -> tuple[bytes, Pixels]:
    height, width = pixels.shape[:2]
    trial = Trial(format="webp", width=width, height=height, quality=quality, speed=4)
    data = encoding.encode(pixels, trial)
    return data, decoding.decode(data, "webp").pixels


def _score_at(curve: Curve, size: float) -> float:
    scores, sizes = zip(*sorted(curve, key=lambda point: point[1]), strict=True)
    return float(np.interp(size, sizes, scores))


def _print(title: str, rows: list[dict[str, Row]]) -> None:
    heads = ("back", "+/-", "better", "psnr", "+/-", "own %", "shown %", "light")
    print(f"\n== {title}\n{'':20}" + "".join(f"{head:>9}" for head in heads))
    for name in rows[0]:
        cells = np.nanmedian([_cells(row[name], row[FIRST]) for row in rows], axis=0)
        better = np.mean([row[name].back > row[FIRST].back for row in rows])
        cells = np.insert(cells, 2, better)
        print(f"{name:20}" + "".join(f"{cell:9.2f}" for cell in cells), flush=True)


def _cells(row: Row, first: Row) -> list[float]:
    own = np.expm1(log_bytes_at(row.own, OWN_TARGET) - log_bytes_at(first.own, OWN_TARGET))
    level = _score_at(first.shown, log_bytes_at(first.own, OWN_TARGET))
    shown = np.expm1(log_bytes_at(row.shown, level) - log_bytes_at(first.shown, level))
    return [
        *(row.back, row.back - first.back, row.psnr, row.psnr - first.psnr),
        *(PERCENT * own, PERCENT * shown, row.light),
    ]


def _print_marks(ratio: float, found: Mapping[str, Marks]) -> None:
    print(
        f"\n== made-up pictures, ratio {ratio:g}\n{'':20}"
        + "".join(f"{head:>10}" for head in Marks._fields)
    )
    for name, row in found.items():
        print(f"{name:20}" + "".join(f"{cell:10.3f}" for cell in row), flush=True)


if __name__ == "__main__":
    main()
