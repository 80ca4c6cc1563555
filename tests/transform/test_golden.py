"""Pictures that every method made once: a change shows, and where, in test-results/scaling."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eyebright import kernels
from eyebright.transform import METHODS, resize
from make_scaled import FOLDER
from scaling_cases import GOLDEN, GOLDEN_SIZE, pictures
from scaling_definitions import by_definition

DIFFERENCES = Path(__file__).resolve().parents[2] / "test-results" / "scaling"
GREY = 128


def kept(method: str) -> np.ndarray:
    return np.asarray(Image.open(FOLDER / f"{method}.png")).astype(int)


def write_difference(name: str, difference: np.ndarray) -> Path:
    """As a picture, eight times as strong, grey where nothing differs."""
    DIFFERENCES.mkdir(parents=True, exist_ok=True)
    path = DIFFERENCES / f"{name}.png"
    Image.fromarray((GREY + 8 * difference).clip(0, 255).astype(np.uint8)).save(path)
    return path


@pytest.mark.parametrize("path", ["compiled", "numpy"])
@pytest.mark.parametrize("method", METHODS)
def test_the_kept_picture_is_made_again(method: str, path: kernels.Implementation) -> None:
    with kernels.using(path):
        made = resize(pictures()[GOLDEN], *GOLDEN_SIZE, method=method).astype(int)
    difference = made - kept(method)
    if np.abs(difference).max() > 1:
        pytest.fail(f"{method} differs: see {write_difference(f'{method}-{path}', difference)}")


@pytest.mark.parametrize("method", METHODS)
def test_the_kept_picture_is_that_of_the_definition(method: str) -> None:
    expected = by_definition(pictures()[GOLDEN], *GOLDEN_SIZE, method)

    assert np.abs(expected - kept(method)).max() <= 1


def test_methods_make_different_pictures() -> None:
    made = {kept(method).tobytes() for method in METHODS}

    assert len(made) == len(METHODS)


def test_a_difference_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(globals(), "DIFFERENCES", tmp_path)
    difference = np.zeros((4, 5, 3), int)
    difference[1, 2] = (3, 0, -3)
    drawn = np.asarray(Image.open(write_difference("any", difference)))

    assert drawn[1, 2].tolist() == [152, 128, 104]
    assert drawn[0, 0].tolist() == [128, 128, 128]
