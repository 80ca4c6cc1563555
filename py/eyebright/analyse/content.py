"""What kind of picture it is: photo, screenshot, chart, drawing, document or product.

The proxy is reduced here to statistics that tell the drawn from the photographed, how its lines of
text lie is put beside them (`layout`), and a small network reads those. Doubt falls towards photo,
whose policy does least harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from eyebright.analyse import layout
from eyebright.analyse.luma import luma_of
from eyebright.policy.classify import is_drawn
from eyebright.values import CONTENTS_SEEN, Seen

NAME = "content"

CLASSES = CONTENTS_SEEN
"""In the order of the network's answers."""

PHOTO = CLASSES.index("photo")

MAY_BE_PHOTO = 0.25
"""From this probability on a picture is told as a photo, whatever is likelier: doubt between photo
and drawing does least harm there. 99.3 % of photos of held-out sources are told so (the card)."""

Bytes = npt.NDArray[np.uint8]
Tensor = npt.NDArray[np.generic]

BLOCK_PX = 8
LEAST_PX = 3 * BLOCK_PX
"""A smaller proxy is repeated at its edges up to this side."""

RANGES = (0, 2, 6, 16, 48, 128)
"""Most that a block's luma varies to count as flat, near flat, and so on."""

STEPS = (0, 2, 7, 23, 63, 127)
"""Luma differences between neighbours that are counted above."""

HARD_STEP = 32
"""A difference between neighbours that counts as an edge."""

FLAT_STEP = 2
"""A difference that counts as none, also after a fine JPEG."""

RUNS_PX = (8, 24)
"""Lengths from which an edge counts as a straight line."""

COMMON = (1, 2, 4, 8, 16, 64)
"""Shares of so many of the commonest colours."""

NEAR_GROUND = 10
"""Largest difference of a channel from the ground's colour."""

RING = 24
"""The border looked at is this part of the shorter side."""

LEAST_LIVELY = 4
"""Blocks; of fewer no spread is told."""

FEW = 64
"""Added to counts that divide, so that a handful of pixels makes no large share."""

MANY_EDGES = 6
FEW_EDGES = 1
DENSE_EDGES = 14
"""Hard steps in a block of 64 pixels: a stroke right through it has eight."""

LEAST_INK = 0.01
"""Share of a row or column off the ground from which something is there."""

RING_STEP = 5
"""Of the border's pixels one in so many is looked at; odd, so that no column is passed over."""

GREY = 8
SATURATED = 96

TWO_TONED = (0.25, 0.5, 0.75)
"""Quantiles of how far a lively block's pixels are from its darkest or lightest."""

ROUND_PERMILLE = 5
"""Facts are rounded to this step, far coarser than the hosts' differences in arithmetic."""


def prepare(picture: Bytes, lines: Sequence[float] = layout.UNKNOWN) -> dict[str, Tensor]:
    """`features` (1, n) float32 of a proxy (h, w, 3) uint8 of at most 512 pixels a side.

    `lines` are the numbers of `layout.features`, of the whole picture.
    """
    picture = _padded(picture)
    luma = luma_of(picture)
    across = _differences(luma)
    down = _differences(np.ascontiguousarray(luma.T))
    part = [np.ascontiguousarray(picture[::2, ::2, channel]) for channel in range(3)]
    codes = _codes(part)
    features = [
        *_blocks(luma),
        *_colours(codes),
        *_saturation(part),
        *_steps(across),
        *_steps(down),
        *_marks(across, down.T),
        *_hues(part),
        *_tones(luma),
        *_profiles(luma),
        *_against_ground(part, codes, _border(picture)),
        *lines,
    ]
    return {"features": np.asarray([features], np.float32)}


def read(outputs: Mapping[str, Tensor]) -> Seen:
    """The network's `classes` (1, 6): probabilities in the order of CLASSES."""
    shares = [float(value) for value in np.asarray(outputs["classes"]).ravel()]
    likeliest = max(range(len(CLASSES)), key=lambda i: shares[i])
    if shares[PHOTO] >= MAY_BE_PHOTO:
        likeliest = PHOTO
    confidence = round(1000 * shares[likeliest] / ROUND_PERMILLE) * ROUND_PERMILLE
    return Seen(content=CLASSES[likeliest], confidence_permille=confidence)


def fallback(flat_permille: int, colours: int) -> Seen:
    """By the statistics alone: flat areas and few colours are drawn; no confidence."""
    drawn = is_drawn(flat_permille, colours)
    return Seen(content="screenshot" if drawn else "photo", confidence_permille=0)


def _padded(picture: Bytes) -> Bytes:
    more = [max(0, LEAST_PX - side) for side in picture.shape[:2]]
    if not any(more):
        return picture
    return np.pad(picture, ((0, more[0]), (0, more[1]), (0, 0)), mode="edge")


def _differences(plane: Bytes) -> Bytes:
    """Absolute differences between neighbours along each row."""
    left, right = plane[:, :-1], plane[:, 1:]
    gaps: Bytes = np.maximum(left, right) - np.minimum(left, right)
    return gaps


def _codes(part: list[Bytes]) -> npt.NDArray[np.uint16]:
    """Colours at 4 bits per channel, as numbers below 4096."""
    red, green, blue = ((channel >> 4).astype(np.uint16) for channel in part)
    codes = red << np.uint16(8) | green << np.uint16(4) | blue
    return codes.astype(np.uint16)


def _blocks(luma: Bytes) -> list[float]:
    """Shares of blocks by how much they vary, and how two-toned the lively ones are."""
    rows, columns = luma.shape[0] // BLOCK_PX, luma.shape[1] // BLOCK_PX
    whole = luma[: rows * BLOCK_PX, : columns * BLOCK_PX]
    grid = whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX).transpose(1, 3, 0, 2)
    blocks = np.ascontiguousarray(grid).reshape(BLOCK_PX * BLOCK_PX, rows * columns)
    least, most = blocks.min(axis=0), blocks.max(axis=0)
    ranges = most - least
    shares = [_share(ranges <= limit) for limit in RANGES]
    lively = ranges > HARD_STEP
    if lively.sum() < LEAST_LIVELY:
        return [*shares, _share(lively), *(0.0 for _ in TWO_TONED), 0.0]
    chosen, low, high = blocks[:, lively], least[lively], most[lively]
    sums = np.minimum(chosen - low, high - chosen).sum(axis=0, dtype=np.uint32)
    between = sums / (float(len(blocks)) * ranges[lively])
    spread = [float(value) for value in np.quantile(between, TWO_TONED)]
    return [*shares, _share(lively), *spread, float(between.std())]


def _colours(codes: npt.NDArray[np.uint16]) -> list[float]:
    """How many colours there are, and how much the commonest take."""
    ranked = np.sort(np.bincount(codes.ravel(), minlength=4096))[::-1] / codes.size
    used = ranked[ranked > 0]
    taken = np.cumsum(ranked)
    shares = (float(taken[count - 1]) for count in COMMON)
    return [float(np.log2(len(used))), _entropy(used), *shares]


def _saturation(part: list[Bytes]) -> list[float]:
    red, green, blue = part
    most = np.maximum(np.maximum(red, green), blue)
    spread = most - np.minimum(np.minimum(red, green), blue)
    mean, deviation = float(spread.mean()) / 255, float(spread.std()) / 255
    return [mean, deviation, _share(spread <= GREY), _share(spread >= SATURATED)]


def _steps(steps: Bytes) -> list[float]:
    """Shares of differences above each size; hard ones between flat pixels; straight lines."""
    features = [float(count) / steps.size for count in _above(steps)]
    hard = steps > HARD_STEP
    flat = steps <= FLAT_STEP
    total = float(np.count_nonzero(hard)) + FEW
    crisp = hard[:, 1:-1] & flat[:, :-2] & flat[:, 2:]
    features.append(float(np.count_nonzero(crisp)) / total)
    for run in RUNS_PX:
        rows = len(steps) // run
        least = steps[: rows * run].reshape(rows, run, -1).min(axis=1)
        features.append(float(np.count_nonzero(least > HARD_STEP)) * run / total)
    return features


def _marks(across: Bytes, down: Bytes) -> list[float]:
    """Shares of blocks that hold strokes as letters do, upright or level lines, and their order.

    Letters have hard edges both ways; they stand in rows, with others to their left and right.
    """
    rows, columns = down.shape[0] // BLOCK_PX, across.shape[1] // BLOCK_PX
    counts = [_hard_counts(steps, rows, columns) for steps in (across, down)]
    upright, level = (count >= MANY_EDGES for count in counts)
    few = [count <= FEW_EDGES for count in counts]
    letters = upright & level
    kinds = (letters, upright & few[1], level & few[0], few[0] & few[1])
    features = [_share(kind) for kind in kinds]
    dense = (counts[0] >= DENSE_EDGES) & (counts[1] >= DENSE_EDGES)
    total = float(np.count_nonzero(letters)) + 4
    beside = letters[:, 1:-1] & letters[:, :-2] & letters[:, 2:]
    above = letters[1:-1] & letters[:-2] & letters[2:]
    features += [_share(dense), np.count_nonzero(beside) / total, np.count_nonzero(above) / total]
    features += [float(letters.mean(axis=axis).std()) for axis in (0, 1)]
    for axis in (0, 1):
        features.append(float((letters.mean(axis=axis) > LEAST_INK).mean()))
    return features


def _hard_counts(steps: Bytes, rows: int, columns: int) -> npt.NDArray[np.int64]:
    """(rows, columns) how many hard steps each block holds."""
    hard = steps[: rows * BLOCK_PX, : columns * BLOCK_PX] > HARD_STEP
    lines = hard.reshape(rows, BLOCK_PX, columns * BLOCK_PX).sum(axis=1, dtype=np.uint8)
    counts: npt.NDArray[np.int64] = lines.reshape(rows, columns, BLOCK_PX).sum(
        axis=2, dtype=np.int64
    )
    return counts


def _hues(part: list[Bytes]) -> list[float]:
    """Entropy of the hues of colourful pixels, of six, and the share of the commonest."""
    red, green, blue = part
    order = (red > green) * np.uint8(4) + (green > blue) * np.uint8(2) + (blue > red) * np.uint8(1)
    most = np.maximum(np.maximum(red, green), blue)
    spread = most - np.minimum(np.minimum(red, green), blue)
    counts = np.bincount(order[spread > SATURATED // 2], minlength=8) + 1e-3
    shares = counts / counts.sum()
    return [_entropy(shares), float(shares.max())]


def _tones(luma: Bytes) -> list[float]:
    seen = luma[::2, ::2]
    shares = np.bincount(seen.ravel(), minlength=256) / seen.size
    white, black = float(shares[248:].sum()), float(shares[:16].sum())
    mean = float((shares * np.arange(256)).sum()) / 255
    return [_entropy(shares[shares > 0]), white, black, mean, float(shares.max())]


def _profiles(luma: Bytes) -> list[float]:
    """How rows and columns of ink alternate, as lines of text do."""
    contrast = float(luma[::2, ::2].std()) + 4
    features = []
    for axis in (0, 1):
        profile = luma.sum(axis=axis, dtype=np.uint32) / luma.shape[axis]
        features.append(float(np.abs(np.diff(profile)).mean()) / contrast)
        features.append(float(profile.std()) / contrast)
    return features


def _border(picture: Bytes) -> npt.NDArray[np.int16]:
    """(n, 3) pixels of the border, one of RING_STEP."""
    width = max(1, min(picture.shape[:2]) // RING)
    sides = (picture[:width], picture[-width:], picture[:, :width], picture[:, -width:])
    chosen = [side.reshape(-1, 3)[::RING_STEP] for side in sides]
    return np.concatenate(chosen).astype(np.int16)


def _against_ground(
    part: list[Bytes], codes: npt.NDArray[np.uint16], border: npt.NDArray[np.int16]
) -> list[float]:
    """How plain the border is, what lies off its colour, and how lively that is."""
    colour = np.median(border, axis=0).astype(np.int16)
    plain = _share(np.abs(border - colour).max(axis=1) <= NEAR_GROUND)
    off = _off(part, colour)
    rows, columns = off.mean(axis=1), off.mean(axis=0)
    share = _share(off)
    tall, wide = _share(rows > LEAST_INK), _share(columns > LEAST_INK)
    height, width = off.shape
    middle = _share(off[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4])
    features = [plain, float(border.std(axis=0).mean()) / 64, float(colour.max()) / 255]
    features += [float(colour.max() - colour.min()) / 255, share, tall, wide]
    features += [share / (tall * wide + 1e-3), middle]
    inside = _differences(part[1])[off[:, 1:] & off[:, :-1]]
    features += [float(count) / (len(inside) + FEW) for count in _above(inside)]
    counts = np.bincount(codes[off], minlength=4096)
    used = counts[counts > 0] / max(int(counts.sum()), 1)
    features += [float(np.log2(len(used) + 1)), _entropy(used)]
    for line in (off, off.T):
        breaks = np.count_nonzero(line[:, 1:] != line[:, :-1]) / len(line)
        features.append(float(np.log2(breaks + 1)))
    return features


def _off(part: list[Bytes], colour: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Where any channel is further than NEAR_GROUND from the colour."""
    off = np.zeros(part[0].shape, np.bool_)
    for channel, middle in zip(part, colour.tolist(), strict=True):
        off |= channel > min(middle + NEAR_GROUND, 255)
        off |= channel < max(middle - NEAR_GROUND, 0)
    return off


def _above(steps: Bytes) -> list[int]:
    """How many steps are above each of STEPS: counting once is faster than comparing six times."""
    counts = np.bincount(steps.ravel(), minlength=256)
    return [int(counts[limit + 1 :].sum()) for limit in STEPS]


def _share(mask: npt.NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(mask)) / mask.size


def _entropy(shares: npt.NDArray[np.float64]) -> float:
    """Shannon's, in bits."""
    return float(-(shares * np.log2(shares)).sum())
