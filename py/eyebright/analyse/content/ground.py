"""The colour of the border, and what lies off it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.content.edges import above, differences
from eyebright.analyse.content.planes import FEW, Bytes, Mask, entropy, share
from eyebright.analyse.content.writing import LEAST_INK

NEAR_GROUND = 10
"""Largest difference of a channel from the ground's colour."""

RING = 24
"""The border looked at is this part of the shorter side."""

RING_STEP = 5
"""Of the border's pixels one in so many is looked at; odd, so that no column is passed over."""


def border_of(picture: Bytes) -> npt.NDArray[np.int16]:
    """(n, 3) pixels of the border, one of RING_STEP."""
    width = max(1, min(picture.shape[:2]) // RING)
    sides = (picture[:width], picture[-width:], picture[:, :width], picture[:, -width:])
    chosen = [side.reshape(-1, 3)[::RING_STEP] for side in sides]
    return np.concatenate(chosen).astype(np.int16)


def against_ground(
    part: list[Bytes], codes: npt.NDArray[np.uint16], border: npt.NDArray[np.int16]
) -> list[float]:
    """How plain the border is, what lies off its colour, and how lively that is."""
    colour = np.median(border, axis=0).astype(np.int16)
    plain = share(np.abs(border - colour).max(axis=1) <= NEAR_GROUND)
    off = _off(part, colour)
    rows, columns = off.mean(axis=1), off.mean(axis=0)
    found = share(off)
    tall, wide = share(rows > LEAST_INK), share(columns > LEAST_INK)
    height, width = off.shape
    middle = share(off[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4])
    features = [plain, float(border.std(axis=0).mean()) / 64, float(colour.max()) / 255]
    features += [float(colour.max() - colour.min()) / 255, found, tall, wide]
    features += [found / (tall * wide + 1e-3), middle]
    inside = differences(part[1])[off[:, 1:] & off[:, :-1]]
    features += [float(count) / (len(inside) + FEW) for count in above(inside)]
    counts = np.bincount(codes[off], minlength=4096)
    used = counts[counts > 0] / max(int(counts.sum()), 1)
    features += [float(np.log2(len(used) + 1)), entropy(used)]
    for line in (off, off.T):
        breaks = np.count_nonzero(line[:, 1:] != line[:, :-1]) / len(line)
        features.append(float(np.log2(breaks + 1)))
    return features


def _off(part: list[Bytes], colour: npt.NDArray[np.int16]) -> Mask:
    """Where any channel is further than NEAR_GROUND from the colour."""
    off = np.zeros(part[0].shape, np.bool_)
    for channel, middle in zip(part, colour.tolist(), strict=True):
        off |= channel > min(middle + NEAR_GROUND, 255)
        off |= channel < max(middle - NEAR_GROUND, 0)
    return off
