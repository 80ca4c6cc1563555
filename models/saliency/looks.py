"""The packed pictures with their fixations, densities, and the four usual scores.

Scores are at the size that the model sees. Density: fixations blurred by a Gaussian of 3 % of the
longer side (about one degree of sight in the three sets), the sum 1, cut at the border.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from eyebright.analyse import saliency

PACKED = Path(".cache/models/saliency")
"""Where prepare.py writes."""

SIGMA = 0.03
"""Of the longer side."""

SCORES = ("CC", "NSS", "AUC", "KLD")
BOXED_SET = 0
"""Of prepare.SETS: crowd500, whose faces have boxes."""

TEST, WATCHED = (0, 1), (2,)
"""Folds."""

TINY = 2.2e-16
"""Keeps the logarithm of KLD finite, as the MIT benchmark does."""

Map = npt.NDArray[np.float64]
Fixations = npt.NDArray[np.float32]


class Looks:
    """data.npz, opened.

    `pictures[i]` (h, w, 3) uint8, `fixations[i]` (n, 3) x, y, subject, `boxes[i]` (n, 4) of faces;
    `digest` is the file's SHA-256.
    """

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256(path.read_bytes()).hexdigest()
        packed = np.load(path)
        sizes = packed["shape"].astype(int)
        ends = np.cumsum(sizes[:, 0] * sizes[:, 1] * 3)
        flat = np.split(packed["pixels"], ends[:-1])
        self.pictures = [p.reshape(h, w, 3) for p, (h, w) in zip(flat, sizes, strict=True)]
        self.fixations = np.split(packed["looks"], np.cumsum(packed["count"])[:-1])
        self.boxes = np.split(packed["boxes"], np.cumsum(packed["box_count"])[:-1])
        self.name, self.set, self.fold = packed["name"], packed["set"], packed["fold"]

    def of(self, folds: Iterable[int]) -> list[int]:
        """Indices of the pictures in these folds."""
        return np.flatnonzero(np.isin(self.fold, list(folds))).tolist()

    def unseen(self) -> list[int]:
        """Indices of the pictures that have no fixations."""
        return [i for i, looks in enumerate(self.fixations) if not len(looks)]

    def density(self, index: int) -> Map:
        height, width = self.pictures[index].shape[:2]
        return density(self.fixations[index], height, width)

    def faces(self, index: int) -> Map | None:
        """(h, w): 1 in faces, 0 elsewhere; None where no one has drawn boxes."""
        if self.set[index] != BOXED_SET:
            return None
        height, width = self.pictures[index].shape[:2]
        found = np.zeros((height, width))
        for x, y, wide, high in self.boxes[index]:
            top, left = max(0, int(y * height)), max(0, int(x * width))
            found[top : round((y + high) * height), left : round((x + wide) * width)] = 1
        return found


def counts(looks: Fixations, height: int, width: int) -> Map:
    """Fixations in each pixel."""
    found = np.zeros((height, width))
    np.add.at(found, ((looks[:, 1] * height).astype(int), (looks[:, 0] * width).astype(int)), 1)
    return found


def density(looks: Fixations, height: int, width: int) -> Map:
    blurred = gaussian_filter(
        counts(looks, height, width), SIGMA * max(height, width), mode="constant"
    )
    shares: Map = blurred / max(blurred.sum(), TINY)
    return shares


def score(guess: Map, looks: Fixations) -> tuple[float, float, float, float]:
    """CC, NSS, AUC-Judd and KLD of a map (h, w), not negative, against fixations."""
    found = counts(looks, *guess.shape)
    truth = density(looks, *guess.shape)
    cc = float(np.corrcoef(guess.ravel(), truth.ravel())[0, 1])
    standard = (guess - guess.mean()) / (guess.std() + TINY)
    shares = (guess + TINY) / (guess + TINY).sum()
    kld = float((truth * np.log(TINY + truth / (shares + TINY))).sum())
    return (
        cc,
        float((standard * found).sum() / found.sum()),
        _auc(guess.ravel(), found.ravel()),
        kld,
    )


def _auc(guess: Map, found: Map) -> float:
    """Chance that a fixated pixel ranks above one that is not; ties count half."""
    looked, other = guess[found > 0], np.sort(guess[found == 0])
    below = np.searchsorted(other, looked, "left")
    level = np.searchsorted(other, looked, "right") - below
    return float(np.mean(below + level / 2) / len(other))


def enlarged(shares: Map, height: int, width: int) -> Map:
    """A map at the picture's size: cubic convolution, not negative, the sum 1."""
    down, across = _cubic(shares.shape[0], height), _cubic(shares.shape[1], width)
    whole = np.maximum(down @ shares @ across.T, 0)
    full: Map = whole / whole.sum()
    return full


def _cubic(size: int, wanted: int) -> Map:
    """(wanted, size) weights of Keys' cubic convolution with a = -0.75; borders are repeated."""
    at = (np.arange(wanted) + 0.5) * size / wanted - 0.5
    first = np.floor(at).astype(int) - 1
    weights = np.zeros((wanted, size))
    for tap in range(4):
        far = np.abs(at - (first + tap))
        a = -0.75
        near = (a + 2) * far**3 - (a + 3) * far**2 + 1
        outer = a * (far**3 - 5 * far**2 + 8 * far - 4)
        value = np.where(far <= 1, near, outer)
        np.add.at(weights, (np.arange(wanted), np.clip(first + tap, 0, size - 1)), value)
    return weights


def mean_scores(
    guess: Callable[[int], Map], looks: Looks, chosen: Iterable[int]
) -> npt.NDArray[Any]:
    """Means of the four scores over pictures; `guess` gives a map for an index."""
    figures = np.array([score(guess(i), looks.fixations[i]) for i in chosen])
    means: npt.NDArray[Any] = figures.mean(0)
    return means


def places(index: int, looks: Looks) -> npt.NDArray[np.float32]:
    height, width = looks.pictures[index].shape[:2]
    return saliency.places(width // saliency.GRID_STRIDE, height // saliency.GRID_STRIDE)
