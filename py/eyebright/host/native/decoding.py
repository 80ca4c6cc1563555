"""Bytes to upright sRGB pixels: Pillow; for JPEG XL and 16 bits imagecodecs, for HEIC pi-heif.

First frame only. The orientation is applied once: the EXIF tag of JPEG, PNG and WebP, TIFF's own
tag, AVIF's, HEIC's and JPEG XL's own transforms (as browsers do; XMP is not asked). A colour
profile is converted with LittleCMS. An alpha channel is given only where some pixel is not opaque.
"""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from eyebright.errors import CorruptImage, LimitExceeded, UnsupportedFormat
from eyebright.host import headers
from eyebright.host.base import Decoded, Pixels
from eyebright.host.coding import Coding, coding_of
from eyebright.host.native import cms, colour, depth, drawing, heif
from eyebright.host.upright import drop_idle_alpha, turn_upright

if TYPE_CHECKING:
    from PIL import Image

# At DEBUG Pillow logs the values of EXIF and TIFF tags: places, names, serial numbers.
for _reader in ("PIL.TiffImagePlugin", "PIL.PngImagePlugin"):
    logging.getLogger(_reader).setLevel(logging.INFO)

PILLOW_NAMES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "gif": "GIF",
    "tiff": "TIFF",
    "bmp": "BMP",
    "ico": "ICO",
    "avif": "AVIF",
}
"""Pillow's names of the formats that it reads."""

EXIF_ORIENTATION = 0x0112
"""Tag `Orientation` (TIFF 6.0, Exif 2.3)."""

STRIP_PX = 1 << 20
"""Pixels that are copied out of Pillow at once; chosen: some 10 MB of copies."""

_EXIF_FORMATS = frozenset({"jpeg", "png", "webp", "avif"})

# What Pillow's readers raise on broken bytes, seen by cutting and flipping the bytes of files.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
    UserWarning,  # Pillow warns of broken headers; a caller may have made that an error
)


_BUFFER_COUNT = re.compile(r" *\(-?\d+ bytes not processed\)")


def decode(
    data: bytes, source_format: str, *, keep_colours: bool = False, divisor: int = 1
) -> Decoded:
    """Upright pixels of the first frame, sRGB unless their own RGB profile is to be kept.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of each side on request.

    Raises CorruptImage, UnsupportedFormat or LimitExceeded (the memory, or Pillow's limit against
    decompression bombs).
    """
    try:
        if source_format == "jxl":
            return _decode_jxl(data, keep_colours=keep_colours)
        if source_format == "heic":
            return _in_its_colours(heif.samples_of(data), data, "heic", keep_colours=keep_colours)
        if source_format == "svg":
            return drawing.draw(data)
        divisor = divisor if source_format == "jpeg" else 1
        return _decode_pillow(data, source_format, divisor, keep_colours=keep_colours)
    except MemoryError as exc:
        raise LimitExceeded(
            f"the {source_format} file does not fit into memory once decoded; make it smaller first"
        ) from exc


def _decode_pillow(data: bytes, source_format: str, divisor: int, *, keep_colours: bool) -> Decoded:
    image, orientation = _open(data, source_format, divisor)
    coding = coding_of(data, source_format, image.info.get("icc_profile"))
    words, notes = depth.words_of(image, data, source_format)
    if words is None:
        image, alpha = colour.split_alpha(image, source_format)
        samples: cms.Samples = _copied(image)
    else:
        samples, alpha = colour.split_samples(words)
    del image  # it takes as much as the samples
    bits = depth.bits_of(data, source_format)
    whole = made(samples, alpha, coding, keep_colours=keep_colours, bits=bits)
    return Decoded(
        pixels=turn_upright(whole.pixels, orientation),
        divisor=divisor,
        notes=(*notes, *whole.notes),
        profile=whole.profile,
    )


def made(
    samples: cms.Samples,
    alpha: cms.Samples | None,
    coding: Coding,
    *,
    keep_colours: bool,
    bits: int = depth.WORD_BITS,
) -> Decoded:
    """Converted with all of their bits where that can be, and only then reduced to eight."""
    depth_notes: colour.Notes = ()
    if not cms.can_convert_words():
        samples, depth_notes = depth.reduce(samples, bits)
    rgb, profile, colour_notes = colour.as_rgb(samples, coding, keep_colours=keep_colours)
    eight, more = depth.reduce(rgb, bits)
    clear = None if alpha is None else depth.rounded(alpha)
    return Decoded(
        pixels=_join(eight, clear), notes=(*depth_notes, *more, *colour_notes), profile=profile
    )


def _open(data: bytes, source_format: str, divisor: int) -> tuple[Image.Image, int]:
    """The loaded first frame, and the orientation that is still to be applied."""
    from PIL import Image, UnidentifiedImageError, features

    if source_format not in PILLOW_NAMES:
        raise UnsupportedFormat(
            f"{source_format or 'this format'} is not read here; convert it to PNG or JPEG first"
        )
    if source_format in {"avif", "webp"} and not features.check(source_format):
        raise UnsupportedFormat(f"this Pillow does not read {source_format}; install a full one")
    try:
        image = Image.open(io.BytesIO(data), formats=[PILLOW_NAMES[source_format]])
        if divisor > 1:  # libjpeg then computes only the coarse part of each block
            image.draft(image.mode, (image.width // divisor, image.height // divisor))
        image.load()
        if source_format == "png":
            _check_png(image, data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise LimitExceeded(f"the {source_format} file is too large to decode: {exc}") from exc
    except UnidentifiedImageError as exc:  # its own message tells an address in memory
        raise CorruptImage(
            f"the {source_format} header is broken or cut short; get the file again"
        ) from exc
    except _BROKEN as exc:
        if "not available" in str(exc):  # Pyodide's Pillow has no libtiff
            raise UnsupportedFormat(
                f"this {source_format} is compressed in a way that is not read here; "
                "save it uncompressed, or as PNG"
            ) from exc
        raise CorruptImage(
            f"the {source_format} data is broken or cut short: {_said(exc)}; get the file again"
        ) from exc
    return image, _orientation(image, source_format)


def _check_png(image: Image.Image, data: bytes) -> None:
    """What Pillow 13 leaves: checksums of pixels, a missing palette, clear grey of 2 and 4 bits."""
    if not headers.has_sound_pixels(data):
        raise ValueError("a checksum does not fit")
    if image.mode == "P" and image.palette is None:
        raise ValueError("its palette is missing")
    key, bits = image.info.get("transparency"), headers.bits_of_png(data)
    if image.mode == "L" and bits < 8 and isinstance(key, int):
        image.info["transparency"] = key * 255 // ((1 << bits) - 1)  # as Pillow stretches samples


def _said(exc: Exception) -> str:
    """Pillow's words, without the count of its own buffer, which says nothing to anybody."""
    return _BUFFER_COUNT.sub("", str(exc)) or type(exc).__name__


def _orientation(image: Image.Image, source_format: str) -> int:
    """1 to 8; 1 where the tag is missing or makes no sense. Pillow turns TIFF itself."""
    from PIL import Image

    block = image.info.get("exif")
    if source_format not in _EXIF_FORMATS or not block:
        return 1
    exif = Image.Exif()
    try:
        exif.load(block)
        value = exif.get(EXIF_ORIENTATION, 1)
    except _BROKEN:  # a broken tag block says nothing of how to turn: as browsers, not at all
        return 1
    return value if value in range(1, 9) else 1


def _copied(image: Image.Image) -> Pixels:
    """An image as (H, W, channels). In strips: Pillow's own way takes three copies at once."""
    pixels = np.empty((image.height, image.width, len(image.getbands())), np.uint8)
    step = max(1, STRIP_PX // image.width)
    for top in range(0, image.height, step):
        bottom = min(image.height, top + step)
        strip = np.asarray(image.crop((0, top, image.width, bottom)))
        pixels[top:bottom] = strip.reshape(pixels[top:bottom].shape)
    return pixels


def _join(rgb: Pixels, alpha: Pixels | None) -> Pixels:
    return np.ascontiguousarray(rgb) if alpha is None else drop_idle_alpha(np.dstack([rgb, alpha]))


def _jxl_fault(said: str) -> CorruptImage | UnsupportedFormat:
    """Imagecodecs' words, which name its functions, in ours."""
    if "not supported" in said:
        return UnsupportedFormat(
            f"this kind of JPEG XL is not read here ({said}); export it with 8 or 16 bits a sample"
        )
    what = "ends too early" if "NEED_MORE_INPUT" in said else "is broken"
    return CorruptImage(f"the jxl data {what}; get the file again")


def _decode_jxl(data: bytes, *, keep_colours: bool) -> Decoded:
    """LibJXL turns the picture upright; samples come in the colours that its header names."""
    try:
        import imagecodecs
    except ImportError as exc:
        raise UnsupportedFormat("JPEG XL needs imagecodecs; pip install imagecodecs") from exc
    try:
        samples = imagecodecs.jpegxl_decode(data, index=0)
    except (RuntimeError, ValueError, TypeError, IndexError) as exc:
        raise _jxl_fault(str(exc)) from exc
    return _in_its_colours(samples, data, "jxl", keep_colours=keep_colours)


def _in_its_colours(
    samples: cms.Samples, data: bytes, source_format: str, *, keep_colours: bool
) -> Decoded:
    """Upright samples of grey or RGB, converted from the colours that the header names."""
    rgb, alpha = colour.split_samples(samples)
    return made(rgb, alpha, coding_of(data, source_format), keep_colours=keep_colours)
