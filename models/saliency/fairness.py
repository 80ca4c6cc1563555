"""How many of the looks that people gave to faces the model tells, by what the faces are like.

A group's figure is the sum of the shares of looks told inside its faces' boxes over the sum of
those taken there: below 1, these faces are seen as less attractive to the eye than they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from looks import Map

TONES = (
    ("very light", 55.0),
    ("light", 41.0),
    ("intermediate", 28.0),
    ("tan", 10.0),
    ("dark", -90.0),
)
"""Least individual typology angle of each group, degrees (Chardon and others 1991; the two darkest
are one group here)."""

SIZES = (0.0, 0.025, 0.05, 0.075, 0.1, 0.2)
"""Least height of each group's boxes, of the picture's."""

FRONTAL, PROFILE, OCCLUDED = 4, 5, 7
"""Of a face's eight numbers: 1 where it is so."""

CHEEKS = 0.5
"""Middle part of a face box, of each side, whose colour is taken: little hair and ground."""

Picture = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float32]


class Group(NamedTuple):
    """Faces that are alike in one way."""

    name: str
    faces: int
    ratio: float
    """Looks told over looks taken; NaN where there is no face."""


class Seen(NamedTuple):
    """One picture of the test: its faces (n, 8), and the looks told and taken (h, w)."""

    picture: Picture
    faces: Boxes
    told: Map
    taken: Map


def groups(pictures: Iterable[Seen]) -> list[Group]:
    """All faces, then those of each tone, size, pose, and the occluded and the others."""
    sums = {name: np.zeros(3) for name in _names()}
    for seen in pictures:
        for face in seen.faces.tolist():
            place = inside(face, seen.told.shape, 1.0)
            one = np.array([1, seen.told[place].sum(), seen.taken[place].sum()])
            skin = seen.picture[inside(face, seen.picture.shape, CHEEKS)]
            for name in of_face(face, angle(skin)):
                sums[name] += one
    return [
        Group(name, round(count), told / taken if taken else float("nan"))
        for name, (count, told, taken) in sums.items()
    ]


def of_face(face: list[float], degrees: float) -> Iterator[str]:
    """Names of the groups that a face (eight numbers) of this typology angle is in."""
    yield "all"
    yield next((name for name, least in TONES if degrees > least), TONES[-1][0])
    yield _size(max(least for least in SIZES if face[3] >= least))
    if face[FRONTAL]:
        yield "frontal"
    if face[PROFILE]:
        yield "profile"
    yield "occluded" if face[OCCLUDED] else "not occluded"


def _names() -> Iterator[str]:
    yield "all"
    yield from (name for name, _ in TONES)
    yield from (_size(least) for least in SIZES)
    yield from ("frontal", "profile", "not occluded", "occluded")


def _size(least: float) -> str:
    """The group of the faces from this height on."""
    most = min((other for other in SIZES if other > least), default=1.0)
    return f"height {100 * least:g} to {100 * most:g} %"


def angle(face: Picture) -> float:
    """Individual typology angle of sRGB pixels, degrees: of the medians of L* and b*."""
    linear = face.reshape(-1, 3).astype(np.float64) / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    z = linear @ [0.0193, 0.1192, 0.9505] / 1.0888
    light, blue = np.median(116 * _root(y) - 16), np.median(200 * (_root(y) - _root(z)))
    return float(np.degrees(np.arctan2(light - 50, blue)))


def _root(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(values > 0.008856, np.cbrt(values), 7.787 * values + 16 / 116)


def inside(box: list[float], shape: tuple[int, ...], part: float) -> tuple[slice, slice]:
    """Rows and columns of the middle `part` of a box (x, y, width, height; 0..1), one at least."""
    x, y, width, height = box[:4]
    made = []
    for start, length, side in ((y, height, shape[0]), (x, width, shape[1])):
        first = min(int((start + length * (1 - part) / 2) * side), side - 1)
        last = round((start + length * (1 + part) / 2) * side)
        made.append(slice(max(0, first), max(first + 1, last)))
    return made[0], made[1]
