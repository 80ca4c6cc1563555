"""Measure the downscaler beside the classical methods, on pictures that it never saw.

    python models/downscale/evaluate.py --data DIR [--model FILE.onnx] [--count 24]

Test pictures are those of prepare.py: as many photos and as many drawn ones (screenshots, charts,
diagrams) as --count says. The simple means beside each figure is the best classical method's, in
that figure. Without --model it is the file that ships. Takes some minutes.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from chart import CONTRASTS, EDGES, Method, alias, overshoot
from measures import OWN_TARGET, Encodes, shown
from prepare import DRAWN, PHOTOS, read, split_files

from eyebright import downscale
from eyebright.transform import METHODS, resize

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from common.pictures import mixed  # noqa: E402 - after the path
from common.rows import Row, show  # noqa: E402
from common.runtime import onnxruntime  # noqa: E402
from common.scaled import Pixels, light_apart  # noqa: E402

COUNT = 24
RATIOS = (1.5, 2.0, 3.0, 4.0)

LEARNED, BASE = "learned", "lanczos3"


class Learned:
    """The model, tile by tile, as the runtime asks it."""

    def __init__(self, model: Path) -> None:
        self._session = onnxruntime.InferenceSession(model)

    def __call__(self, pixels: Pixels, width: int, height: int) -> Pixels:
        seen = downscale.views(pixels, width, height)
        made = np.empty_like(seen.classical)
        for place in downscale.tiles(width, height):
            (small,) = self._session.run(["small"], downscale.inputs(seen, place))
            made[place] = downscale.read({"small": small}, seen.classical[place])
        return downscale.finished(made, seen)


class Figures(NamedTuple):
    """Of one small picture; bytes are shares of those of the Lanczos picture."""

    ssimulacra2: float
    psnr: float
    bytes_shown: float
    """Where it is as good, scaled up, as the Lanczos picture encoded to OWN_TARGET."""
    bytes_own: float
    """Each encoded to OWN_TARGET against itself."""
    code_shift: float
    """Most that the mean of a channel differs from the Lanczos picture's, in codes."""
    light_shift: float
    """Most that the mean light of a channel differs from the source's, of 255."""


def main() -> None:
    parser = argparse.ArgumentParser(description="measure the downscaler")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=HERE / "downscale.onnx")
    parser.add_argument("--count", type=int, default=COUNT)
    options = parser.parse_args()
    show(rows(options.data, options.model, options.count))


def rows(data: Path, model: Path = HERE / "downscale.onnx", count: int = COUNT) -> list[Row]:
    """The card's figures. `data` is the folder of the data sets."""
    ways = methods(model)
    found = drawn_rows(ways)
    for kind, folders in (("photos", PHOTOS), ("drawn", DRAWN)):
        files = sorted(split_files(data, folders)["test"], key=mixed)[:count]
        for ratio in RATIOS:
            told = [measured(read(file), ratio, ways) for file in files]
            found += compared(f"{kind} at 1/{ratio:g}", told)
    return found


def methods(model: Path) -> dict[str, Method]:
    """By name: the learned one first."""
    return {LEARNED: Learned(model)} | {name: partial(resize, method=name) for name in METHODS}


def measured(source: Pixels, ratio: float, ways: Mapping[str, Method]) -> dict[str, Figures]:
    """By method."""
    size = [max(1, round(side / ratio)) for side in source.shape[1::-1]]
    small = {name: way(source, *size) for name, way in ways.items()}
    lanczos = Encodes(small[BASE])
    own, quality = lanczos.bytes_at_own(OWN_TARGET)
    target = shown(source, lanczos.at(quality)[1]).ssimulacra2
    reached = lanczos.bytes_at_shown(target, source)
    told = {}
    for name, picture in small.items():
        seen, encodes = shown(source, picture), Encodes(picture)
        told[name] = Figures(
            ssimulacra2=seen.ssimulacra2,
            psnr=seen.psnr,
            bytes_shown=encodes.bytes_at_shown(target, source) / reached,
            bytes_own=encodes.bytes_at_own(OWN_TARGET)[0] / own,
            code_shift=float(np.abs((picture - 0.0 - small[BASE]).mean((0, 1))).max()),
            light_shift=light_apart(picture, source),
        )
    return told


def compared(split: str, told: Sequence[Mapping[str, Figures]]) -> list[Row]:
    """Means over pictures; differences are to Lanczos3, beside those of the best classical way.

    Each is over the pictures of which every method has that figure; how many stands behind `split`.
    """
    pictures = {name: np.array([_beside(one[name], one[BASE]) for one in told]) for name in told[0]}
    common = np.isfinite(list(pictures.values())).all(axis=0)
    gains = {
        name: Figures(*np.nanmean(np.where(common, figures, np.nan), axis=0))
        for name, figures in pictures.items()
    }
    counts = Figures(*common.sum(axis=0))
    others = {name: gain for name, gain in gains.items() if name != LEARNED}
    found, own = [], gains[LEARNED]

    def add(metric: str, key: str, target: str, best: str) -> None:
        value = float(getattr(own, key))
        of = f"{split} ({getattr(counts, key):g})"
        row = partial(Row, model=downscale.NAME, split=of, metric=metric, value=value)
        found.append(
            row(target=target, baseline=best, baseline_value=float(getattr(others[best], key)))
        )

    def best(key: str, sign: int) -> str:
        return max(others, key=lambda name: sign * float(getattr(others[name], key)))

    add("SSIMULACRA2 over Lanczos3's", "ssimulacra2", ">= .5", best("ssimulacra2", 1))
    add("dB over Lanczos3's", "psnr", ">= .3", best("psnr", 1))
    add("bytes at equal score shown, %", "bytes_shown", "<= -2", best("bytes_shown", -1))
    add("bytes at 75 against itself, %", "bytes_own", "", best("bytes_own", -1))
    add("mean colour, codes from Lanczos3's", "code_shift", "<= .2", BASE)
    add("mean light, of 255 from the source's", "light_shift", "<= .2", BASE)
    return found


def _beside(one: Figures, base: Figures) -> Figures:
    """Scores as differences, bytes in percent more."""
    return one._replace(
        ssimulacra2=one.ssimulacra2 - base.ssimulacra2,
        psnr=one.psnr - base.psnr,
        bytes_shown=100 * (one.bytes_shown - 1),
        bytes_own=100 * (one.bytes_own - 1),
    )


def drawn_rows(ways: Mapping[str, Method]) -> list[Row]:
    """Overshoot and moiré, which are not to be beyond those of Lanczos3."""
    found = []
    for ratio in RATIOS:
        for contrast in CONTRASTS:
            told = [alias(ways[name], ratio, contrast) for name in (LEARNED, BASE)]
            split = f"zone plate of {contrast:g} at 1/{ratio:g}"
            found.append(_limited(split, "moire, codes", told))
        worst = [
            max(overshoot(ways[name], ratio, edge) for edge in EDGES) for name in (LEARNED, BASE)
        ]
        found.append(_limited(f"edges at 1/{ratio:g}", "overshoot, codes", worst))
    return found


def _limited(split: str, metric: str, told: Sequence[float]) -> Row:
    limit = f"<= {math.ceil(100 * told[1]) / 100:g}"
    return Row(
        model=downscale.NAME,
        split=split,
        metric=metric,
        value=float(told[0]),
        target=limit,
        baseline=BASE,
        baseline_value=float(told[1]),
    )


if __name__ == "__main__":
    main()
