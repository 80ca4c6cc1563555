"""Pixels in, integer facts out: quantised here, so that two machines decide alike.

Statistics are taken over whole 8x8 blocks spread evenly over the picture, at full resolution:
scaling would invent colours and blur the flatness that tells drawings from photos.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eyebright.analyse.luma import luma_of
from eyebright.host import icc
from eyebright.host.base import Pixels
from eyebright.values import Facts, Source

BLOCK_PX = 8
MAX_BLOCKS_A_SIDE = 96
"""At most 96 x 96 blocks, 0.6 megapixels: enough for stable shares, cheap at any size."""

EDGE_STEP = 64
"""Luma step, of 255, between neighbours that counts as a hard edge."""

ROUND_CENTIBITS = 10
ROUND_PERMILLE = 5
"""Facts are rounded to these steps, coarser than the decoders' differences."""

COLOUR_BITS = 4
"""Leading bits kept of a count of colours, so 8 steps from one power of two to the next. Two
decoders of JPEG XL found 403 and 408, two colour management systems 718 and 719 (measured)."""


DOMINANT_BITS = 3
"""Of each channel: colours that agree in these are counted together."""

ROUND_RGB = 15
"""Step of the dominant colour, a seventeenth of the range: it only stands in for the picture."""

SEEN_ALPHA = 128
"""Pixels less opaque than half show what is behind them rather than their own colour."""


def facts(
    source: Source,
    pixels: Pixels,
    *,
    divisor: int = 1,
    profile: bytes = b"",
    profile_bytes: int = 0,
    unconverted: str = "",
) -> Facts:
    """What the policy may know of a decoded picture, also of one decoded at a reduced size.

    `profile` is the one that the pixels are in; empty: sRGB, in which all facts are told. What
    decoding told of its colours is handed on.
    """
    height, width = pixels.shape[:2]
    if divisor > 1:
        height, width = source.height, source.width
    blocks = icc.as_srgb(sample_blocks(pixels[..., :3]), profile)
    luma = luma_of(blocks)
    wide = luma.astype(np.int16)
    steps = wide[:, :, 1:] - wide[:, :, :-1]
    return Facts(
        format=source.format,
        width=width,
        height=height,
        size_bytes=source.size_bytes,
        sha256=source.sha256,
        frames=source.frames,
        pictures=source.pictures,
        bit_depth=source.bit_depth,
        has_alpha=source.has_alpha,
        has_icc=source.has_icc,
        metadata=source.metadata,
        source_quality=source.quality,
        source_subsampling=source.subsampling,
        profile_bytes=profile_bytes,
        unconverted=unconverted,
        transparent_permille=_transparent(pixels),
        flat_permille=_permille(_flat(luma), len(luma)),
        colours=_colours(blocks),
        edge_permille=_edges(steps),
        detail_centibits=_detail(steps),
        dominant_rgb=_dominant(blocks, pixels),
    )


def sample_blocks(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """(N, 8, 8, 3) uint8 blocks spread evenly; a side under 8 pixels is repeated to 8."""
    height, width = pixels.shape[:2]
    pad_y, pad_x = max(0, BLOCK_PX - height), max(0, BLOCK_PX - width)
    if pad_y or pad_x:
        pixels = np.pad(pixels, ((0, pad_y), (0, pad_x), (0, 0)), mode="edge")
    down, across = _places(pixels.shape[0]), _places(pixels.shape[1])
    whole = pixels[
        : pixels.shape[0] // BLOCK_PX * BLOCK_PX, : pixels.shape[1] // BLOCK_PX * BLOCK_PX
    ]
    grid = whole.reshape(-1, BLOCK_PX, whole.shape[1] // BLOCK_PX, BLOCK_PX, 3)
    blocks: npt.NDArray[np.uint8] = grid[down][:, :, across].swapaxes(1, 2)
    return blocks.reshape(-1, BLOCK_PX, BLOCK_PX, 3)


def _places(side: int) -> npt.NDArray[np.intp]:
    """Which blocks along a side, on the 8-pixel grid of the codecs."""
    total = side // BLOCK_PX
    count = min(total, MAX_BLOCKS_A_SIDE)
    return np.arange(count) * total // count


def _transparent(pixels: Pixels) -> int:
    """Pixels not fully opaque, per thousand, rounded up so that one pixel counts."""
    if pixels.shape[2] == 3:
        return 0
    alpha = pixels[..., 3]
    return -(-int((alpha < 255).sum()) * 1000 // alpha.size)


def _permille(count: int, total: int) -> int:
    return round(1000 * count / total / ROUND_PERMILLE) * ROUND_PERMILLE


def _colours(blocks: npt.NDArray[np.uint8]) -> int:
    """Distinct colours at 4 bits per channel, at most 4096, to COLOUR_BITS leading bits."""
    codes = _codes(blocks.reshape(-1, 3).T, 4)
    count = int(np.count_nonzero(np.bincount(codes, minlength=4096)))
    step = 1 << max(0, count.bit_length() - COLOUR_BITS)
    return round(count / step) * step


def _codes(channels: npt.NDArray[np.uint8], bits: int) -> npt.NDArray[np.uint16]:
    """Colours (3, N) by the leading bits of each channel, as one number each."""
    red, green, blue = (channel.astype(np.uint16) >> (8 - bits) for channel in channels)
    codes: npt.NDArray[np.uint16] = (red << bits | green) << bits | blue
    return codes


def _dominant(blocks: npt.NDArray[np.uint8], pixels: Pixels) -> tuple[int, ...]:
    """The mean of the most common of 512 colours among pixels that are seen; none if none is."""
    colours = blocks.reshape(-1, 3)
    if pixels.shape[2] == 4:
        alpha = sample_blocks(pixels[..., 1:])[..., 2]  # three channels, of which one is looked at
        colours = colours[alpha.ravel() >= SEEN_ALPHA]
    if not len(colours):
        return ()
    channels = colours.T
    codes = _codes(channels, DOMINANT_BITS)
    is_common = codes == np.bincount(codes).argmax()
    means = (float(channel[is_common].mean()) for channel in channels)
    return tuple(round(mean / ROUND_RGB) * ROUND_RGB for mean in means)


def _flat(luma: npt.NDArray[np.uint8]) -> int:
    """Blocks of one brightness."""
    flat = luma.reshape(len(luma), -1)
    return int(np.count_nonzero(flat.max(axis=1) == flat.min(axis=1)))


def _edges(steps: npt.NDArray[np.int16]) -> int:
    return _permille(int(np.count_nonzero(np.abs(steps) > EDGE_STEP)), steps.size)


def _detail(steps: npt.NDArray[np.int16]) -> int:
    """Shannon entropy of the luma differences between neighbours, centibits per pixel."""
    counts = np.bincount(steps.ravel() + 255, minlength=511)
    share = counts[counts > 0] / steps.size
    bits = float(-(share * np.log2(share)).sum())
    return round(100 * bits / ROUND_CENTIBITS) * ROUND_CENTIBITS
