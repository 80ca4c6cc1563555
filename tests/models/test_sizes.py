"""The models' files are as small as they were asked to be."""

from __future__ import annotations

import pytest

from common import manifest

MOST_BYTES = {
    "artefacts": 60_000,
    "content": 15_000,
    "downscale": 30_000,
    "faces": 110_000,
    "predictors": 200_000,
    "saliency": 320_000,
    "text": 300_000,
}
"""Asked for by issues 5 to 7; content's is that of a network on features, downscale's of 25,000
parameters."""

MOST_TOGETHER = 1_200_000


def sizes() -> dict[str, int]:
    entries = manifest.read()
    return {name: (manifest.MODELS / one["file"]).stat().st_size for name, one in entries.items()}


def test_every_model_has_its_limit() -> None:
    assert set(MOST_BYTES) == set(sizes())


@pytest.mark.parametrize("name", MOST_BYTES)
def test_a_model_is_within_its_size_and_the_manifest_tells_it(name: str) -> None:
    found = sizes()[name]

    assert found <= MOST_BYTES[name]
    assert manifest.read()[name]["bytes"] == found


def test_all_models_together_are_within_theirs() -> None:
    assert sum(sizes().values()) <= MOST_TOGETHER
