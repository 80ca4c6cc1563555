"""Each model's fallback gives facts that the policy takes, for pictures of every shape."""

from __future__ import annotations

import asyncio
import io

import colour_files
import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from eyebright import pipeline
from eyebright.analyse import layout
from eyebright.analyse.looks import LOOKS, Look, View
from eyebright.analyse.statistics import facts as counted
from eyebright.host.base import Pixels
from eyebright.host.native import NativeHost
from eyebright.policy.checked_facts import check_facts
from eyebright.values import Facts, Source, TextLine

PICTURES: dict[str, Pixels] = {
    "photo": samples.astronaut(),
    "page": np.repeat(samples.page()[..., None], 3, axis=2),
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "a line": np.zeros((2000, 1, 3), np.uint8),
    "a strip": np.arange(7 * 3000 * 3, dtype=np.uint64).astype(np.uint8).reshape(7, 3000, 3),
    "clear": np.zeros((50, 60, 4), np.uint8),
    "plain": np.full((600, 700, 3), 255, np.uint8),
    "noise": np.random.default_rng(3).integers(0, 256, (700, 500, 3), np.uint8),
}


def facts_of(pixels: Pixels) -> Facts:
    height, width = pixels.shape[:2]
    source = Source(
        name="x", format="png", width=width, height=height, size_bytes=9, sha256="0" * 64
    )
    return counted(source, pixels)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_fallback_gives_facts_that_are_taken(look: Look, picture: str) -> None:
    view = View(PICTURES[picture], facts_of(PICTURES[picture]))

    found = view.facts.replace(**look.fallback(view))

    check_facts(found)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_model_can_be_asked_about_every_picture(look: Look, picture: str) -> None:
    inputs = look.prepare(View(PICTURES[picture], facts_of(PICTURES[picture])))

    for tensor in (inputs or {}).values():
        assert tensor.dtype in (np.uint8, np.float32)
        assert tensor.shape[0] == 1
        assert np.isfinite(tensor.astype(np.float64)).all()


def test_no_model_looks_twice() -> None:
    names = [look.name for look in LOOKS]

    assert len(names) == len(set(names))


def test_the_proxies_are_in_srgb() -> None:
    pixels = np.full((40, 40, 3), (200, 40, 40), np.uint8)

    view = View(pixels, facts_of(pixels), colour_files.P3_PROFILE)

    assert view.seen[0, 0].tolist() != [200, 40, 40]
    assert view.is_whole


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_the_quality_of_a_jpeg_is_told_however_it_is_turned(orientation: int) -> None:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    Image.fromarray(samples.astronaut()).save(out, "JPEG", quality=70, exif=exif)

    facts = asyncio.run(pipeline.analyse(out.getvalue(), host=NativeHost()))

    assert facts.artefacts is not None
    assert facts.artefacts.jpeg_quality == pytest.approx(70, abs=4)


def test_pixels_at_a_reduced_size_are_known_as_such() -> None:
    whole = samples.astronaut()

    assert View(whole, facts_of(whole)).is_whole
    assert not View(whole[::2, ::2], facts_of(whole)).is_whole


def content_inputs(text_version: str | None) -> Pixels:
    """What the content model takes of a page with a line, told by this version of the text's."""
    facts = facts_of(PICTURES["page"]).replace(
        text_lines=(TextLine(x=9, y=9, width=90, height=12, x_height_px=6),), text_permille=20
    )
    if text_version:
        facts = facts.replace(models={"text": text_version})
    (look,) = (look for look in LOOKS if look.name == "content")
    return (look.prepare(View(PICTURES["page"], facts)) or {})["features"]


def test_the_kind_is_told_by_the_lines_of_the_text_model_too() -> None:
    told, unknown = content_inputs("3"), content_inputs(None)

    assert told.shape == unknown.shape
    assert told[0, -layout.NUMBERS] == 1
    assert not unknown[0, -layout.NUMBERS :].any()


def test_lines_by_classical_means_are_not_those_that_the_kind_is_told_by() -> None:
    assert (content_inputs("fallback") == content_inputs(None)).all()


def test_text_is_looked_for_before_the_kind_is_told() -> None:
    names = [look.name for look in LOOKS]

    assert names.index("text") < names.index("content")
