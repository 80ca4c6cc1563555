"""What writes pictures here, by library and version: for records and cache keys."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import re
from typing import Any

from eyebright.host.native import libvips


@functools.cache
def versions() -> dict[str, str]:
    """Library and version by format, from the libraries; a format that is not here is left out.

    Quick encoders stand there by the format's name and `-quick`.
    """
    from PIL import __version__, features

    pillow = f"Pillow {__version__}"
    found = {
        "jpeg-quick": _turbo_version(features, pillow),
        "webp-quick": _feature("libwebp", features.version("webp"), pillow),
        "jpeg": _jpeg_version(features, pillow),
        "webp": _webp_version(features, pillow),
        "avif": _avif_version(features, pillow),
        "jxl": _jxl_version(),
        "png": _png_version(features, pillow),
    }
    return {name: version for name, version in found.items() if version}


def _jpeg_version(features: Any, pillow: str) -> str:
    return (
        f"mozjpeg ({libvips.version()})"
        if libvips.has_mozjpeg()
        else _turbo_version(features, pillow)
    )


def _turbo_version(features: Any, pillow: str) -> str:
    turbo = features.version("libjpeg_turbo")
    return _feature(
        "libjpeg-turbo" if turbo else "libjpeg", turbo or features.version("jpg"), pillow
    )


def _webp_version(features: Any, pillow: str) -> str:
    version = _feature("libwebp", features.version("webp"), pillow)
    return (
        f"libwebp ({libvips.version()}), lossless {version}"
        if libvips.has_sharp_webp()
        else version
    )


def _avif_version(features: Any, pillow: str) -> str:
    if not features.check("avif"):
        return ""
    from PIL import _avif

    encoder = re.search(r"(\w+) \[enc[^\]]*\]:([^ ,]+)", _avif.codec_versions())
    coder = f", {encoder[1]} {encoder[2]}" if encoder else ""
    return f"libavif {_avif.libavif_version}{coder} ({pillow})"


def _jxl_version() -> str:
    try:
        import imagecodecs

        return str(imagecodecs.jpegxl_version())
    except ImportError:  # imagecodecs can be built without libjxl
        return ""


def _png_version(features: Any, pillow: str) -> str:
    if importlib.util.find_spec("oxipng") is None:
        return _feature("zlib", features.version("zlib"), pillow)
    return f"oxipng (pyoxipng {importlib.metadata.version('pyoxipng')})"


def _feature(library: str, version: str | None, pillow: str) -> str:
    return f"{library} {version} ({pillow})" if version else ""
