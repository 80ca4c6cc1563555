"""Animations from end to end: what moves must move as before, in fewer bytes."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
from PIL import Image, ImageSequence
from skimage import data as samples

from eyebright import Goal, Optimised, intake, optimise_sync
from eyebright.animate import _fitted, watch
from eyebright.duplicates import Fingerprint
from eyebright.host.native import NativeHost
from eyebright.metrics import ssimulacra2
from eyebright.motion.canvas import normal
from eyebright.pipeline import analyse
from eyebright.policy import decide
from eyebright.policy import motion as policy
from eyebright.transform import resize
from eyebright.values import Capabilities, Report

DURATIONS = [40, 120, 30, 200, 60, 90]


def photos(count: int = 6, size: tuple[int, int] = (128, 96)) -> list[Image.Image]:
    """A photo with a badge that wanders over it."""
    ground = Image.fromarray(samples.coffee()).resize(size)
    made = []
    for index in range(count):
        image = ground.copy()
        image.paste((250, 230, 20), (10 + 12 * index, 20, 34 + 12 * index, 44))
        made.append(image)
    return made


def sprites(count: int = 6) -> list[Image.Image]:
    """A disc of hard edges on nothing."""
    made = []
    for index in range(count):
        image = Image.new("RGBA", (120, 60), (0, 0, 0, 0))
        image.paste((200, 30, 60, 255), (8 + 15 * index, 10, 38 + 15 * index, 40))
        made.append(image)
    return made


def save(images: list[Image.Image], name: str, **options: object) -> bytes:
    out = io.BytesIO()
    how: dict[str, object] = {"duration": DURATIONS[: len(images)], "loop": 0}
    images[0].save(out, name, save_all=True, append_images=images[1:], **(how | options))
    return out.getvalue()


def frames_of(data: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def times_of(data: bytes) -> list[int]:
    with Image.open(io.BytesIO(data)) as image:
        found = []
        for frame in ImageSequence.Iterator(image):
            frame.load()
            found.append(round(frame.info["duration"]))
        return found


def codes(result: Optimised) -> set[str]:
    return {reason.code for reason in result.report.reasons}


@pytest.mark.parametrize("name", ["GIF", "PNG"])
def test_a_filmed_animation_becomes_smaller_and_plays_alike(name: str) -> None:
    source = save(photos(), name)

    result = optimise_sync(source, name="cup")

    report = result.report
    assert (report.format, report.frames) == ("webp", 6)
    assert len(result.data) == report.bytes < len(source)
    assert report.score >= report.target
    assert times_of(result.data) == DURATIONS
    pairs = zip(frames_of(source), frames_of(result.data), strict=True)
    assert min(ssimulacra2(a, b) for a, b in pairs) > report.target - 2
    assert "animation-kept" in codes(result)


def test_a_drawn_animation_is_exact_with_its_transparency() -> None:
    source = save(sprites(), "PNG", disposal=1)

    result = optimise_sync(source, Goal(content="medical"))

    assert result.report.lossless
    assert result.report.bytes < len(source)
    for before, after in zip(frames_of(source), frames_of(result.data), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("loop", [0, 1, 7])
def test_the_loop_count_is_kept(loop: int) -> None:
    result = optimise_sync(save(photos(), "PNG", loop=loop))

    with Image.open(io.BytesIO(result.data)) as image:
        assert image.format == "WEBP"
        assert image.info["loop"] == loop


def test_frames_that_show_the_same_are_joined_for_the_sum_of_their_times() -> None:
    still, moved = photos(2)
    source = save([still, still.copy(), moved], "WEBP", duration=[30, 40, 50], quality=98)

    result = optimise_sync(source)

    assert result.report.format == "webp"
    assert sum(times_of(result.data)) == 120


def test_a_width_limit_scales_all_frames() -> None:
    result = optimise_sync(save(photos(), "PNG"), Goal(max_width=64))

    assert (result.report.width, result.report.height) == (64, 48)
    assert {frame.shape for frame in frames_of(result.data)} == {(48, 64, 4)}


def test_frames_are_scaled_by_the_method_of_the_plan() -> None:
    source = save(sprites(), "PNG", disposal=1)
    shown = asyncio.run(watch(NativeHost(), source, "png"))
    plan = decide(asyncio.run(analyse(source)), Goal(max_width=80), Capabilities())
    fitted = _fitted(shown, intake.read(source, name="disc"), plan, (80, 40))

    assert plan.scaling == "mks2021"
    for before, after in zip(shown.canvases, fitted.canvases, strict=True):
        np.testing.assert_array_equal(after, normal(resize(before, 80, 40, method="mks2021")))
        assert (after != normal(resize(before, 80, 40))).any()


def test_what_cannot_be_made_smaller_stays_with_the_reason() -> None:
    source = save(photos(), "WEBP", quality=1, method=6)

    result = optimise_sync(source)

    assert result.data == source
    assert {"original-smaller", "nothing-passed"} & codes(result)


def test_where_webp_is_not_wanted_an_animation_stays() -> None:
    source = save(photos(), "PNG")

    result = optimise_sync(source, Goal(formats=("avif", "jpeg")))

    assert result.data == source
    assert {"format-not-animated", "no-format-left"} <= codes(result)


def test_an_animation_with_a_broken_frame_stays_with_the_reason() -> None:
    source = bytearray(save(photos(), "PNG"))
    last = source.rindex(b"fdAT")
    source[last + 20 : last + 60] = bytes(40)

    result = optimise_sync(bytes(source))

    assert result.data == bytes(source)
    assert "animation-unreadable" in codes(result)


def test_a_byte_limit_is_met_by_quality() -> None:
    source = save(photos(), "PNG")
    free = optimise_sync(source).report.bytes

    result = optimise_sync(source, Goal(max_bytes=free * 9 // 10, target=75, formats=("webp",)))

    assert result.report.bytes <= free * 9 // 10 or "bytes-not-met" in codes(result)
    assert result.report.frames == 6


def test_a_byte_limit_that_no_quality_meets_is_met_by_size() -> None:
    source = save(photos(), "PNG")

    result = optimise_sync(source, Goal(max_bytes=2500, formats=("webp",)))

    assert "bytes-met" in codes(result)
    assert len(result.data) == result.report.bytes <= 2500
    assert (result.report.width, result.report.height) < (128, 96)
    assert {frame.shape[:2] for frame in frames_of(result.data)} == {
        (result.report.height, result.report.width)
    }
    assert times_of(result.data) == DURATIONS


def test_what_a_player_clears_is_clear() -> None:
    """Unlike Pillow, browsers clear a GIF's frames to nothing, never to its background colour."""
    source = save(sprites(), "GIF", disposal=2)

    shown = asyncio.run(watch(NativeHost(), source, "gif"))

    assert [int((canvas[..., 3] > 0).sum()) for canvas in shown.canvases] == [900] * 6


def test_samples_are_the_ends_and_even_steps_between() -> None:
    assert policy.samples(3) == (0, 1, 2)
    assert policy.samples(71) == (0, 10, 20, 30, 40, 50, 60, 70)


def test_reports_of_animations_survive_json() -> None:
    report = optimise_sync(save(sprites(), "PNG")).report

    assert Report.from_dict(report.to_dict()) == report
    assert Fingerprint.from_dict({"pdq": report.pdq, "quality": 1}).pdq == report.pdq
