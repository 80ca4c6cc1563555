"""Boxes come out of the maps that the face model gives, in pixels of the picture as shown."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analyse import faces
from eyebright.values import Box

PROXY = np.zeros((384, 640, 3), np.uint8)
"""As large as a proxy may be, so that it is seen as it is."""

SMALL = np.zeros((96, 160, 3), np.uint8)
"""Seen at four times its size."""
COLD = -9.0


def maps(*heads: tuple[int, int, float, float]) -> dict[str, faces.Tensor]:
    """What a model would say of heads at (row, column), so hot, so many cells a side."""
    heat = np.full((1, 1, 48, 80), COLD, np.float32)
    box = np.zeros((1, 4, 48, 80), np.float32)
    for row, column, logit, cells in heads:
        heat[0, 0, row, column] = logit
        box[0, 2:, row, column] = np.log(cells)
    return levels(heat, box)


def levels(heat: faces.Tensor, box: faces.Tensor) -> dict[str, faces.Tensor]:
    """These maps for the picture itself; in the smaller levels nothing is seen."""
    cold = {f"heat_{name}": np.full((1, 1, 8, 8), COLD, np.float32) for name in faces.LEVELS}
    flat = {f"box_{name}": np.zeros((1, 4, 8, 8), np.float32) for name in faces.LEVELS}
    return cold | flat | {"heat_image": heat, "box_image": box}


def seen_in(level: str, cells: float) -> dict[str, faces.Tensor]:
    """A head of so many cells in one level, and nothing in the others."""
    outputs = maps()
    outputs[f"heat_{level}"][0, 0, 3, 3] = 2.0
    outputs[f"box_{level}"][0, 2:, 3, 3] = np.log(cells)
    return outputs


def test_a_picture_is_filled_up_to_the_right_and_below() -> None:
    picture = np.full((500, 640, 3), 200, np.uint8)

    image = faces.prepare(picture)["image"]

    assert (image.shape, image.dtype) == ((1, 512, 640, 3), np.dtype(np.uint8))
    assert (image[0, :500] == 200).all()
    assert image.sum() == 500 * 640 * 3 * 200


def test_a_picture_of_whole_multiples_is_taken_as_it_is() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (96, 640, 3), np.uint8)

    assert (faces.prepare(picture)["image"][0] == picture).all()


def test_each_level_is_half_as_large_as_the_one_before() -> None:
    picture = np.zeros((65, 640, 3), np.uint8)
    picture[64] = 200
    picture[:2, :2] = [[[1] * 3, [2] * 3], [[3] * 3, [5] * 3]]

    levels = faces.prepare(picture)
    half = levels["half"][0]

    assert [image.shape for image in levels.values()] == [
        (1, 96, 640, 3),
        (1, 64, 320, 3),
        (1, 32, 160, 3),
        (1, 32, 96, 3),
    ]
    assert (half[0, 0, 0], half[32, 0, 0], half[33, 0, 0]) == (3, 200, 0)


@pytest.mark.parametrize(
    ("side", "seen"),
    [
        ((30, 40), (240, 320)),
        ((60, 80), (480, 640)),
        ((384, 512), (480, 640)),
        ((640, 3), (640, 3)),
    ],
)
def test_a_small_picture_is_seen_larger_by_no_more_than_eight_times(
    side: tuple[int, int], seen: tuple[int, int]
) -> None:
    assert faces.seen_size(np.zeros((*side, 3), np.uint8)) == seen


def test_a_picture_made_a_little_smaller_is_seen_at_the_same_size() -> None:
    picture, smaller = (np.zeros((*side, 3), np.uint8) for side in ((320, 320), (314, 314)))

    assert faces.seen_size(picture) == faces.seen_size(smaller)


def test_between_the_pixels_of_an_enlarged_picture_lie_their_means() -> None:
    picture = np.full((320, 1, 3), 40, np.uint8)
    picture[:2] = [[[0] * 3], [[100] * 3]]

    image = faces.prepare(picture)["image"][0, :6, 0, 0]

    assert image.tolist() == [0, 25, 75, 85, 55, 40]


def test_boxes_in_a_small_picture_are_told_in_its_own_pixels() -> None:
    found = faces.read(maps((5, 10, 3.0, 4.0)), SMALL, width=160, height=96)

    assert found == (Box(x=21 - 4, y=11 - 4, width=8, height=8),)


@pytest.mark.parametrize(
    ("level", "pixels"), [("image", (14, 68)), ("half", (26, 68)), ("eighth", (26, 300))]
)
def test_each_level_is_asked_for_heads_of_the_sizes_that_it_shows_well(
    level: str, pixels: tuple[int, int]
) -> None:
    for height in pixels:
        found = faces.read(seen_in(level, height / 8), PROXY, width=640, height=384)
        assert len(found) == 1
    for height in (pixels[0] - 1, *([69] if pixels[1] == 68 else [])):
        assert faces.read(seen_in(level, height / 8), PROXY, width=640, height=384) == ()


def test_a_large_head_seen_at_half_the_size_is_told_at_the_whole() -> None:
    found = faces.read(seen_in("half", 4.0), PROXY, width=640, height=384)

    assert found == (Box(x=24, y=24, width=64, height=64),)


def test_a_hot_cell_is_a_box_around_its_middle() -> None:
    outputs = maps((5, 10, 3.0, 4.0))

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert found == (Box(x=84 - 16, y=44 - 16, width=32, height=32),)


def test_boxes_are_told_in_pixels_of_the_picture_as_shown() -> None:
    outputs = maps((5, 10, 3.0, 4.0))

    found = faces.read(outputs, PROXY, width=6400, height=3840)

    assert found == (Box(x=680, y=280, width=320, height=320),)


def test_what_is_told_of_a_cell_moves_its_box() -> None:
    outputs = maps((5, 10, 3.0, 4.0))
    outputs["box_image"][0, :2, 5, 10] = (0.5, -0.25)

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert found == (Box(x=68 + 4, y=28 - 2, width=32, height=32),)


def test_cold_cells_are_no_faces() -> None:
    outputs = maps((5, 10, faces.LEAST_LOGIT - 0.01, 4.0))

    assert faces.read(outputs, PROXY, width=640, height=384) == ()


def test_of_two_boxes_on_one_head_the_hotter_stays() -> None:
    outputs = maps((5, 10, 2.9, 4.0), (5, 11, 5.0, 4.0))

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert found == (Box(x=92 - 16, y=28, width=32, height=32),)


def test_cells_that_are_nearly_as_hot_help_to_place_a_box() -> None:
    outputs = maps((5, 10, 4.0, 4.0), (5, 11, 4.0, 4.0))

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert found == (Box(x=88 - 16, y=28, width=32, height=32),)


def test_a_cell_too_cold_for_a_face_helps_to_place_one() -> None:
    warm = faces.LEAST_LOGIT + 0.1
    outputs = maps((5, 10, warm - faces.VOTERS_BELOW, 4.0), (5, 11, warm, 4.0))

    (found,) = faces.read(outputs, PROXY, width=640, height=384)

    assert 92 - 20 < found.x < 92 - 16


def test_a_box_is_the_same_whatever_else_is_asked_for() -> None:
    draw = np.random.default_rng(4)
    outputs = levels(
        draw.normal(-1, 2, (1, 1, 48, 80)).astype(np.float32),
        draw.normal(1.2, 0.2, (1, 4, 48, 80)).astype(np.float32),
    )

    few, heats = faces.decode(outputs, PROXY, 3.0)
    many, _ = faces.decode(outputs, PROXY, 2.0)

    assert 5 < len(heats) < len(many)
    np.testing.assert_array_equal(few, many[: len(few)])


def test_heads_beside_each_other_both_stay_the_hotter_first() -> None:
    outputs = maps((5, 6, 3.0, 4.0), (5, 11, 5.0, 4.0))

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert [box.x for box in found] == [76, 36]


def test_boxes_are_cut_at_the_pictures_borders() -> None:
    outputs = maps((0, 0, 3.0, 4.0), (47, 79, 2.5, 4.0))

    found = faces.read(outputs, PROXY, width=640, height=384)

    assert found == (
        Box(x=0, y=0, width=20, height=20),
        Box(x=620, y=364, width=20, height=20),
    )


def test_a_box_in_the_filling_is_no_face() -> None:
    narrow = np.zeros((640, 330, 3), np.uint8)
    outputs = maps((5, 43, 3.0, 2.0))

    assert faces.read(outputs, narrow, width=330, height=640) == ()


def test_no_more_boxes_than_the_most_are_kept() -> None:
    heat = np.full((1, 1, 40, 40), 4.0, np.float32)
    box = np.zeros((1, 4, 40, 40), np.float32)
    box[:, 2] = -1
    box[:, 3] = np.log(2)
    picture = np.zeros((640, 320, 3), np.uint8)

    found = faces.read(levels(heat, box), picture, width=320, height=640)

    assert len(found) == faces.MOST_FACES


def test_a_senseless_size_stays_within_the_picture() -> None:
    outputs = seen_in("eighth", 4.0)
    outputs["box_eighth"][0, 2:, 3, 3] = 1e9

    assert faces.read(outputs, PROXY, width=640, height=384) == (
        Box(x=0, y=0, width=640, height=384),
    )


def test_without_the_model_no_faces_are_told() -> None:
    assert faces.fallback(PROXY, width=640, height=384) == ()
