"""Whether a result is what its report says, by other decoders than those that made it.

libvips reads both files (imagecodecs JPEG XL), turns them upright and converts their colours; the
score is the metric's own on those pixels.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
import pyvips
from PIL import Image, ImageOps

from eyebright.errors import MetricError
from eyebright.metrics import ssimulacra2
from hostile.film import faults_in_film

Pixels = npt.NDArray[np.uint8]

SCORE_SLACK = 0.5
"""Below the target: two decoders of one JPEG differ by a step here and there."""

AVIF_BRANDS = (b"ftypavif", b"ftypavis", b"ftypmif1")
"""Where a file with still or moving AV1 pictures starts, from its byte 4 on."""

JXL_MARKS = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
"""Of a bare codestream and of a container (ISO/IEC 18181-2)."""

OTHER_COLOURS = frozenset(
    {"profile-converted", "profile-ignored", "depth-reduced", "depth-truncated"}
)
"""Codes of notes after which another colour management may differ in more than the score allows."""

CONVERSION = {"embedded": True, "black_point_compensation": True}

ICC_MARKS = (b"iCCP", b"ICCP", b"ICC_PROFILE\0", b"colrprof", b"colrrICC")
"""Where PNG, WebP, JPEG and AVIF carry a profile."""

WITHOUT_PROFILE = frozenset({"cmyk-converted", "profile-mismatched", "profile-unreadable"})
"""Codes after which every program guesses colours of its own: the score says nothing."""

LOOSE_SLACK = 6.0
"""Below the target where colours were converted by two systems, or 16 bits rounded by two."""


def faults(original: bytes, delivered: bytes, report: Mapping[str, Any]) -> str:
    """What is wrong with a result, in words; nothing where it is right."""
    if report["bytes"] != len(delivered):
        return f"the report says {report['bytes']} bytes of {len(delivered)}"
    if report["kept_original"]:
        return "" if delivered == original else "the original was kept but its bytes changed"
    if len(delivered) > len(original) and "original-not-shown" not in _codes(report):
        return f"larger than the original: {len(delivered)} of {len(original)} bytes"
    if not report["reasons"]:
        return "no reason is given"
    try:
        return _faults_in_picture(original, delivered, report)
    except (pyvips.Error, OSError, ValueError, RuntimeError) as exc:
        return f"the result does not decode elsewhere: {exc}"


def _faults_in_picture(original: bytes, delivered: bytes, report: Mapping[str, Any]) -> str:
    after = pixels_of(delivered)
    if after.shape[1::-1] != (report["width"], report["height"]):
        return f"decodes as {after.shape[1::-1]}, the report says otherwise"
    if report["frames"] > 1:
        return faults_in_film(original, delivered)
    try:
        before = pixels_of(original)
    except (pyvips.Error, OSError, ValueError, RuntimeError):
        return ""  # only we read the original: nothing to compare with
    codes = _codes(report)
    if codes & WITHOUT_PROFILE or ("profile-converted" in codes and not _has_icc(original)):
        return ""  # what only says its colours in numbers (cICP, cHRM, nclx) is not converted here
    if before.shape[:2] != after.shape[:2]:
        return f"{before.shape[1::-1]} pixels became {after.shape[1::-1]}"
    return _faults_in_score(before, after, report)


def _faults_in_score(before: Pixels, after: Pixels, report: Mapping[str, Any]) -> str:
    try:
        score = ssimulacra2(before, after)
    except MetricError as exc:
        return f"cannot be compared with the original: {exc}"
    slack = LOOSE_SLACK if _codes(report) & OTHER_COLOURS else SCORE_SLACK
    if score < report["target"] - slack and report["target_reached"]:
        return f"scores {score:.1f}, the target is {report['target']}"
    return ""


def pixels_of(data: bytes) -> Pixels:
    """Upright sRGB, (H, W, 3), or (H, W, 4) where any pixel is transparent; the first frame."""
    if data.startswith(JXL_MARKS):
        return _plain(imagecodecs.jpegxl_decode(data, index=0))
    if data[4:12] in AVIF_BRANDS:
        # libheif, which libvips has, turns alpha apart and upsamples chroma in its own way.
        with Image.open(io.BytesIO(data)) as still:
            return _plain(np.asarray(ImageOps.exif_transpose(still).convert("RGBA")))
    image = pyvips.Image.new_from_buffer(data, "", fail_on="error").autorot()
    if image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb", intent="relative", **CONVERSION)
    return _plain(image.colourspace("srgb").cast("uchar").numpy())


def _has_icc(data: bytes) -> bool:
    return any(mark in data for mark in ICC_MARKS)


def _plain(pixels: Any) -> Pixels:
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] < 3:
        pixels = np.concatenate([pixels[..., :1].repeat(3, axis=2), pixels[..., 1:]], axis=2)
    if pixels.shape[2] == 4 and (pixels[..., 3] == 255).all():
        pixels = pixels[..., :3]
    return np.ascontiguousarray(pixels)


def _codes(report: Mapping[str, Any]) -> set[str]:
    return {reason["code"] for reason in (*report["reasons"], *report["fallbacks"])}
