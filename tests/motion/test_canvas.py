"""Frames on a canvas, and the patches that make one canvas of another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from eyebright.motion import Frame, canvas
from eyebright.motion.film import CLEAR, KEEP, PREVIOUS
from eyebright.values import Box

Pixels = npt.NDArray[np.uint8]
RED, BLUE, NOTHING = (255, 0, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)


def plain(colour: tuple[int, ...], width: int, height: int) -> Pixels:
    return np.full((height, width, 4), colour, np.uint8)


def frame(x: int, y: int, size: int, **how: object) -> Frame:
    box = Box(x=x, y=y, width=size, height=size)
    return Frame(data=b"", box=box, duration_ms=10).replace(**how)


@pytest.mark.parametrize(("dispose", "left"), [(KEEP, RED), (CLEAR, NOTHING), (PREVIOUS, NOTHING)])
def test_a_frame_is_disposed_of_after_its_time(dispose: str, left: tuple[int, ...]) -> None:
    stage = canvas.Canvas(8, 8)
    stage.show(frame(0, 0, 4, dispose=dispose), plain(RED, 4, 4))

    seen = stage.show(frame(4, 4, 4), plain(BLUE, 4, 4))

    assert tuple(seen[0, 0]) == left
    assert tuple(seen[5, 5]) == BLUE


def test_a_clear_pixel_shows_what_is_below_only_where_frames_are_blended() -> None:
    for blend, expected in ((True, RED), (False, NOTHING)):
        stage = canvas.Canvas(4, 4)
        stage.show(frame(0, 0, 4), plain(RED, 4, 4))

        assert (
            tuple(stage.show(frame(0, 0, 4, blend=blend), plain(NOTHING, 4, 4))[1, 1]) == expected
        )


def test_half_clear_colours_are_mixed() -> None:
    stage = canvas.Canvas(2, 2)
    stage.show(frame(0, 0, 2), plain(RED, 2, 2))

    seen = stage.show(frame(0, 0, 2, blend=True), plain((0, 0, 255, 128), 2, 2))

    assert seen[0, 0].tolist() == [127, 0, 128, 255]


def test_what_lies_outside_the_canvas_is_cut_off() -> None:
    seen = canvas.Canvas(4, 4).show(frame(2, 2, 8), plain(RED, 8, 8))

    assert seen.shape == (4, 4, 4)
    assert tuple(seen[3, 3]) == RED


def test_a_moving_sprite_is_cleared_rather_than_written_twice() -> None:
    stage = [plain(NOTHING, 200, 16) for _ in range(3)]
    for index in (1, 2):
        stage[index][:, 90 * index : 90 * index + 10] = RED

    patches = canvas.patches(stage)

    assert [patch.box.width for patch in patches] == [200, 10, 10]
    assert patches[2].clears


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        arrays.arrays(
            np.uint8, (7, 9, 4), elements=st.sampled_from([0, 128, 255]), fill=st.just(0)
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_patches_rebuild_every_canvas(pictures: list[Pixels], hide: bool) -> None:  # noqa: FBT001  # given by hypothesis
    wanted = [canvas.normal(picture) for picture in pictures]
    plan = canvas.patches(wanted)
    stage = canvas.Canvas(9, 7)
    for index, patch in enumerate(plan):
        pixels, over = wanted[0], False
        if index:
            base = canvas.base_of(wanted[index - 1], plan[index - 1].box, patch)
            pixels, over = canvas.cut(wanted[index], base, patch.box, hide=hide)
        clears = index + 1 < len(plan) and plan[index + 1].clears
        how = Frame(
            data=b"", box=patch.box, duration_ms=1, blend=over, dispose=CLEAR if clears else KEEP
        )

        np.testing.assert_array_equal(stage.show(how, pixels), wanted[index])
        assert patch.box.x % 2 == patch.box.y % 2 == 0
