"""What each encoder's settings gain and cost: python build/settings.py DATA [--only FORMAT].

Each way to encode is tried at a ladder of qualities on crops of pictures of all kinds (--count N)
and compared with the first one of its format at equal SSIMULACRA2: median bytes, the mean, and the
worst tenth of the pictures; and the processor's time, by the first one's and in milliseconds per
megapixel. What the tables of settings (`policy/effort.py`, `policy/formats.py`, the hosts) choose
rests on this. Ways of "site" are the built site's WebAssembly under Node, the others CPython's.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import imagecodecs
import numpy as np
import numpy.typing as npt
import pyvips
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "models")]

from common.pictures import pictures  # noqa: E402 - after the path
from common.site_codecs import SiteCodecs  # noqa: E402 - after the path
from eyebright.host.native import decoding, encoding, libvips  # noqa: E402 - after the path
from eyebright.metrics import ssimulacra2  # noqa: E402 - after the path
from eyebright.policy.effort import DEFAULT_SPEED  # noqa: E402 - after the path
from eyebright.policy.forecasts import QUICK  # noqa: E402 - after the path
from eyebright.values import Trial  # noqa: E402 - after the path

QUALITIES = {
    "avif": (24, 40, 50, 60, 72, 84, 93),
    "webp": (18, 40, 58, 72, 84, 92, 97),
    "jpeg": (25, 45, 60, 73, 83, 90, 96),
    "jxl": (20, 40, 55, 68, 79, 88, 95),
}
SCORES = (65, 75, 85)
SIDE_PX = 384
"""Of the crops, from the middle."""

PHOTOS = ("pristine", "saliency")
WORST_SHARE = 90
"""Percentile of the bytes' ratio that tells what may go wrong."""

Pixels = npt.NDArray[np.uint8]
Encode = Callable[[Pixels, int], bytes]
Curve = list[tuple[float, float]]
"""(score, natural logarithm of the bytes), rising."""


class Way(NamedTuple):
    """One way to write a format."""

    format: str
    name: str
    encode: Encode
    clock: Callable[[], float] = time.process_time
    """Of the process that encodes, seconds."""


class Tried(NamedTuple):
    """A way on one picture."""

    curve: Curve
    ms_per_mp: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--only", choices=sorted(QUALITIES))
    options = parser.parse_args()
    found: dict[str, list[tuple[Path, dict[str, Tried]]]] = {}
    ways = [way for way in _ways() if options.only in (None, way.format)]
    for path in pictures(options.data, options.count):
        pixels = _middle(path)
        for name in dict.fromkeys(way.format for way in ways):
            tried = {way.name: _tried(way, pixels) for way in ways if way.format == name}
            found.setdefault(name, []).append((path, tried))
        print(path.name, file=sys.stderr)
    for name, rows in found.items():
        for kind, chosen in _kinds(options.data, rows).items():
            _print(f"{name}, {len(chosen)} of {kind}", chosen)


def _ways() -> Iterator[Way]:
    site = SiteCodecs()
    for speed, chroma in ((7, "444"), (7, "420"), (6, "444"), (8, "444"), (9, "444")):
        way = Trial(format="avif", width=0, height=0, speed=speed, subsampling=chroma)
        yield Way("avif", f"site speed {speed} {chroma}", _as(way, site.encode), site.cpu_seconds)
    for speed, chroma in (*((s, "444") for s in (6, 3, 4, 5, 7, 8, 9)), (6, "420")):
        way = Trial(format="avif", width=0, height=0, speed=speed, subsampling=chroma)
        yield Way("avif", f"speed {speed} {chroma}", _as(way, encoding.encode))
    for tune in ("ssim", "psnr"):
        yield Way("avif", f"speed 6 444 tune {tune}", partial(_tuned_avif, tune=tune))
    for name in ("webp", "jpeg"):
        quick = Trial(format=name, width=0, height=0, speed=DEFAULT_SPEED[name], encoder=QUICK)
        site_way = quick.replace(encoder="")
        yield Way(name, "site", _as(site_way, site.encode), site.cpu_seconds)
        yield Way(name, "quick", _as(quick, encoding.encode))
    for method in (4, 2, 6):
        yield Way("webp", f"method {method} sharp", partial(_webp, method=method, sharp=True))
    yield Way("webp", "method 4", partial(_webp, method=4, sharp=False))
    yield Way("jpeg", "trellis, progressive 420", partial(_jpeg))
    yield Way("jpeg", "trellis, progressive 444", partial(_jpeg, subsample_mode="off"))
    yield Way("jpeg", "progressive", partial(_jpeg, trellis_quant=False))
    yield Way("jpeg", "trellis, scans not optimised", partial(_jpeg, optimize_scans=False))
    yield Way("jpeg", "trellis, baseline", partial(_jpeg, interlace=False, optimize_scans=False))
    for effort in (7, 3, 5, 8, 9):
        yield Way("jxl", f"effort {effort}", partial(_jxl, effort=effort, tier=0))
    yield Way("jxl", "effort 7, decoding tier 2", partial(_jxl, effort=7, tier=2))


def _as(way: Trial, encode: Callable[[Pixels, Trial], bytes]) -> Encode:
    def encoded(pixels: Pixels, quality: int) -> bytes:
        height, width = pixels.shape[:2]
        return encode(pixels, way.replace(width=width, height=height, quality=quality))

    return encoded


def _tuned_avif(pixels: Pixels, quality: int, *, tune: str) -> bytes:
    out = io.BytesIO()
    advanced = {"tune": tune}
    Image.fromarray(pixels).save(
        out, "AVIF", quality=quality, speed=6, subsampling="4:4:4", advanced=advanced
    )
    return out.getvalue()


def _webp(pixels: Pixels, quality: int, *, method: int, sharp: bool) -> bytes:
    written: bytes = _vips(pixels).webpsave_buffer(
        Q=quality, effort=method, smart_subsample=sharp, keep="none"
    )
    return written


def _jpeg(pixels: Pixels, quality: int, **changed: Any) -> bytes:
    usual = {
        "interlace": True,
        "optimize_coding": True,
        "optimize_scans": True,
        "trellis_quant": True,
        "overshoot_deringing": True,
        "quant_table": libvips.MOZJPEG_QUANT_TABLE,
        "subsample_mode": "on",
    }
    written: bytes = _vips(pixels).jpegsave_buffer(Q=quality, keep="none", **{**usual, **changed})
    return written


def _vips(pixels: Pixels) -> Any:
    height, width, channels = pixels.shape
    return pyvips.Image.new_from_memory(pixels.data, width, height, channels, "uchar")


def _jxl(pixels: Pixels, quality: int, *, effort: int, tier: int) -> bytes:
    distance = encoding.jxl_distance(quality)
    return bytes(
        imagecodecs.jpegxl_encode(pixels, effort=effort, distance=distance, decodingspeed=tier)
    )


def _middle(path: Path) -> Pixels:
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"))
    top, left = (max(0, (side - SIDE_PX) // 2) for side in pixels.shape[:2])
    return np.ascontiguousarray(pixels[top : top + SIDE_PX, left : left + SIDE_PX])


def _tried(way: Way, pixels: Pixels) -> Tried:
    curve: Curve = []
    seconds = 0.0
    for quality in QUALITIES[way.format]:
        start = way.clock()
        data = way.encode(pixels, quality)
        seconds += way.clock() - start
        shown = decoding.decode(data, way.format).pixels
        curve.append((ssimulacra2(pixels, shown), float(np.log(len(data)))))
    megapixels = len(curve) * pixels.shape[0] * pixels.shape[1] / 1e6
    return Tried(sorted(curve), 1000 * seconds / megapixels)


def _at(curve: Curve, score: float) -> float:
    """Logarithm of the bytes at a score; NaN beyond the curve."""
    scores, sizes = zip(*curve, strict=True)
    return float(np.interp(score, scores, sizes, left=np.nan, right=np.nan))


def _kinds(
    data: Path, rows: list[tuple[Path, dict[str, Tried]]]
) -> dict[str, list[dict[str, Tried]]]:
    found: dict[str, list[dict[str, Tried]]] = {"photos": [], "graphics": []}
    for path, tried in rows:
        folder = path.relative_to(data)
        is_photo = folder.parts[0] in PHOTOS and "screen" not in folder.parts[1]
        found["photos" if is_photo or "product" in str(folder) else "graphics"].append(tried)
    return found


def _print(title: str, rows: list[dict[str, Tried]]) -> None:
    print(f"\n== {title}: bytes at equal score over the first's (median, mean, worst tenth), time")
    if not rows:
        return
    first = next(iter(rows[0]))
    for name in rows[0]:
        cells = [_cell(name, first, score, rows) for score in SCORES]
        slower = np.median([row[name].ms_per_mp / row[first].ms_per_mp for row in rows])
        spent = np.median([row[name].ms_per_mp for row in rows])
        print(f"{name:32} {'  '.join(cells)}  time {slower:.2f}, {spent:.0f} ms")


def _cell(name: str, first: str, score: float, rows: list[dict[str, Tried]]) -> str:
    logs = [_at(row[name].curve, score) - _at(row[first].curve, score) for row in rows]
    ratios = np.exp([log for log in logs if not np.isnan(log)])
    if not ratios.size:
        return f"at {score}: none"
    worst = np.percentile(ratios, WORST_SHARE)
    return f"at {score}: {np.median(ratios):.3f} {ratios.mean():.3f} {worst:.3f}"


if __name__ == "__main__":
    main()
