"""Sixteen bits to eight, rounded to the nearest: Pillow by itself drops the low byte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from eyebright.errors import UnsupportedFormat
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

_WORDS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_UNREAD = frozenset({"I", "F", "LAB", "HSV"})

Words = npt.NDArray[np.uint16]
Notes = tuple[Reason, ...]

_ROUNDED = Reason(
    code="depth-reduced",
    text="The picture has 16 bits per sample; they were rounded to 8.",
    values={"bits": 16},
)
_TRUNCATED = Reason(
    code="depth-truncated",
    text="The picture has 16 bits per sample; only the upper 8 could be read here.",
    values={"bits": 16},
)


def reduce(samples: npt.NDArray[Any]) -> tuple[Pixels, Notes]:
    """Samples of 8 or 16 bits as 8, and a note where they had 16."""
    if samples.dtype == np.uint8:
        return samples, ()
    if samples.dtype != np.uint16:
        raise UnsupportedFormat(
            f"samples of type {samples.dtype} are not read here; convert the file to 8 or 16 bits"
        )
    return _round(samples), (_ROUNDED,)


def to_eight_bits(image: Image.Image, data: bytes, source_format: str) -> tuple[Image.Image, Notes]:
    """A loaded Pillow image with 8 bits per sample, made from all 16 where `data` has them."""
    if image.mode in _UNREAD:
        raise UnsupportedFormat(
            f"{source_format} pictures of kind {image.mode} are not read here; "
            "convert the file to RGB with 8 or 16 bits"
        )
    if not _is_deep(image, data, source_format):
        return image, ()
    words = _read_words(image, data, source_format)
    if words is None:
        return image, (_TRUNCATED,)
    return _as_image(_round(words)), (_ROUNDED,)


def _is_deep(image: Image.Image, data: bytes, source_format: str) -> bool:
    if image.mode in _WORDS:
        return True
    if source_format == "png":
        return data[PNG_DEPTH_OFFSET] == 16
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
        words = np.asarray(imagecodecs.tiff_decode(data, index=0))
    except (RuntimeError, ValueError, TypeError, IndexError):  # imagecodecs' errors; noted above
        return None
    # Orientation, alpha kinds and CMYK of TIFF are Pillow's business: only the plain case here.
    return words if words.ndim == 3 and words.shape[2] == 3 else None


def _round(words: Words) -> Pixels:
    """The nearest of 256 steps, in strips so that the wide numbers stay few."""
    eight = np.empty(words.shape, np.uint8)
    for top in range(0, len(words), 256):
        strip = words[top : top + 256].astype(np.uint32)
        eight[top : top + 256] = (strip * 255 + 32767) // 65535
    return eight


def _as_image(eight: Pixels) -> Image.Image:
    from PIL import Image

    return Image.fromarray(eight)


def _tag(image: Image.Image, number: int, default: Any) -> Any:
    return getattr(image, "tag_v2", {}).get(number, default)
