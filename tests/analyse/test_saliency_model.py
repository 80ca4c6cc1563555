"""The shipped saliency model, as onnxruntime runs it, on pictures that scikit-image ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import skimage.data

from eyebright.analyse import saliency
from eyebright.analyse.proxy import SEEN_PX, proxy
from eyebright.values import Attention

MODEL = Path(__file__).resolve().parents[2] / "models/saliency/saliency.onnx"


@pytest.fixture(scope="module")
def session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(MODEL))


def seen(session: onnxruntime.InferenceSession, picture: np.ndarray) -> Attention:
    given = saliency.prepare(proxy(np.ascontiguousarray(picture), SEEN_PX))
    return saliency.read({"logits": session.run(["logits"], given)[0]})


def test_it_looks_at_a_face(session: onnxruntime.InferenceSession) -> None:
    x, y = seen(session, skimage.data.astronaut()).focal_permille

    assert 340 <= x <= 540
    assert 100 <= y <= 380


def test_it_looks_at_the_same_place_in_the_mirror(session: onnxruntime.InferenceSession) -> None:
    here = seen(session, skimage.data.astronaut()).focal_permille
    there = seen(session, skimage.data.astronaut()[:, ::-1]).focal_permille

    assert abs(here[0] - (1000 - there[0])) <= 60
    assert abs(here[1] - there[1]) <= 60


def test_a_face_draws_more_than_the_middle(session: onnxruntime.InferenceSession) -> None:
    grid = np.array(seen(session, skimage.data.astronaut()).grid).reshape(16, 16)

    assert grid[2:5, 6:8].mean() > 2 * grid[7:9, 7:9].mean()


@pytest.mark.parametrize("size", [(640, 480), (90, 300), (64, 64), (2, 2)])
def test_it_answers_any_shape(session: onnxruntime.InferenceSession, size: tuple[int, int]) -> None:
    attention = seen(session, np.full((size[1], size[0], 3), 200, np.uint8))

    assert max(attention.grid) == 31
    assert all(0 <= place <= 1000 for place in attention.focal_permille)
