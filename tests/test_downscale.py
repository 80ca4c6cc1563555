"""The learned downscaler as it ships; and what stands in for it where it does not answer."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage import data as samples

from eyebright import Goal, Report, optimise_sync
from eyebright import downscale as module
from eyebright.analyse import registry
from eyebright.downscale import NAME, REACH_PX, Downscaled, downscale
from eyebright.errors import CapabilityMissing, HostError, PolicyError
from eyebright.host import shipped
from eyebright.host.base import Host, Pixels, Tensor
from eyebright.host.fake import FakeHost
from eyebright.host.native import NativeHost
from eyebright.renditions import Renditions
from eyebright.still import scaled
from eyebright.transform import resize
from eyebright.values import Plan

PHOTO: Pixels = np.ascontiguousarray(samples.astronaut()[:300, 60:420])
MOST_MEAN_SHIFT = 0.2
"""Codes, of a whole picture's mean: less than a step in one of five pixels."""


def small(pixels: Pixels, width: int, height: int, host: Host | None = None) -> Downscaled:
    return asyncio.run(downscale(host or NativeHost(), pixels, width, height))


def drawn(*codes: int) -> Pixels:
    """Upright stripes of greys, 40 pixels wide."""
    row = np.repeat(np.array(codes, np.uint8), 40)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (96, len(row), 3)))


class Shelf(FakeHost):
    """A host whose downscaler answers as it is told to."""

    def __init__(self, outputs: Mapping[str, Tensor] | Exception) -> None:
        model = (shipped.CHECKOUT / NAME / f"{NAME}.onnx").read_bytes()
        super().__init__(infer=self._answer, models={NAME: model})
        self.outputs = outputs

    def _answer(self, _model: bytes, _inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        if isinstance(self.outputs, Exception):
            raise self.outputs
        return self.outputs


def test_a_photo_gets_sharper_and_the_model_is_named() -> None:
    made = small(PHOTO, 180, 150)
    before = resize(PHOTO, 180, 150)

    assert {NAME: registry.entries()[NAME].version} == made.models
    assert made.notes == ()
    assert made.pixels.shape == (150, 180, 3)
    assert steps(made.pixels) > 1.02 * steps(before)


def steps(pixels: Pixels) -> float:
    return float(np.abs(np.diff(pixels.astype(float), axis=1)).mean())


def test_tiles_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = small(PHOTO, 170, 141).pixels
    monkeypatch.setattr(module, "TILE_PX", 48)
    tiled = small(PHOTO, 170, 141).pixels

    assert np.abs(tiled.astype(int) - whole).max() <= 1


@pytest.mark.parametrize("ratio", [1.3, 2, 3.7, 8])
def test_the_mean_colour_is_kept(ratio: float) -> None:
    width, height = round(360 / ratio), round(300 / ratio)
    made = small(PHOTO, width, height).pixels
    before = resize(PHOTO, width, height)

    assert np.abs(made.mean((0, 1)) - before.mean((0, 1))).max() <= MOST_MEAN_SHIFT


@pytest.mark.parametrize("codes", [(0, 255), (40, 200, 40), (110, 140, 90, 140)])
@pytest.mark.parametrize("ratio", [1.4, 2, 4])
def test_no_edge_overshoots_more_than_with_lanczos(codes: tuple[int, ...], ratio: float) -> None:
    picture = drawn(*codes)
    size = round(picture.shape[1] / ratio), round(picture.shape[0] / ratio)
    made, before = small(picture, *size).pixels, resize(picture, *size)

    assert made.min() >= before.min()
    assert made.max() <= before.max()


@given(st.integers(0, 255), st.integers(0, 255), st.integers(1, 40), st.integers(1, 40))
def test_a_plain_picture_stays_as_it_is(red: int, blue: int, width: int, height: int) -> None:
    plain = np.broadcast_to(np.array([red, 90, blue], np.uint8), (41, 41, 3))

    made = small(np.ascontiguousarray(plain), width, height).pixels

    assert np.array_equal(made, np.broadcast_to(plain[0, 0], made.shape))


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    assert small(PHOTO, 360, 300).pixels is PHOTO


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (3, 1)])
def test_the_smallest_results_are_made(size: tuple[int, int]) -> None:
    made = small(np.ascontiguousarray(PHOTO[:5, :5]), *size)

    assert made.pixels.shape == (size[1], size[0], 3)
    assert made.notes == ()


BROKEN = (
    (HostError("it fell over"), "model-failed"),
    (CapabilityMissing("no library"), "models-unloaded"),
    ({"small": np.zeros((1, 3, 3, 3), np.uint8)}, "model-failed"),
    ({"small": np.zeros((1, 150, 180, 3), np.float32)}, "model-failed"),
    ({"small": 255 - resize(PHOTO, 180, 150)[None]}, "model-failed"),
    ({"others": np.zeros((1, 150, 180, 3), np.uint8)}, "model-failed"),
)


@pytest.mark.parametrize(("outputs", "code"), BROKEN)
def test_lanczos_stands_in_for_a_broken_model(
    outputs: Mapping[str, Tensor] | Exception, code: str
) -> None:
    made = small(PHOTO, 180, 150, Shelf(outputs))

    assert np.array_equal(made.pixels, resize(PHOTO, 180, 150))
    assert made.models == {NAME: "fallback"}
    assert [note.code for note in made.notes] == [code]
    assert "a classical method did" in made.notes[0].text


def test_lanczos_stands_in_where_nothing_runs_models() -> None:
    made = small(PHOTO, 180, 150, FakeHost())

    assert np.array_equal(made.pixels, resize(PHOTO, 180, 150))
    assert [note.code for note in made.notes] == ["model-missing"]


def test_lanczos_stands_in_where_the_time_is_used_up() -> None:
    made = asyncio.run(downscale(NativeHost(), PHOTO, 180, 150, budget_ms=0))

    assert np.array_equal(made.pixels, resize(PHOTO, 180, 150))
    assert [note.code for note in made.notes] == ["model-slow"]


def test_lanczos_stands_in_in_a_build_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entries", dict)
    made = small(PHOTO, 180, 150)

    assert np.array_equal(made.pixels, resize(PHOTO, 180, 150))
    assert [note.code for note in made.notes] == ["model-missing"]


@pytest.mark.parametrize(
    ("pixels", "size", "code"),
    [
        (np.dstack([PHOTO, PHOTO[..., 0]]), (180, 150), "downscale-alpha"),
        (PHOTO, (40, 37), "downscale-ratio"),
        (PHOTO, (361, 300), "downscale-ratio"),
    ],
)
def test_what_it_never_learned_is_left_to_lanczos(
    pixels: Pixels, size: tuple[int, int], code: str
) -> None:
    made = small(pixels, *size)

    assert np.array_equal(made.pixels, resize(pixels, *size))
    assert [note.code for note in made.notes] == [code]


@pytest.mark.parametrize("host", [FakeHost(), Shelf(HostError("it fell over"))])
def test_the_plan_s_method_stands_in_and_its_picture_is_made_once(host: Host) -> None:
    plan = Plan(
        content="general",
        width=180,
        height=150,
        target=75.0,
        floor=50,
        scaling="mks2021",
        learned_scaling=True,
    )
    renditions = Renditions(PHOTO, cleans=False, method=plan.scaling)
    made = asyncio.run(scaled(host, plan, renditions, models=True))

    assert made is not None
    assert renditions.at(180, 150) is made.pixels
    assert np.array_equal(made.pixels, resize(PHOTO, 180, 150, method="mks2021"))


def test_the_views_continue_the_picture_by_its_edges() -> None:
    seen = module.views(PHOTO, 90, 75)

    assert seen.base.shape == (75 + 2 * REACH_PX, 90 + 2 * REACH_PX, 3)
    assert seen.fine.shape == (2 * seen.base.shape[0], 2 * seen.base.shape[1], 3)
    assert np.array_equal(seen.classical, resize(PHOTO, 90, 75))
    assert np.array_equal(seen.base[0, 0], seen.classical[0, 0])
    assert seen.shrink == pytest.approx(2)


def optimised(goal: Goal, *, models: bool = True) -> Report:
    data = io.BytesIO()
    Image.fromarray(PHOTO).save(data, "PNG")
    return optimise_sync(data.getvalue(), goal, models=models).report


def test_a_goal_may_ask_for_it_and_the_report_tells_of_it() -> None:
    report = optimised(Goal(max_width=180, scaling="learned", formats=("webp",)))

    assert (report.width, report.height) == (180, 150)
    assert "scaling-learned" in [reason.code for reason in report.reasons]
    assert report.versions["models"][NAME] == registry.entries()[NAME].version


def test_without_models_the_report_tells_that_lanczos_stood_in() -> None:
    report = optimised(Goal(max_width=180, scaling="learned", formats=("webp",)), models=False)

    assert report.versions["models"] == {NAME: "fallback"}
    assert "models-left-out" in [note.code for note in report.fallbacks]


@pytest.mark.parametrize("goal", [Goal(max_width=180), Goal(scaling="learned")])
def test_nobody_asks_it_where_nothing_wants_it(goal: Goal) -> None:
    report = optimised(goal.replace(formats=("webp",)))

    assert NAME not in report.versions["models"]
    assert "scaling-learned" not in [reason.code for reason in report.reasons]


def test_a_way_that_nobody_knows_is_refused() -> None:
    with pytest.raises(PolicyError, match="scaling"):
        optimised(Goal(scaling="magic"))
