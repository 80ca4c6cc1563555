"""What a small picture is worth: shown at the source's size, and in bytes."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from PIL import Image

from eyebright.metrics import ssimulacra2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common.scaled import Pixels, enlarged, log_bytes_at, psnr

OWN_TARGET = 75.0
"""SSIMULACRA2 of an encode of the Lanczos picture against that picture itself."""

QUALITIES = 20, 98
"""Among which WebP's is sought; its sizes between two whole ones are interpolated."""


class Shown(NamedTuple):
    """Of a small picture as it is, scaled up by a browser's bilinear filter."""

    ssimulacra2: float
    psnr: float


def shown(source: Pixels, small: Pixels) -> Shown:
    height, width = source.shape[:2]
    wide = enlarged(small, width, height)
    return Shown(ssimulacra2(source, wide), psnr(source, wide))


Scored: TypeAlias = Callable[[Pixels], float]


class Encodes:
    """A small picture as WebP at any quality, each made once."""

    def __init__(self, small: Pixels) -> None:
        self._small = small
        self._made: dict[int, tuple[int, Pixels]] = {}

    def at(self, quality: int) -> tuple[int, Pixels]:
        """Bytes, and what is shown."""
        if quality not in self._made:
            stream = io.BytesIO()
            Image.fromarray(self._small).save(stream, "WEBP", quality=quality, method=4)
            decoded = np.asarray(Image.open(stream).convert("RGB"))
            self._made[quality] = stream.tell(), decoded
        return self._made[quality]

    def bytes_at_own(self, target: float) -> tuple[float, int]:
        """Bytes where it scores `target` against itself, and the quality next to it."""
        return self._sought(lambda decoded: ssimulacra2(self._small, decoded), target)

    def bytes_at_shown(self, target: float, source: Pixels) -> float:
        """Bytes where it scores `target` scaled up against the source; NaN where none does."""
        told = self._sought(lambda decoded: shown(source, decoded).ssimulacra2, target)
        return told[0]

    def _sought(self, scored: Scored, target: float) -> tuple[float, int]:
        least, most = QUALITIES
        scores = {quality: scored(self.at(quality)[1]) for quality in QUALITIES}
        if not scores[least] <= target <= scores[most]:
            return float("nan"), most if target > scores[most] else least
        while most - least > 1:
            middle = (least + most) // 2
            scores[middle] = scored(self.at(middle)[1])
            least, most = (middle, most) if scores[middle] < target else (least, middle)
        between = [(scores[quality], math.log(self.at(quality)[0])) for quality in (least, most)]
        return math.exp(log_bytes_at(between, target)), most
