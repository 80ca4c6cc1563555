"""The perceptual hash: what it must bear, what it must tell apart."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data as samples
from sklearn.datasets import load_sample_image

from eyebright.duplicates import (
    LEAST_QUALITY,
    NEAR_BITS,
    Duplicate,
    Fingerprint,
    distance,
    find,
    fingerprint,
)

Pixels = npt.NDArray[np.uint8]

PICTURES: dict[str, Pixels] = {
    "astronaut": samples.astronaut(),
    "chelsea": samples.chelsea(),
    "coffee": samples.coffee(),
    "rocket": samples.rocket(),
    "china": load_sample_image("china.jpg"),
    "flower": load_sample_image("flower.jpg"),
}


PUBLISHED = {
    "astronaut": "2d6b1af3a956c529e79ca3d2526fa834d4196c81cedd04de0a26b855fc99b724",
    "coffee": "88629e779a663698f9833866c027727c21a679f61eb6e1f8c79b27e27c0299e0",
    "rocket": "8793786c8f9370e4af1bc0e43f1fc0e03f1cc2633da482537cac821b2cecf376",
    "china": "3f18cef3407e8f78e683bb1937d14067988e58d20c6eac5d781103f157a3f50e",
    "flower": "673966dcb772a66499a69a66619ea9472599a21b9649a659596624b3e58ea693",
}
"""The C++ reference's hashes (PyPI's pdqhash 0.2.8), of pictures above 512 pixels after its tool's
own scaling to the nearest pixels (pdq/cpp/io/pdqio.cpp)."""

PARITY_BITS = 10
"""An implementation is right within these bits of the reference (ThreatExchange, pdq/README)."""


def of(pixels: Pixels) -> Fingerprint:
    return fingerprint(np.ascontiguousarray(pixels))


def saved(pixels: Pixels, name: str, quality: int) -> Pixels:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, name, quality=quality)
    return np.asarray(Image.open(out).convert("RGB"))


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("how", [("JPEG", 30), ("WEBP", 40)], ids=["jpeg", "webp"])
def test_a_re_encode_is_a_duplicate(name: str, how: tuple[str, int]) -> None:
    picture = PICTURES[name]

    assert distance(of(picture).pdq, of(saved(picture, *how)).pdq) <= NEAR_BITS


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("factor", [0.25, 0.5, 1.37, 2.0])
def test_a_scaled_copy_is_a_duplicate(name: str, factor: float) -> None:
    image = Image.fromarray(PICTURES[name])
    size = round(image.width * factor), round(image.height * factor)

    copy = np.asarray(image.resize(size, Image.Resampling.LANCZOS))

    assert distance(of(PICTURES[name]).pdq, of(copy).pdq) <= NEAR_BITS


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_hash_is_the_published_one(name: str) -> None:
    assert distance(PUBLISHED[name], of(PICTURES[name]).pdq) <= PARITY_BITS


def test_different_pictures_are_told_apart() -> None:
    prints = [of(picture) for picture in PICTURES.values()]

    assert find(prints) == []
    assert min(print_.quality for print_ in prints) >= LEAST_QUALITY


@pytest.mark.parametrize("turn", range(8))
def test_turned_and_mirrored_hashes_are_those_of_the_turned_pictures(turn: int) -> None:
    picture = PICTURES["chelsea"]
    turned = np.rot90(picture, turn % 4)
    turned = turned[:, ::-1] if turn >= 4 else turned
    known = of(picture)

    # The published filter looks one sample further to one side: mirrored pictures differ by that.
    assert distance((known.pdq, *known.turned)[turn], of(turned).pdq) <= NEAR_BITS


def test_a_batch_names_exact_near_and_turned_copies() -> None:
    picture, other = PICTURES["coffee"], PICTURES["rocket"]
    prints = [
        fingerprint(picture, sha256="a"),
        fingerprint(other, sha256="b"),
        fingerprint(picture, sha256="a"),
        fingerprint(saved(picture, "JPEG", 80), sha256="c"),
        of(other[:, ::-1]),
    ]

    found = find(prints)

    assert [(d.first, d.second, d.kind) for d in found] == [
        (0, 2, "exact"),
        (0, 3, "near"),
        (1, 4, "turned"),
    ]
    assert found[0] == Duplicate(first=0, second=2, kind="exact", distance=0)


def test_pictures_without_detail_are_only_duplicates_by_their_bytes() -> None:
    grey = np.full((90, 120, 3), 128, np.uint8)
    ramp = np.broadcast_to(np.arange(120, dtype=np.uint8)[None, :, None], (90, 120, 3))

    assert max(of(grey).quality, of(ramp).quality) < LEAST_QUALITY
    assert find([of(grey), of(ramp), of(ramp)]) == []


def test_a_transparent_ground_counts_as_white() -> None:
    picture = np.dstack([PICTURES["coffee"], np.full((400, 600), 255, np.uint8)])
    picture[:100, :, 3] = 0
    laid = picture[..., :3].copy()
    laid[:100] = 255

    assert of(picture) == of(laid)


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.integers(0, 2**32 - 1))
def test_every_size_has_a_hash_of_256_bits(width: int, height: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)

    known = of(noise)

    assert {len(known.pdq), *map(len, known.turned)} == {64}
    assert len(known.turned) == 7
    assert 0 <= known.quality <= 100


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(st.floats(0.85, 1.0), st.sampled_from(sorted(PICTURES)))
def test_darker_copies_are_duplicates(factor: float, name: str) -> None:
    darker = (PICTURES[name] * factor).astype(np.uint8)

    assert distance(of(PICTURES[name]).pdq, of(darker).pdq) <= NEAR_BITS
