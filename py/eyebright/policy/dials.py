"""Which qualities make different files: AVIF has 64 quantisers for a hundred of them.

A search that steps from one quality to the next one that makes the same file has encoded for
nothing, and one that takes a quality for a step thinks the next file nearer than it is. So searches
go by places: the files that an encoder can make, numbered as its quality rises.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eyebright.values import Candidate, Trial

MOST_QUALITY = 100

NEIGHBOURS = 3
"""Places on each side whose mean spacing counts as the spacing at one."""


def _by_libavif_1_0(quality: int) -> int:
    """The quantiser of a quality: `avifQualityToQuantizer` of libavif 1.0 (lib/write.c)."""
    return ((100 - quality) * 63 + 50) // 100


def _by_libavif_1_4(quality: int) -> int:
    """As libavif 1.4 behaves: seen by the files of all qualities, the same for both pictures tried.

    Three quantisers for four qualities at the top, three for five below 54, one for two below 34.
    """
    if quality >= 54:
        return -(-3 * (100 - quality) // 4)
    if quality >= 34:
        return 35 + (6 * (54 - quality) + 5) // 10
    return min(63, 47 + (34 - quality + 1) // 2)


@dataclass(frozen=True, slots=True)
class Dial:
    """The files that an encoder can make, by the lowest quality that makes each."""

    firsts: tuple[int, ...]

    def place(self, quality: int) -> int:
        """The number of the file that a quality makes; the first one's below 1."""
        return max(0, bisect.bisect_right(self.firsts, quality) - 1)

    def quality(self, place: int) -> int:
        """The lowest quality that makes a file."""
        return self.firsts[place]

    def middle(self, place: int) -> float:
        """The mean of the qualities that make a file."""
        following = self.firsts[place + 1] if place + 1 < len(self.firsts) else MOST_QUALITY + 1
        return (self.firsts[place] + following - 1) / 2

    def nearest(self, quality: float) -> int:
        """The place whose qualities lie about one that need not be whole; of two the lower."""
        below = self.place(math.floor(quality))
        around = range(max(0, below - 1), min(len(self.firsts), below + 2))
        return min(around, key=lambda place: abs(self.middle(place) - quality))

    def spacing(self, place: int) -> float:
        """Qualities from one place to the next, thereabouts."""
        low, high = max(0, place - NEIGHBOURS), min(len(self.firsts) - 1, place + NEIGHBOURS)
        return (self.firsts[high] - self.firsts[low]) / (high - low)


def _dial(quantiser: Callable[[int], int]) -> Dial:
    return Dial(
        tuple(
            quality
            for quality in range(1, MOST_QUALITY + 1)
            if quality == 1 or quantiser(quality) != quantiser(quality - 1)
        )
    )


PLAIN = Dial(tuple(range(1, MOST_QUALITY + 1)))
"""Every quality makes a file of its own, or nearly every one."""

DIALS: Mapping[str, Dial] = {"avif6": _dial(_by_libavif_1_4), "avif7": _dial(_by_libavif_1_0)}
"""By format and the speed that CPython and the page usually ask for, the name by which they are
forecast, as nothing here tells the library. At another speed every quality counts as a file of its
own; with another library behind one of these a search may repeat a file or leave one untried, and
still meets the target."""


def dial_of(way: Candidate | Trial) -> Dial:
    return PLAIN if way.lossless else DIALS.get(f"{way.format}{way.speed}", PLAIN)
