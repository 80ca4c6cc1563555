"""Kinds of files that few programs write show what the ordinary kinds of the same picture do."""

from __future__ import annotations

import numpy as np

from avif_grid import TILE_PX, avif_grid
from eyebright.host.native import decoding
from outcome_cases import picture, saved, ycck

CLOSE = 4
"""Mean difference, of 255: grain whose chroma is halved is 2.9 off, a negative more than 50."""


def test_a_ycck_jpeg_shows_what_the_same_one_of_cmyk_does() -> None:
    expected = decoding.decode(saved(picture("CMYK"), "JPEG", quality=95), "jpeg")

    found = decoding.decode(ycck(), "jpeg")

    assert np.abs(expected.pixels.astype(int) - found.pixels).mean() < CLOSE
    assert [note.code for note in found.notes] == ["cmyk-converted"]


def test_an_avif_grid_is_one_picture() -> None:
    expected = np.asarray(picture().resize((2 * TILE_PX, TILE_PX))).astype(int)

    found = decoding.decode(avif_grid(picture()), "avif").pixels

    assert expected.shape == found.shape
    assert np.abs(expected - found).mean() < CLOSE
