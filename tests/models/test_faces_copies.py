"""Near-copies among the faces' pictures are found, so that they fall on one side of the split."""

from __future__ import annotations

import numpy as np
from PIL import Image
from skimage import data

from common.modules import load

prepare = load("faces", "prepare")


def test_each_picture_is_grouped_with_the_first_that_it_is_a_near_copy_of() -> None:
    far = (1 << 64) - 1
    near = (1 << prepare.COPY_BITS) - 1
    hashes = [0, far, near, far ^ 1, near << 1, near << prepare.COPY_BITS]

    assert prepare.groups(hashes) == [0, 1, 0, 1, 0, 0]
    assert prepare.groups([0, near << 1 | 1]) == [0, 1]  # a bit more than a near-copy


def test_a_brightened_and_scaled_picture_is_a_near_copy_and_another_is_not() -> None:
    first, other = Image.fromarray(data.astronaut()), Image.fromarray(data.coffee())
    brighter = Image.fromarray((np.asarray(first) * 0.8 + 40).astype(np.uint8)).resize((200, 200))

    assert prepare.groups([prepare.difference_hash(p) for p in (first, brighter, other)]) == [
        0,
        0,
        2,
    ]
