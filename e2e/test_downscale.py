"""The page's network makes the same small picture as the command line's."""

from __future__ import annotations

import io

import numpy as np
from helpers import here
from helpers.engine import Engine
from PIL import Image
from skimage import data as samples

from eyebright import Goal, optimise

GOAL = {"max_width": 300, "scaling": "learned", "formats": ["png"]}
"""PNG is lossless here, so that the picture itself is compared; it is made in four tiles."""

MOST_APART = 1
"""Codes: the two runtimes' sums may fall on both sides of a half."""


def codes(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def test_page_and_command_line_downscale_alike(engine: Engine) -> None:
    out = io.BytesIO()
    Image.fromarray(samples.astronaut()).save(out, "PNG")

    there, report = engine.optimise("photo.png", out.getvalue(), dict(GOAL))
    ours = here.run(optimise(out.getvalue(), Goal.from_dict(GOAL)))

    assert report["versions"]["models"]["downscale"] == ours.report.versions["models"]["downscale"]
    assert report["versions"]["models"]["downscale"] != "fallback"
    assert codes(there).shape == (300, 300, 3)
    assert np.abs(codes(there) - codes(ours.data)).max() <= MOST_APART
