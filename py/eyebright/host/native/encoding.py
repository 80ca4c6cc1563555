"""Pixels to bytes, exactly as a trial says, with the libraries of CPython.

JPEG is mozjpeg's through libvips where libvips was built with it, else Pillow's libjpeg-turbo;
`writers` says which. Lossy WebP is libvips' too, for the sharp chroma that Pillow does not offer
(six photos: 4 % fewer bytes at equal SSIMULACRA2, and 2 to 7 points more at quality 100). AVIF is
Pillow's (libaom's default tuning for stills, `iq`, was 3 to 8 % smaller than the others there),
JPEG XL imagecodecs', PNG oxipng's, else Pillow's. The quick ones are Pillow's JPEG and WebP as a
browser's canvas writes them. Nothing here writes metadata.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from types import ModuleType

import numpy as np

from eyebright.errors import CodecError
from eyebright.host.base import Pixels
from eyebright.host.native import libvips
from eyebright.values import Trial

WEBP_SLOWEST = 6
"""The highest `method` of libwebp (webp/encode.h: 0 = fast, 6 = slower and better)."""

AVIF_FASTEST = 10
"""The highest speed of libavif (avif/avif.h: AVIF_SPEED_FASTEST)."""

JXL_EFFORTS = (1, 9)
"""Efforts that libjxl offers without its expert options (jxl/encode.h)."""

JXL_LEAST_DISTANCE = 0.1
"""What libjxl's formula tends to at quality 100; 0 would ask for the lossless mode."""

OXIPNG_HIGHEST = 6
"""The highest preset of oxipng (0 = fastest, 6 = smallest)."""

QUICK_WEBP_METHOD = 3
"""What Skia, which encodes Chromium's canvas, asks libwebp for (SkWebpEncoderImpl.cpp)."""

_PILLOW_SUBSAMPLING = {"420": "4:2:0", "444": "4:4:4"}
_WITHOUT_ALPHA = frozenset({"jpeg"})
_LOSSLESS = frozenset({"webp", "jxl", "png"})


def encode(pixels: Pixels, trial: Trial) -> bytes:
    """Bytes of one file. Raises CodecError for what a format cannot do and for failed encoders."""
    _check(pixels, trial)
    encoder = _QUICK[trial.format] if trial.encoder else _ENCODERS[trial.format]
    try:
        return encoder(np.ascontiguousarray(pixels), trial)
    except CodecError:
        raise
    except Exception as exc:  # five libraries, no common base class for their errors
        height, width = pixels.shape[:2]
        raise CodecError(
            f"the {trial.format} encoder failed on {width}x{height} pixels at quality "
            f"{trial.quality}: {str(exc) or type(exc).__name__}; try another format"
        ) from exc


def _check(pixels: Pixels, trial: Trial) -> None:
    height, width, channels = pixels.shape
    if trial.format not in _ENCODERS:
        raise CodecError(f"{trial.format} is not written here; choose {', '.join(_ENCODERS)}")
    if (width, height) != (trial.width, trial.height):
        raise CodecError(
            f"the trial asks for {trial.width}x{trial.height} but got {width}x{height} pixels"
        )
    if channels == 4 and trial.format in _WITHOUT_ALPHA:
        raise CodecError(
            f"{trial.format} has no alpha channel and the picture is transparent; "
            "choose avif, webp, jxl or png"
        )
    if trial.encoder and trial.format not in _QUICK:
        raise CodecError(f"{trial.format} has no quick encoder here; choose {', '.join(_QUICK)}")
    if trial.lossless and trial.format not in _LOSSLESS:
        raise CodecError(f"{trial.format} is not written losslessly here; choose webp, jxl or png")


def _encode_jpeg(pixels: Pixels, trial: Trial) -> bytes:
    quality = max(1, trial.quality)  # libjpeg's scale begins at 1
    if libvips.has_mozjpeg():
        return libvips.mozjpeg(pixels, quality, trial.subsampling)
    return _save(
        pixels,
        "JPEG",
        quality=quality,
        subsampling=_PILLOW_SUBSAMPLING[trial.subsampling],
        optimize=True,
        progressive=True,
    )


def _encode_webp(pixels: Pixels, trial: Trial) -> bytes:
    method = min(trial.speed, WEBP_SLOWEST)
    if libvips.has_sharp_webp() and not trial.lossless:
        return libvips.sharp_webp(pixels, trial.quality, method)
    return _save(
        pixels,
        "WEBP",
        quality=100 if trial.lossless else trial.quality,
        method=method,
        lossless=trial.lossless,
        exact=trial.lossless,
        alpha_quality=100,
    )


def _encode_avif(pixels: Pixels, trial: Trial) -> bytes:
    return _save(
        pixels,
        "AVIF",
        quality=trial.quality,
        speed=min(trial.speed, AVIF_FASTEST),
        subsampling=_PILLOW_SUBSAMPLING[trial.subsampling],
        autotiling=True,
    )


def _encode_jxl(pixels: Pixels, trial: Trial) -> bytes:
    imagecodecs = _imagecodecs()
    effort = min(max(trial.speed, JXL_EFFORTS[0]), JXL_EFFORTS[1])
    if trial.lossless:
        return bytes(imagecodecs.jpegxl_encode(pixels, effort=effort, lossless=True))
    distance = jxl_distance(trial.quality)
    return bytes(imagecodecs.jpegxl_encode(pixels, effort=effort, distance=distance))


def jxl_distance(quality: int) -> float:
    """Butteraugli distance for a quality of 0 to 100.

    The mapping is libjxl's own, `JxlEncoderDistanceFromQuality` in lib/jxl/encode.cc (0.11),
    except that 100 is the limit of the formula and not lossless.
    """
    if quality >= 30:
        return max(JXL_LEAST_DISTANCE, 0.1 + (100 - quality) * 0.09)
    return 53.0 / 3000.0 * quality * quality - 23.0 / 20.0 * quality + 25.0


def _encode_png(pixels: Pixels, trial: Trial) -> bytes:
    if importlib.util.find_spec("oxipng") is None:
        return _save(pixels, "PNG", optimize=True)
    import oxipng

    height, width, channels = pixels.shape
    colour = oxipng.ColorType.rgba() if channels == 4 else oxipng.ColorType.rgb()
    raw = oxipng.RawImage(pixels.tobytes(), width, height, color_type=colour, bit_depth=8)
    level = min(max(trial.speed, 0), OXIPNG_HIGHEST)
    return bytes(raw.create_optimized_png(level=level, strip=oxipng.StripChunks.all()))


def _quick_jpeg(pixels: Pixels, trial: Trial) -> bytes:
    """With libjpeg's own tables, and no second look at the coefficients."""
    return _save(pixels, "JPEG", quality=max(1, trial.quality), subsampling="4:2:0")


def _quick_webp(pixels: Pixels, trial: Trial) -> bytes:
    return _save(pixels, "WEBP", quality=trial.quality, method=QUICK_WEBP_METHOD)


def _save(pixels: Pixels, pillow_format: str, **options: object) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    try:
        Image.fromarray(pixels).save(out, pillow_format, **options)
    except KeyError as exc:  # Pillow looks encoders up in a dictionary
        raise CodecError(f"this Pillow does not write {pillow_format}; choose another") from exc
    return out.getvalue()


def _imagecodecs() -> ModuleType:
    try:
        import imagecodecs
    except ImportError as exc:
        raise CodecError("JPEG XL needs imagecodecs; pip install imagecodecs") from exc
    return imagecodecs


_ENCODERS: dict[str, Callable[[Pixels, Trial], bytes]] = {
    "avif": _encode_avif,
    "webp": _encode_webp,
    "jpeg": _encode_jpeg,
    "jxl": _encode_jxl,
    "png": _encode_png,
}

_QUICK: dict[str, Callable[[Pixels, Trial], bytes]] = {"jpeg": _quick_jpeg, "webp": _quick_webp}
