"""Cutting a region out of pixels, and margins around them."""

from __future__ import annotations

import numpy as np

from eyebright.transform import reshaped
from eyebright.values import Box, Plan

PICTURE = np.arange(6 * 8 * 4, dtype=np.uint8).reshape(6, 8, 4)
PLAN = Plan(content="general", width=1, height=1, target=75.0, floor=50)


def test_a_region_is_its_rows_and_columns() -> None:
    region = reshaped(PICTURE, PLAN.replace(crop=Box(x=2, y=1, width=5, height=3)))

    assert np.array_equal(region, PICTURE[1:4, 2:7])
    assert region.flags.c_contiguous
    assert not np.shares_memory(region, PICTURE)


def test_margins_have_their_colour() -> None:
    opaque = PICTURE[..., :3]
    made = reshaped(opaque, PLAN.replace(pad=(1, 0, 2, 3), pad_rgb=(9, 8, 7)))

    assert made.shape == (9, 11, 3)
    assert np.array_equal(made[:6, 1:9], opaque)
    made[:6, 1:9] = (9, 8, 7)
    assert np.array_equal(made, np.broadcast_to(np.array([9, 8, 7], np.uint8), made.shape))


def test_margins_of_a_transparent_picture_are_opaque_only_where_they_have_a_colour() -> None:
    clear = reshaped(PICTURE, PLAN.replace(pad=(0, 1, 0, 0)))
    white = reshaped(PICTURE, PLAN.replace(pad=(0, 1, 0, 0), pad_rgb=(255, 255, 255)))

    assert not clear[0].any()
    assert (white[0] == 255).all()


def test_without_either_it_is_the_same_picture() -> None:
    assert reshaped(PICTURE, PLAN) is PICTURE
