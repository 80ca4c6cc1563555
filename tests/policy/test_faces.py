"""How much of each face a crop keeps."""

from __future__ import annotations

import pytest

from eyebright.policy.faces import aspect_keeps_faces, crop_keeps_faces
from eyebright.values import Box, Facts

FACTS = Facts(format="jpeg", width=1000, height=500, size_bytes=900_000, sha256="")
FACE = FACTS.replace(faces=(Box(x=100, y=100, width=100, height=100),))


@pytest.mark.parametrize(
    ("crop", "kept"),
    [
        (Box(x=100, y=100, width=100, height=100), True),
        (Box(x=110, y=100, width=500, height=400), True),
        (Box(x=111, y=100, width=500, height=400), False),
        (Box(x=0, y=0, width=190, height=400), True),
        (Box(x=0, y=0, width=189, height=400), False),
        (Box(x=0, y=110, width=400, height=90), True),
        (Box(x=0, y=111, width=400, height=300), False),
        (Box(x=0, y=0, width=400, height=189), False),
        (Box(x=600, y=0, width=100, height=100), False),
    ],
)
def test_a_crop_keeps_nine_tenths_of_each_face(crop: Box, *, kept: bool) -> None:
    assert kept == crop_keeps_faces(FACE, crop, 900)


@pytest.mark.parametrize(
    ("faces", "aspect", "kept"),
    [
        ([(0, 0, 100, 100)], "1:1", True),
        ([(900, 400, 100, 100)], "1:1", True),
        ([(0, 0, 100, 100), (900, 400, 100, 100)], "1:1", False),
        ([(0, 0, 100, 100), (900, 400, 100, 100)], "2:1", True),
        ([(0, 0, 100, 100), (400, 0, 100, 100)], "1:1", True),
        ([(300, 0, 100, 500)], "1:1", True),
        ([(300, 0, 100, 500)], "10:1", False),
        ([(0, 200, 1000, 100)], "10:1", True),
        ([(0, 50, 100, 50), (900, 300, 100, 50)], "4:1", False),
        ([(300, 0, 100, 500), (700, 0, 100, 500)], "1:1", True),
        ([(300, 0, 100, 500), (715, 0, 100, 500)], "1:1", True),
        ([(300, 0, 100, 500), (720, 0, 100, 500)], "1:1", True),
        ([(300, 0, 100, 500), (721, 0, 100, 500)], "1:1", False),
        ([(0, 100, 1000, 50), (0, 260, 1000, 50)], "5:1", True),
        ([(0, 100, 1000, 50), (0, 261, 1000, 50)], "5:1", False),
        ([(500, 0, 10, 500)], "1:50", True),
        ([(500, 0, 12, 500)], "1:50", False),
        ([], "1:9", True),
    ],
)
def test_an_aspect_is_kept_where_some_place_for_it_keeps_the_faces(
    faces: list[tuple[int, int, int, int]], aspect: str, *, kept: bool
) -> None:
    boxes = tuple(Box(x=x, y=y, width=w, height=h) for x, y, w, h in faces)

    assert kept == aspect_keeps_faces(FACTS.replace(faces=boxes), aspect, 900)


def test_a_face_may_be_cut_a_little_on_both_sides() -> None:
    facts = FACTS.replace(width=100, height=90, faces=(Box(x=0, y=0, width=100, height=90),))

    assert aspect_keeps_faces(facts, "1:1", 900)
    assert not aspect_keeps_faces(facts, "1:1", 901)


def test_crops_outside_a_face_keep_nothing_of_it() -> None:
    left_above = Box(x=0, y=0, width=50, height=50)

    assert not crop_keeps_faces(FACE, left_above, 1)
    assert crop_keeps_faces(FACE, left_above, 0)
    assert not crop_keeps_faces(FACE, Box(x=100, y=300, width=100, height=100), 1)
    assert not crop_keeps_faces(FACE, Box(x=300, y=100, width=100, height=100), 1)


def test_the_share_of_a_face_is_exact() -> None:
    facts = FACTS.replace(faces=(Box(x=0, y=0, width=1000, height=500),))

    assert not crop_keeps_faces(facts, Box(x=0, y=0, width=999, height=500), 1000)
