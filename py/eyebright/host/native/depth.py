"""Sixteen bits to eight, rounded to the nearest: Pillow by itself drops the low byte.

Smooth gradients are dithered, for there the rounding would show as bands; nothing else is, so that
no texture costs more bytes than before. The same words always give the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eyebright.errors import UnsupportedFormat
from eyebright.host import headers
from eyebright.host.base import Pixels
from eyebright.values import Reason

if TYPE_CHECKING:
    from PIL import Image

PNG_DEPTH_OFFSET = 24
"""Where a PNG says its bits per sample: signature 8, chunk head 8, width and height 8 bytes."""

TIFF_BITS_PER_SAMPLE, TIFF_PHOTOMETRIC = 258, 262
"""Tag numbers (TIFF 6.0, section 8)."""

TIFF_WHITE_IS_ZERO = 0
"""Value of PhotometricInterpretation whose grey scale runs backwards."""

WORD_BITS = 16

_WORDS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_UNREAD = frozenset({"I", "F", "LAB", "HSV"})

Words = npt.NDArray[np.uint16]
Notes = tuple[Reason, ...]


def _truncated(bits: int) -> Reason:
    text = f"The picture has {bits} bits per sample; only the upper 8 could be read here."
    return Reason(code="depth-truncated", text=text, values={"bits": bits})


BLOCK_PX = 16
"""Side of the squares for each of which it is decided whether bands would show."""

LEVEL = 257
"""Of 65535, one step of 255."""

SMOOTH_BEND = LEVEL // 4
"""Largest second difference between neighbours in a block that counts as smooth: noise that moves a
sample by a quarter of a level breaks bands up by itself. Our choice; a sensor's noise is above."""

BAND_SPAN = 4 * LEVEL
"""Largest span in a block: steeper slopes have bands below four pixels, which do not show."""

_STRIP_ROWS = 16 * BLOCK_PX
_NOISE = (0.06711056, 0.00583715, 52.9829189)
"""Jimenez 2014, Next Generation Post Processing in Call of Duty: interleaved gradient noise."""

_CHANNEL_SHIFT_PX = 47
"""The pattern's shift from channel to channel, so that their noise does not add up. Our choice."""


def reduce(samples: npt.NDArray[Any], bits: int = WORD_BITS) -> tuple[Pixels, Notes]:
    """(H, W, C) colours of 8 or 16 bits as 8, dithered where bands would show; a note of it.

    `bits` is how many the file itself has.
    """
    if samples.dtype == np.uint8:
        return samples, ()
    if samples.dtype != np.uint16:
        raise UnsupportedFormat(
            f"samples of type {samples.dtype} are not read here; convert the file to 8 or 16 bits"
        )
    eight, dithered = np.empty(samples.shape, np.uint8), 0
    for top in range(0, len(samples), _STRIP_ROWS):
        strip = samples[top : top + _STRIP_ROWS]
        offsets = np.full(strip.shape, 0.5)
        banded = _shows_bands(strip)
        if banded.any():
            dithered += int(banded.sum())
            offsets = np.where(banded, _pattern(top, strip.shape), offsets)
        eight[top : top + _STRIP_ROWS] = np.floor(strip / LEVEL + offsets)
    return eight, (reduced(bits, -(-1000 * dithered // samples.size)),)


def rounded(samples: npt.NDArray[Any]) -> Pixels:
    """Samples of 8 or 16 bits as 8, each the nearest."""
    if samples.dtype == np.uint8:
        return samples
    eight = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), _STRIP_ROWS):
        strip = samples[top : top + _STRIP_ROWS].astype(np.uint32)
        eight[top : top + _STRIP_ROWS] = (strip + LEVEL // 2) // LEVEL
    return eight


def words_of(image: Image.Image, data: bytes, source_format: str) -> tuple[Words | None, Notes]:
    """All 16 bits of a loaded Pillow image where the file has them, as (H, W) or (H, W, channels).

    None for 8 bits and, with a note, where nothing here reads them.
    """
    if image.mode in _UNREAD:
        raise UnsupportedFormat(
            f"{source_format} pictures of kind {image.mode} are not read here; "
            "convert the file to RGB with 8 or 16 bits"
        )
    if not _is_deep(image, data, source_format):
        return None, ()
    words = _read_words(image, data, source_format)
    return words, () if words is not None else (_truncated(bits_of(data, source_format)),)


def reduced(bits: int, dithered_permille: int = 0) -> Reason:
    """What is told of samples of more than 8 bits."""
    text = f"The picture has {bits} bits per sample; they were rounded to 8"
    return Reason(
        code="depth-reduced",
        text=f"{text}, gradients with dither." if dithered_permille else f"{text}.",
        values={"bits": bits, "dithered_permille": dithered_permille},
    )


def bits_of(data: bytes, source_format: str) -> int:
    """Bits per sample of a deep file."""
    return headers.bits_of_avif(data) if source_format == "avif" else WORD_BITS


def _shows_bands(words: Words) -> npt.NDArray[np.bool_]:
    """Where rounding would draw bands: blocks that are smooth and hardly, but not wholly, flat."""
    wide = words.astype(np.int32)
    bend = np.zeros(wide.shape, np.int32)
    bend[1:-1] = np.abs(np.diff(wide, 2, axis=0))
    bend[:, 1:-1] = np.maximum(bend[:, 1:-1], np.abs(np.diff(wide, 2, axis=1)))
    span = _blocks(np.maximum, wide) - _blocks(np.minimum, wide)
    banded = (_blocks(np.maximum, bend) <= SMOOTH_BEND) & (span > 0) & (span <= BAND_SPAN)
    height, width = words.shape[:2]
    return banded.repeat(BLOCK_PX, axis=0)[:height].repeat(BLOCK_PX, axis=1)[:, :width]


def _blocks(extreme: np.ufunc, values: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    rows = extreme.reduceat(values, np.arange(0, values.shape[0], BLOCK_PX), axis=0)
    found: npt.NDArray[np.int32] = extreme.reduceat(
        rows, np.arange(0, values.shape[1], BLOCK_PX), axis=1
    )
    return found


def _pattern(top: int, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Evenly spread values from 0 to 1, whose neighbours differ much."""
    height, width, channels = shape
    x = np.arange(width)[:, None] + _CHANNEL_SHIFT_PX * np.arange(channels)
    y = np.arange(top, top + height)[:, None, None]
    by_x, by_y, scale = _NOISE
    return (scale * ((by_x * x + by_y * y) % 1.0)) % 1.0


def _is_deep(image: Image.Image, data: bytes, source_format: str) -> bool:
    if image.mode in _WORDS:
        return True
    if source_format == "png":
        return data[PNG_DEPTH_OFFSET] == 16
    if source_format == "avif":
        is_film = getattr(image, "n_frames", 1) > 1  # imagecodecs 2026 dies of some
        return headers.bits_of_avif(data) > 8 and not is_film
    return source_format == "tiff" and 16 in _tag(image, TIFF_BITS_PER_SAMPLE, (8,))


def _read_words(image: Image.Image, data: bytes, source_format: str) -> Words | None:
    """All 16 bits, as (H, W) or (H, W, channels); None where nothing here reads them."""
    if image.mode in _WORDS:
        return _grey_words(image, source_format)
    words = _decode_words(data, source_format)
    if words is None or words.dtype != np.uint16 or words.shape[:2] != image.size[::-1]:
        return None
    return words


def _grey_words(image: Image.Image, source_format: str) -> Words:
    """Grey, with an alpha channel where one value stands for transparent."""
    grey = np.asarray(image).astype(np.uint16)
    if source_format == "tiff" and _tag(image, TIFF_PHOTOMETRIC, 1) == TIFF_WHITE_IS_ZERO:
        return 65535 - grey
    key = image.info.get("transparency")
    if not isinstance(key, int):
        return grey
    return np.dstack([grey, np.where(grey == key, 0, 65535).astype(np.uint16)])


def _decode_words(data: bytes, source_format: str) -> Words | None:
    try:
        import imagecodecs
    except ImportError:
        return None
    try:
        if source_format == "png":
            return np.asarray(imagecodecs.png_decode(data))
        if source_format == "avif":
            words = np.asarray(imagecodecs.avif_decode(data, index=0))
            is_plain = words.dtype == np.uint16 and words.ndim == 3 and words.shape[2] >= 3
            return stretched(words, headers.bits_of_avif(data)) if is_plain else None
        words = np.asarray(imagecodecs.tiff_decode(data, index=0))
    except (RuntimeError, ValueError, TypeError, IndexError):  # imagecodecs' errors; noted above
        return None
    # Orientation, alpha kinds and CMYK of TIFF are Pillow's business: only the plain case here.
    return words if words.ndim == 3 and words.shape[2] == 3 else None


def stretched(words: Words, bits: int) -> Words:
    """Samples of 10 or 12 bits as 16."""
    most = (1 << bits) - 1
    stretched = np.empty(words.shape, np.uint16)
    for top in range(0, len(words), _STRIP_ROWS):
        strip = words[top : top + _STRIP_ROWS].astype(np.uint32)
        stretched[top : top + _STRIP_ROWS] = (strip * 65535 + most // 2) // most
    return stretched


def _tag(image: Image.Image, number: int, default: Any) -> Any:
    return getattr(image, "tag_v2", {}).get(number, default)
