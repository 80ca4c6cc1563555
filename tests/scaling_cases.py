"""Pictures and sizes at which every method of resizing is compared, here and in Pyodide.

Made of whole numbers, so that they are the same everywhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import numpy as np

from eyebright.transform import METHODS, resize

WIDTH, HEIGHT = 240, 180
SIZES = {"photo": (97, 71), "lines": (60, 45), "clear": (101, 37), "deep": (53, 64)}
GOLDEN = "golden"
"""The picture whose results lie in tests/golden/scaling."""
GOLDEN_SIZE = (48, 36)


def pictures() -> dict[str, np.ndarray]:
    """Soft waves with grain, thin lines, a fading shape, 16 bits."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.uint32)
    grain = ((x * 374761393 + y * 668265263) ^ (x * y)) * 1274126177 >> np.uint32(27)
    waves = [(x * x // a + y * y // b) % 512 for a, b in ((90, 70), (130, 50), (75, 160))]
    soft = np.dstack([np.minimum(wave, 511 - wave) * 7 // 8 + grain for wave in waves])
    lines = np.where((x // 3 + y // 7) % 5 == 0, 24, np.where(x * 3 > y * 4, 250, 190))
    alpha = np.minimum(255, (x * x + 3 * y * y) // 180)
    photo = soft.astype(np.uint8)
    return {
        "photo": photo,
        "lines": np.dstack([lines, lines, 255 - lines // 2]).astype(np.uint8),
        "clear": np.dstack([photo, alpha.astype(np.uint8)]),
        "deep": (soft * 256 + np.dstack([grain * 8] * 3)).astype(np.uint16),
        GOLDEN: np.where(x[..., None] < WIDTH // 2, photo, np.dstack([lines] * 3)).astype(np.uint8),
    }


def made() -> Iterator[tuple[str, np.ndarray]]:
    """Each picture by each method, under a name of both."""
    for name, pixels in pictures().items():
        for method in METHODS:
            size = SIZES.get(name, GOLDEN_SIZE)
            yield f"{name}, {method}", resize(pixels, *size, method=method)


def as_json() -> str:
    """All that is made, for the way out of Pyodide."""
    return json.dumps({name: base64.b64encode(out.tobytes()).decode() for name, out in made()})
