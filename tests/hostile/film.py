"""Whether an animation shows what it showed before, as Pillow plays both."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

MOST_STEPS = 24.0
"""Mean difference, of 255, of a moment of both: far above any encode that reaches its target,
far below that of another frame or of a blank one."""

DURATION_TOLERANCE = 0.02
"""Share of the whole time: GIF counts hundredths of a second, WebP thousandths."""

SAMPLES = 7
"""Moments that are looked at, spread over the whole time."""


def faults_in_film(original: bytes, delivered: bytes) -> str:
    """What differs in time or look, in words; nothing where both play alike."""
    try:
        before = list(_timeline(original))
    except (OSError, ValueError, EOFError, SyntaxError):
        return ""  # Pillow does not play the original: nothing to compare with
    after = list(_timeline(delivered))
    total, told = before[-1][0], after[-1][0]
    if len(after) > 1 and abs(total - told) > max(20.0, DURATION_TOLERANCE * total):
        return f"it lasted {total:.0f} ms and lasts {told:.0f} ms"
    for part in range(SAMPLES):
        moment = (part + 0.5) / SAMPLES
        difference = _difference(_at(before, moment * total), _at(after, moment * told))
        if difference > MOST_STEPS:
            return f"at {moment * total:.0f} ms it differs by {difference:.0f} of 255"
    return ""


def _timeline(data: bytes) -> Iterator[tuple[float, Pixels]]:
    """The end of each frame in milliseconds, and what it shows over white."""
    end = 0.0
    with Image.open(io.BytesIO(data)) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            image.load()
            end += max(1.0, float(image.info.get("duration", 0) or 0))
            shown = Image.new("RGBA", image.size, "white")
            shown.alpha_composite(image.convert("RGBA"))
            yield end, np.asarray(shown.convert("RGB"))


def _at(timeline: list[tuple[float, Pixels]], moment_ms: float) -> Pixels:
    return next((shown for end, shown in timeline if moment_ms < end), timeline[-1][1])


def _difference(first: Pixels, second: Pixels) -> float:
    if first.shape != second.shape:
        return 255.0
    return float(np.abs(first.astype(np.int16) - second).mean())
