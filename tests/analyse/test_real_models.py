"""The five models that ship, on real pictures: what they see, and what stands in for each."""

from __future__ import annotations

import asyncio
import functools
import io

import numpy as np
import pytest
from PIL import Image
from skimage import data as samples

from eyebright import pipeline
from eyebright.analyse import registry
from eyebright.errors import CapabilityMissing, HostError
from eyebright.host.base import Pixels, Tensor
from eyebright.host.native import NativeHost
from eyebright.policy import decide
from eyebright.values import Capabilities, Facts, Goal

NAMES = ("content", "text", "faces", "saliency", "artefacts")


class WithoutOne(NativeHost):
    """CPython's host, on which one model is missing, another file, or fails."""

    def __init__(self, broken: str, how: str) -> None:
        super().__init__()
        self._broken = broken
        self._how = how
        self._bad: bytes | None = None

    async def read_model(self, name: str) -> bytes:
        model = await super().read_model(name)
        if name != self._broken:
            return model
        if self._how == "model-missing":
            raise CapabilityMissing(f"{name} is not here")
        if self._how == "model-refused":
            return model[:-1]
        self._bad = model
        return model

    async def infer(self, model: bytes, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        if model == self._bad:
            raise HostError("out of memory")
        return dict(await super().infer(model, inputs))


class Spoiling(NativeHost):
    """CPython's host, on which numbers of every answer are wrong."""

    def __init__(self, at: int | slice, wrong: float) -> None:
        super().__init__()
        self._at = at
        self._wrong = wrong

    async def infer(self, model: bytes, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        answer = {name: told.copy() for name, told in (await super().infer(model, inputs)).items()}
        for told in answer.values():
            told.ravel()[self._at] = self._wrong
        return answer


def png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@functools.cache
def seen(name: str) -> Facts:
    return asyncio.run(pipeline.analyse(png(getattr(samples, name)())))


def test_five_models_that_look_one_that_foresees_and_one_that_makes_smaller_ship() -> None:
    assert set(registry.entries()) == {*NAMES, "predictors", "downscale"}


def test_a_portrait_is_a_photo_with_one_face_that_draws_attention() -> None:
    facts = seen("astronaut")

    assert facts.seen_content == "photo"
    assert len(facts.faces) == 1
    face = facts.faces[0]
    x, y = (512 * permille // 1000 for permille in facts.focal_permille)
    assert face.x < x < face.x + face.width
    assert face.y < y < face.y + face.height
    assert face.x < 224 < face.x + face.width  # the nose
    assert face.y < 115 < face.y + face.height
    assert set(facts.models) == set(NAMES)
    assert "fallback" not in facts.models.values()


def test_a_page_is_a_document_whose_text_counts() -> None:
    facts = seen("page")

    assert facts.seen_content == "document"
    assert len(facts.text_lines) >= 8
    assert facts.text_permille > 100
    plan = decide(facts, Goal(), Capabilities())
    assert plan.content == "screenshot"
    assert {c.subsampling for c in plan.candidates} == {"444"}


@pytest.mark.parametrize("name", ["coffee", "chelsea", "rocket"])
def test_photos_have_no_text_that_counts(name: str) -> None:
    facts = seen(name)

    assert facts.seen_content == "photo"
    assert facts.text_permille <= 20


def test_a_png_that_was_a_jpeg_shows_it() -> None:
    out = io.BytesIO()
    Image.fromarray(samples.astronaut()).save(out, "JPEG", quality=30)
    was = np.asarray(Image.open(out))

    facts = asyncio.run(pipeline.analyse(png(was)))

    assert facts.artefacts is not None
    assert abs(facts.artefacts.jpeg_quality - 30) <= 5
    assert decide(facts, Goal(), Capabilities()).target < 75


@pytest.mark.parametrize("how", ["model-missing", "model-refused", "model-failed"])
@pytest.mark.parametrize("name", NAMES)
def test_each_model_that_breaks_is_replaced_and_told(name: str, how: str) -> None:
    data = png(samples.astronaut()[::4, ::4])

    facts, notes = asyncio.run(pipeline.analyse_noting(data, host=WithoutOne(name, how)))

    assert {n for n, version in facts.models.items() if version == "fallback"} == {name}
    assert set(facts.models) == set(NAMES)
    told = [note for note in notes if note.code.startswith("model")]
    assert [(note.code, note.values["model"]) for note in told] == [(how, name)]


@pytest.mark.parametrize(("at", "wrong"), [(slice(None), np.nan), (0, np.nan), (0, np.inf)])
def test_numbers_that_are_not_finite_never_pass_for_nothing_seen(
    at: int | slice, wrong: float
) -> None:
    data = png(samples.astronaut()[::4, ::4])

    facts, notes = asyncio.run(pipeline.analyse_noting(data, host=Spoiling(at, wrong)))

    assert set(facts.models.values()) == {"fallback"}
    assert {n.values["model"] for n in notes if "not finite" in n.text} == set(NAMES)
