"""The scores that the saliency model's card tells, on maps whose scores are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from saliency.looks import Looks, counts, density, enlarged, score

LOOKS = np.array([[0.2, 0.3, 0], [0.25, 0.3, 0], [0.8, 0.6, 1]], np.float32)
HEIGHT, WIDTH = 192, 256


def test_the_density_itself_has_the_best_scores() -> None:
    cc, nss, auc, kld = score(density(LOOKS, HEIGHT, WIDTH), LOOKS)

    assert cc == pytest.approx(1)
    assert nss > 3
    assert auc > 0.98
    assert kld == pytest.approx(0, abs=1e-9)


def test_an_even_map_knows_nothing() -> None:
    _, nss, auc, _ = score(np.ones((HEIGHT, WIDTH)) + np.eye(HEIGHT, WIDTH) * 1e-12, LOOKS)

    assert nss == pytest.approx(0, abs=0.2)
    assert auc == pytest.approx(0.5, abs=0.01)


def test_the_opposite_map_is_worse_than_an_even_one() -> None:
    truth = density(LOOKS, HEIGHT, WIDTH)

    assert score(truth.max() - truth, LOOKS)[0] == pytest.approx(-1)


def test_every_fixation_is_counted_where_it_is() -> None:
    found = counts(LOOKS, 10, 10)

    assert found.sum() == len(LOOKS)
    assert found[3, 2] == 2


def test_a_density_is_hardly_changed_by_the_model_s_stride() -> None:
    truth = density(LOOKS, HEIGHT, WIDTH)
    coarse = truth.reshape(HEIGHT // 8, 8, WIDTH // 8, 8).mean((1, 3))

    assert np.corrcoef(enlarged(coarse, HEIGHT, WIDTH).ravel(), truth.ravel())[0, 1] > 0.98


def packed(folder: Path, *, of_set: int) -> Looks:
    """One picture of 16 x 8 with one face, as prepare.py packs it."""
    np.savez(
        folder / "data.npz",
        pixels=np.zeros(16 * 8 * 3, np.uint8),
        shape=np.array([[8, 16]]),
        looks=LOOKS,
        count=np.array([len(LOOKS)]),
        boxes=np.array([[0.25, 0.5, 0.125, 0.25]], np.float32),
        box_count=np.array([1]),
        name=np.array(["one"]),
        set=np.array([of_set]),
        fold=np.array([3]),
    )
    return Looks(folder / "data.npz")


def test_a_face_covers_its_box_and_no_more(tmp_path: Path) -> None:
    faces = packed(tmp_path, of_set=0).faces(0)

    assert faces is not None
    assert np.argwhere(faces).tolist() == [[4, 4], [4, 5], [5, 4], [5, 5]]


def test_where_nobody_drew_boxes_no_face_is_known(tmp_path: Path) -> None:
    assert packed(tmp_path, of_set=1).faces(0) is None
