"""The face detector that ships, on pictures that are no one's training data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from skimage import data

from eyebright.analyse import faces
from eyebright.analyse.proxy import CLOSER_PX, proxy
from eyebright.pixels import Pixels
from eyebright.values import Box

MODEL = Path(__file__).parents[2] / "models" / "faces" / "faces.onnx"

ASTRONAUT = Box(x=160, y=10, width=130, height=190)
"""Eileen Collins's head in scikit-image's picture, hair included, by eye."""


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])


def found(session: onnxruntime.InferenceSession, picture: Pixels) -> tuple[Box, ...]:
    small = proxy(picture, CLOSER_PX)
    names = [output.name for output in session.get_outputs()]
    told = dict(zip(names, session.run(names, faces.prepare(small)), strict=True))
    height, width = picture.shape[:2]
    return faces.read(told, small, width=width, height=height)


def share(first: Box, second: Box) -> float:
    """Intersection over union."""
    right = min(first.x + first.width, second.x + second.width)
    bottom = min(first.y + first.height, second.y + second.height)
    both = max(0, right - max(first.x, second.x)) * max(0, bottom - max(first.y, second.y))
    return both / (first.width * first.height + second.width * second.height - both)


@pytest.mark.parametrize("repeats", [1, 3])
def test_a_head_is_found_at_any_size_of_the_picture(
    session: onnxruntime.InferenceSession, repeats: int
) -> None:
    large = data.astronaut().repeat(repeats, axis=0).repeat(repeats, axis=1)
    first = found(session, large)[0]

    plain = Box(**{key: round(side / repeats) for key, side in first.to_dict().items()})

    assert share(plain, ASTRONAUT) >= 0.5


@pytest.mark.parametrize("name", ["coffee", "rocket", "brick", "page", "text", "moon"])
def test_things_are_no_faces(session: onnxruntime.InferenceSession, name: str) -> None:
    picture = getattr(data, name)()
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)

    assert found(session, np.ascontiguousarray(picture[..., :3])) == ()
