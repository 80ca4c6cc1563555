"""Boxes come out of the maps that the face model gives, in pixels of the picture as shown."""

from __future__ import annotations

import numpy as np

from eyebright.analyse import faces
from eyebright.values import Box

PROXY = np.zeros((96, 160, 3), np.uint8)
COLD = -9.0


def maps(*heads: tuple[int, int, float, float]) -> dict[str, faces.Tensor]:
    """What a model would say of heads at (row, column), so hot, so many cells a side."""
    heat = np.full((1, 1, 12, 20), COLD, np.float32)
    box = np.zeros((1, 4, 12, 20), np.float32)
    for row, column, logit, cells in heads:
        heat[0, 0, row, column] = logit
        box[0, 2:, row, column] = np.log(cells)
    return levels(heat, box)


def levels(heat: faces.Tensor, box: faces.Tensor) -> dict[str, faces.Tensor]:
    """These maps for the picture itself; at a half and a quarter nothing is seen."""
    cold = {f"heat_{name}": np.full((1, 1, 8, 8), COLD, np.float32) for name in faces.LEVELS}
    flat = {f"box_{name}": np.zeros((1, 4, 8, 8), np.float32) for name in faces.LEVELS}
    return cold | flat | {"heat_image": heat, "box_image": box}


def seen_at_half(cells: float) -> dict[str, faces.Tensor]:
    """A head of so many cells in the picture of half the size."""
    outputs = maps()
    outputs["heat_half"][0, 0, 3, 3] = 2.0
    outputs["box_half"][0, 2:, 3, 3] = np.log(cells)
    return outputs


def test_a_picture_is_filled_up_to_the_right_and_below() -> None:
    picture = np.full((50, 70, 3), 200, np.uint8)

    image = faces.prepare(picture)["image"]

    assert (image.shape, image.dtype) == ((1, 64, 96, 3), np.dtype(np.uint8))
    assert (image[0, :50, :70] == 200).all()
    assert image.sum() == 50 * 70 * 3 * 200


def test_a_picture_of_whole_multiples_is_taken_as_it_is() -> None:
    assert faces.prepare(PROXY)["image"].shape == (1, 96, 160, 3)


def test_each_level_is_half_as_large_as_the_one_before() -> None:
    picture = np.zeros((65, 130, 3), np.uint8)
    picture[64] = 200
    picture[:2, :2] = [[[1] * 3, [2] * 3], [[3] * 3, [5] * 3]]

    shapes = {name: image.shape for name, image in faces.prepare(picture).items()}
    half = faces.prepare(picture)["half"][0]

    assert shapes == {"image": (1, 96, 160, 3), "half": (1, 64, 96, 3), "quarter": (1, 32, 64, 3)}
    assert (half[0, 0, 0], half[32, 0, 0], half[33, 0, 0]) == (3, 200, 0)


def test_a_large_head_seen_at_half_the_size_is_told_at_the_whole() -> None:
    found = faces.read(seen_at_half(4.0), PROXY, width=160, height=96)

    assert found == (Box(x=24, y=24, width=64, height=64),)


def test_a_small_head_is_left_to_the_larger_level() -> None:
    assert faces.read(seen_at_half(3.9), PROXY, width=160, height=96) == ()


def test_a_hot_cell_is_a_box_around_its_middle() -> None:
    outputs = maps((5, 10, 3.0, 4.0))

    found = faces.read(outputs, PROXY, width=160, height=96)

    assert found == (Box(x=84 - 16, y=44 - 16, width=32, height=32),)


def test_boxes_are_told_in_pixels_of_the_picture_as_shown() -> None:
    outputs = maps((5, 10, 3.0, 4.0))

    found = faces.read(outputs, PROXY, width=1600, height=960)

    assert found == (Box(x=680, y=280, width=320, height=320),)


def test_what_is_told_of_a_cell_moves_its_box() -> None:
    outputs = maps((5, 10, 3.0, 4.0))
    outputs["box_image"][0, :2, 5, 10] = (0.5, -0.25)

    found = faces.read(outputs, PROXY, width=160, height=96)

    assert found == (Box(x=68 + 4, y=28 - 2, width=32, height=32),)


def test_cold_cells_are_no_faces() -> None:
    outputs = maps((5, 10, faces.LEAST_LOGIT - 0.01, 4.0))

    assert faces.read(outputs, PROXY, width=160, height=96) == ()


def test_of_two_boxes_on_one_head_the_hotter_stays() -> None:
    outputs = maps((5, 10, 3.0, 4.0), (5, 11, 5.0, 4.0))

    found = faces.read(outputs, PROXY, width=160, height=96)

    assert found == (Box(x=92 - 16, y=28, width=32, height=32),)


def test_heads_beside_each_other_both_stay_the_hotter_first() -> None:
    outputs = maps((5, 6, 3.0, 4.0), (5, 11, 5.0, 4.0))

    found = faces.read(outputs, PROXY, width=160, height=96)

    assert [box.x for box in found] == [76, 36]


def test_boxes_are_cut_at_the_pictures_borders() -> None:
    outputs = maps((0, 0, 3.0, 4.0), (11, 19, 2.5, 4.0))

    found = faces.read(outputs, PROXY, width=160, height=96)

    assert found == (
        Box(x=0, y=0, width=20, height=20),
        Box(x=140, y=76, width=20, height=20),
    )


def test_a_box_in_the_filling_is_no_face() -> None:
    narrow = np.zeros((96, 130, 3), np.uint8)
    outputs = maps((5, 19, 3.0, 1.0))

    assert faces.read(outputs, narrow, width=130, height=96) == ()


def test_no_more_boxes_than_the_most_are_kept() -> None:
    heat = np.full((1, 1, 40, 40), 4.0, np.float32)
    box = np.zeros((1, 4, 40, 40), np.float32)
    box[:, 2:] = -1
    picture = np.zeros((320, 320, 3), np.uint8)

    found = faces.read(levels(heat, box), picture, width=320, height=320)

    assert len(found) == faces.MOST_FACES


def test_a_senseless_size_stays_within_the_picture() -> None:
    outputs = maps((5, 10, 3.0, 4.0))
    outputs["box_image"][0, 2:, 5, 10] = 1e9

    assert faces.read(outputs, PROXY, width=160, height=96) == (
        Box(x=0, y=0, width=160, height=96),
    )


def test_without_the_model_no_faces_are_told() -> None:
    assert faces.fallback(PROXY, width=160, height=96) == ()
