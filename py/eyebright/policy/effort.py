"""How much longer an encoder takes at one effort than at another, and which effort a mode wants.

`python build/settings.py DATA` measures both tables.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_SPEED = {"avif": 6, "webp": 4, "jxl": 7, "png": 2, "jpeg": 0}
"""The encoders' own defaults: libaom cpu-used 6, libwebp method 4, libjxl effort 7, oxipng -o 2."""

RELATIVE_TIME: Mapping[str, Mapping[int, float]] = {
    "avif": {4: 21.0, 5: 16.0, 6: 3.0, 7: 1.8, 8: 1.0, 9: 0.4},
    "jxl": {3: 1.0, 7: 13.0, 9: 77.0},
}
"""Time by that of AVIF at speed 8 and of JPEG XL at effort 3: the processor's on one core, for
photos near SSIMULACRA2 75. AVIF's is alike natively and in WebAssembly (22 and 21 at speed 4);
JPEG XL's is CPython's (in WebAssembly 4 at 7 and 21 at 9). WebP's methods differ by a third."""

PHOTO_SPEED = {"jxl": 3}
"""Of photos, where it is less than the usual one: 17 photos needed 2 to 4 % fewer bytes in JPEG XL
at effort 3 than at 7 in a tenth of the time, 13 graphics 3 to 14 % more (`build/settings.py`)."""

FAST_SPEED = {"avif": 9, "jxl": 3}
"""Of the fast mode, others as usual: AVIF at 9 takes a third of the time of 8 for 6 % more bytes,
JPEG XL at 3 a thirteenth of that of 7 for as many."""

BEST_SPEED = {"avif": 4, "webp": 6, "jxl": 9, "png": 4, "jpeg": 0}
"""Of the best mode: AVIF at 4 takes seven times as long as at 6 for 5 % fewer bytes, at 3 twice as
long again for 4 % less; WebP at 6 saves 4 %, JPEG XL at 9 and PNG at 4 save 1 % or less."""


def relative_time(name: str, speed: int, usual: int) -> float:
    """Time at `speed` by that at `usual`; 1 where no table tells."""
    table = RELATIVE_TIME.get(name, {})
    if not table:
        return 1.0
    return _nearest(table, speed) / _nearest(table, usual)


def from_slow_to_fast(name: str, first: int) -> tuple[int, ...]:
    """`first` and all known efforts that take less time, the slowest first."""
    table = RELATIVE_TIME.get(name, {})
    if not table:
        return (first,)
    most = _nearest(table, first)
    quicker = (speed for speed, time in table.items() if time < most)
    return (first, *sorted(quicker, key=lambda speed: -table[speed]))


def _nearest(table: Mapping[int, float], speed: int) -> float:
    return table[min(table, key=lambda known: abs(known - speed))]
