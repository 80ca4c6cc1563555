"""PNG of every kind shows its pixels, and what is no PNG ends with an error of ours."""

from __future__ import annotations

import numpy as np
import pytest

import png_kinds
from eyebright.errors import InputError
from eyebright.host.native import decoding
from eyebright.pipeline import optimise_sync
from png_writer import RGB

WHOLE = png_kinds.whole()
BROKEN = png_kinds.broken()


@pytest.mark.parametrize("name", WHOLE)
def test_a_png_shows_the_pixels_that_were_written(name: str) -> None:
    seen = decoding.decode(WHOLE[name].file(), "png").pixels

    assert png_kinds.distance(WHOLE[name], seen) <= png_kinds.tolerance(WHOLE[name])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_png_ends_with_an_error_of_ours(name: str) -> None:
    with pytest.raises(InputError):
        decoding.decode(BROKEN[name], "png")
    with pytest.raises(InputError):
        optimise_sync(BROKEN[name], name=name)


def test_the_writer_tells_pixels_apart() -> None:
    png = png_kinds.plain(RGB, 8)

    assert png_kinds.distance(png, np.roll(png.shown(), 1, axis=0)[..., :3]) > png_kinds.NEAR
