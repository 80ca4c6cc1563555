"""Facts that were kept are used again only while the analysis is the same."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json

import numpy as np
from PIL import Image
from skimage import data as samples

from eyebright import intake
from eyebright.analyse import ANALYSIS_VERSION, seeing, statistics
from eyebright.host.base import Pixels
from eyebright.host.fake import FakeHost

EXPECTED = ("6", "fda2c917c97d10fe")
"""The version, and the SHA-256 of what it tells. Where the latter changes, raise the former."""

INEXACT = ("saliency", "focal_permille", "spread_permille")
"""Of floating-point numbers, which other machines may round elsewhere."""

OF_THE_FILE = ("sha256", "size_bytes")


def told(pixels: Pixels) -> dict[str, object]:
    """What statistics and all fallbacks tell of a picture."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    facts = statistics.facts(intake.read(out.getvalue(), name="picture.png"), pixels)
    seen = asyncio.run(seeing.see(FakeHost(), facts, pixels)).facts.to_dict()
    return {key: seen[key] for key in seen if key not in INEXACT + OF_THE_FILE}


def test_another_analysis_has_another_version() -> None:
    page = np.repeat(samples.page()[..., None], 3, axis=2)

    both = json.dumps([told(page), told(samples.astronaut())], sort_keys=True)

    assert (ANALYSIS_VERSION, hashlib.sha256(both.encode()).hexdigest()[:16]) == EXPECTED
