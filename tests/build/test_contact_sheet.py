"""The sheet shows every crop with its margins and faults."""

from __future__ import annotations

import numpy as np
from PIL import Image

import contact_sheet
from contact_sheet import CELL_PX, GAP_PX, Seen
from eyebright.values import Box, Facts

BLUE = (20, 40, 250)


def seen(*faces: Box) -> Seen:
    facts = Facts(format="png", width=90, height=60, size_bytes=9, sha256="0" * 64, faces=faces)
    return Seen(Image.new("RGB", (90, 60), BLUE), facts)


def colours(drawn: Image.Image, left: int, right: int) -> set[tuple[int, ...]]:
    pixels = np.asarray(drawn)[:CELL_PX, left:right].reshape(-1, 3)
    return {tuple(int(value) for value in pixel) for pixel in np.unique(pixels, axis=0)}


def test_a_row_a_picture() -> None:
    one, two = (contact_sheet.sheet([seen()] * count) for count in (1, 2))

    assert (one.width, 2 * one.height) == two.size


def test_the_picture_is_framed_where_faces_are() -> None:
    drawn = contact_sheet.sheet([seen(Box(x=40, y=20, width=15, height=15))])

    assert contact_sheet.FACE in colours(drawn, 0, CELL_PX)


def test_margins_are_grey_and_faults_red() -> None:
    fits, does_not = (
        contact_sheet.sheet([seen(*faces)])
        for faces in (
            (),
            (Box(x=0, y=20, width=30, height=30), Box(x=60, y=20, width=30, height=30)),
        )
    )
    first = (CELL_PX + GAP_PX, 2 * CELL_PX + GAP_PX)
    square = (CELL_PX + GAP_PX, 4 * CELL_PX + GAP_PX)

    assert contact_sheet.MARGIN not in colours(fits, *first)
    assert contact_sheet.MARGIN in colours(does_not, *first)
    assert contact_sheet.BROKEN not in colours(fits, *square)
    assert contact_sheet.BROKEN in colours(does_not, *square)
