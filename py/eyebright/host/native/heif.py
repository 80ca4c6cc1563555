"""HEIC to samples by pi-heif, an optional package: libheif and libde265, both LGPL.

libheif turns the picture upright and cuts it as the file says (irot, imir, clap), within its own
limits on sizes and nesting; EXIF's orientation counts for nothing here (ISO/IEC 23008-12, A.2.4).
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from eyebright.errors import CorruptImage, LimitExceeded, UnsupportedFormat

Samples = npt.NDArray[Any]

NEEDED = (
    "HEIC is read only where pi-heif is installed: pip install eyebright[heif]; "
    "or share the picture as JPEG"
)

_MODES = frozenset({"L", "LA", "RGB", "RGBA", "RGBa", "L;16", "LA;16", "RGB;16", "RGBA;16"})

_NO_DECODER = ("Unsupported feature", "Unsupported codec", "not supported")
"""How libheif says that a file is whole, but coded by a codec that it was built without."""


def samples_of(data: bytes) -> Samples:
    """The primary picture, (H, W) or (H, W, 2 to 4) of 8 or 16 bits, straight alpha.

    Raises CorruptImage, LimitExceeded, or UnsupportedFormat where pi-heif or its codec is missing.
    """
    try:
        import pi_heif
    except ImportError as exc:
        raise UnsupportedFormat(NEEDED) from exc
    try:
        image = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
        samples = np.array(image, copy=True)  # libheif frees its own when `image` goes
    except (ValueError, RuntimeError, OSError, EOFError, SyntaxError, IndexError) as exc:
        raise _fault(str(exc)) from exc
    if image.mode not in _MODES:
        raise UnsupportedFormat(f"HEIC of kind {image.mode} is not read here; convert it to JPEG")
    whole = _all_bits(samples, int(image.info.get("bit_depth", 8)))
    return _straight(whole) if image.premultiplied_alpha else whole


def _all_bits(samples: Samples, bits: int) -> Samples:
    """Ten and twelve bits stand at the top of sixteen: white there is not yet 65535."""
    if samples.dtype == np.uint8:
        return samples
    most = (1 << bits) - 1
    return ((samples.astype(np.uint32) >> (16 - bits)) * 65535 // most).astype(np.uint16)


def _straight(samples: Samples) -> Samples:
    """Colours divided by their alpha; where nothing is seen, as they are."""
    most = np.iinfo(samples.dtype).max
    alpha = samples[..., -1:].astype(np.float64)
    colours = np.round(samples[..., :-1] * (most / np.where(alpha > 0, alpha, most)))
    return np.dstack([colours.clip(0, most).astype(samples.dtype), samples[..., -1:]])


def _fault(said: str) -> CorruptImage | LimitExceeded | UnsupportedFormat:
    if "Security limit" in said:
        return LimitExceeded(f"the heic file is above libheif's own limits ({said}); scale it down")
    if any(words in said for words in _NO_DECODER):
        return UnsupportedFormat(
            f"this kind of HEIF is not read here ({said.strip()}); share it as JPEG"
        )
    return CorruptImage(f"the heic data is broken or cut short: {said.strip()}; get the file again")
