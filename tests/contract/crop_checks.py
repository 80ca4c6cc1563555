"""Crops cut the same pixels on every host; like `checks`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import numpy as np
from checks import photo, transparent_photo, trial_for

from eyebright.cropping import crops
from eyebright.host.base import Host, Pixels
from eyebright.pipeline import optimise
from eyebright.values import Box, Goal

REGION = Box(x=11, y=5, width=37, height=23)


async def cropped(host: Host, pixels: Pixels, **wishes: object) -> Pixels:
    """What `optimise` makes of a PNG of these pixels, without any loss."""
    data = await host.encode(pixels, trial_for(pixels, "png"))
    goal = Goal(forbid=("lossy",), formats=("png",), **wishes)  # type: ignore[arg-type]
    made = await optimise(data, goal, host=host, models=False)
    assert not made.report.kept_original, made.report.reasons
    return (await host.decode(made.data, source_format="png")).pixels


async def a_region_is_cut_to_the_pixel(host: Host) -> None:
    picture = photo(64, 48)

    found = await cropped(host, picture, crop_box=REGION)

    assert np.array_equal(found, picture[5:28, 11:48])


async def a_region_keeps_its_transparency(host: Host) -> None:
    picture = transparent_photo(64, 48)

    found = await cropped(host, picture, crop_box=REGION)

    assert np.array_equal(found[..., 3], picture[5:28, 11:48, 3])


async def a_size_comes_out_to_the_pixel(host: Host) -> None:
    found = await cropped(host, photo(64, 48), crop="31x17")

    assert found.shape[:2] == (17, 31), found.shape


async def crops_of_a_file_are_the_same_everywhere(host: Host) -> None:
    picture = photo(64, 48)
    data = await host.encode(picture, trial_for(picture, "png"))

    found = await crops(data, "16:9", host=host, n=2, focal_permille=(500, 1000), models=False)

    first, second = (crop.box for crop in found)
    assert first == Box(x=0, y=12, width=64, height=36), first
    assert second == Box(x=0, y=6, width=64, height=36), second


CHECKS: tuple[Callable[[Host], Awaitable[None]], ...] = (
    a_region_is_cut_to_the_pixel,
    a_region_keeps_its_transparency,
    a_size_comes_out_to_the_pixel,
    crops_of_a_file_are_the_same_everywhere,
)
