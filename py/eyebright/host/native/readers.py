"""What reads pictures here, by library and version: for records and cache keys."""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
from typing import Any

from eyebright.host.native import libvips, writers
from eyebright.host.native.decoding import PILLOW_NAMES

FEATURES = {
    "jpeg": ("libjpeg_turbo", "jpg"),
    "png": ("zlib",),
    "webp": ("webp",),
    "avif": ("avif",),
    "tiff": ("libtiff",),
}
"""Pillow's names of the libraries behind it, the most telling first; it reads the others itself."""


@functools.cache
def versions() -> dict[str, str]:
    """By format, and of the colour management as `colour`; what is not here is left out."""
    from PIL import __version__, features

    pillow, codecs = f"Pillow {__version__}", _package("imagecodecs")
    jxl = writers.versions().get("jxl", "")
    cms = features.version("littlecms2")
    found = {
        **{name: _pillow_version(features, name, pillow) for name in PILLOW_NAMES},
        "jxl": f"{jxl} ({codecs})" if jxl else "",
        "heic": _package("pi-heif"),
        "svg": libvips.version(),
        "colour": ", ".join(filter(None, (f"LittleCMS {cms} ({pillow})" if cms else "", codecs))),
    }
    return {name: version for name, version in found.items() if version}


def _pillow_version(features: Any, name: str, pillow: str) -> str:
    if name not in FEATURES:
        return pillow
    told = ((library, features.version(library)) for library in FEATURES[name])
    return next((f"{library} {number} ({pillow})" for library, number in told if number), "")


def _package(name: str) -> str:
    if importlib.util.find_spec(name.replace("-", "_")) is None:
        return ""
    return f"{name} {importlib.metadata.version(name)}"
