"""How the saliency model's looks at faces are counted, by tone, size, pose and occlusion."""

from __future__ import annotations

import numpy as np
import pytest

from common.modules import load

fairness = load("saliency", "fairness")

HEIGHT, WIDTH = 40, 80
LEFT = [0.0, 0.0, 0.25, 0.5, 1, 0, 0, 0]
"""A large frontal face."""
RIGHT = [0.75, 0.875, 0.1, 0.07, 0, 1, 0, 1]
"""A small face in profile, partly hidden."""


def seen(told_left: float, told_right: float) -> object:
    """A picture with both faces; people gave each 40 % of their looks."""
    picture = np.full((HEIGHT, WIDTH, 3), (224, 172, 150), np.uint8)
    told, taken = np.zeros((HEIGHT, WIDTH)), np.zeros((HEIGHT, WIDTH))
    for shares, left, right in ((told, told_left, told_right), (taken, 0.4, 0.4)):
        shares[10, 10], shares[36, 62], shares[0, 79] = left, right, 1 - left - right
    return fairness.Seen(picture, np.array([LEFT, RIGHT], np.float32), told, taken)


def ratios(*pictures: object) -> dict[str, tuple[int, float]]:
    found = fairness.groups(pictures)
    return {group.name: (group.faces, group.ratio) for group in found if group.faces}


def test_each_face_counts_in_the_groups_it_is_in() -> None:
    found = ratios(seen(0.2, 0.4))

    tone = next(name for name, _ in fairness.TONES if name in found)
    assert {name: count for name, (count, _) in found.items()} == {
        "all": 2,
        tone: 2,
        "height 20 to 100 %": 1,
        "height 5 to 7.5 %": 1,
        "frontal": 1,
        "profile": 1,
        "not occluded": 1,
        "occluded": 1,
    }


def test_a_group_told_half_of_its_looks_has_half() -> None:
    found = ratios(seen(0.2, 0.4))

    assert found["frontal"] == (1, pytest.approx(0.5))
    assert found["profile"] == (1, pytest.approx(1))
    assert found["all"] == (2, pytest.approx(0.75))


def test_pictures_are_added_before_they_are_divided() -> None:
    found = ratios(seen(0.2, 0.4), seen(0.4, 0.0))

    assert found["frontal"] == (2, pytest.approx(0.75))
    assert found["all"] == (4, pytest.approx(1 / 1.6))


@pytest.mark.parametrize(
    ("colour", "degrees"),
    [((238, 193, 170), 60.66), ((160, 110, 80), 2.15), ((82, 58, 45), -62.18)],
)
def test_the_angle_is_that_of_the_colour(colour: tuple[int, int, int], degrees: float) -> None:
    """Expected ones are by scikit-image's rgb2lab."""
    skin = np.full((3, 5, 3), colour, np.uint8)

    assert fairness.angle(skin) == pytest.approx(degrees, abs=0.05)
