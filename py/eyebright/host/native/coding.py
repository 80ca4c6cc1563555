"""Colours coded otherwise than sRGB, without a profile (ITU-T H.273): not converted here.

AVIF tells it in an nclx colour box, PNG in a cICP chunk. Browsers convert them; Pillow hands the
samples on as they are, so that they would be taken for sRGB.
"""

from __future__ import annotations

import struct

from eyebright.metadata.containers import png
from eyebright.metadata.containers.properties import bodies, first, of_primary
from eyebright.values import COLOURS_NOT_CONVERTED, Reason

LIKE_SRGB_PRIMARIES = frozenset({1, 2})
"""BT.709, which sRGB has too, and unspecified (H.273, table 2)."""

LIKE_SRGB_TRANSFERS = frozenset({1, 2, 6, 13, 14, 15})
"""sRGB, unspecified, and BT.709 with its equals, which browsers show like it (H.273, table 3)."""

PRIMARIES = {5: "BT.601 (625 lines)", 6: "BT.601", 9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}
TRANSFERS = {4: "gamma 2.2", 5: "gamma 2.8", 8: "linear", 16: "PQ", 18: "HLG"}

PROFILES = frozenset({b"prof", b"rICC"})


def unconverted(data: bytes, source_format: str) -> tuple[Reason, ...]:
    """A note where the decoded pixels are no sRGB, naming what they are."""
    primaries, transfer = _of(data, source_format)
    if primaries in LIKE_SRGB_PRIMARIES and transfer in LIKE_SRGB_TRANSFERS:
        return ()
    names = [] if primaries in LIKE_SRGB_PRIMARIES else [_name(PRIMARIES, primaries, "primaries")]
    if transfer not in LIKE_SRGB_TRANSFERS:
        names.append(_name(TRANSFERS, transfer, "transfer"))
    coding = ", ".join(names)
    text = f"Its colours are coded as {coding}, which cannot be converted to sRGB here."
    values = {"coding": coding, "primaries": primaries, "transfer": transfer}
    return (Reason(code=COLOURS_NOT_CONVERTED, text=text, values=values),)


def _of(data: bytes, source_format: str) -> tuple[int, int]:
    """Code points of primaries and transfer; 2, unspecified, where the file has none."""
    if source_format == "avif":
        return _of_avif(data)
    return _of_png(data) if source_format == "png" else (2, 2)


def _of_avif(data: bytes) -> tuple[int, int]:
    try:
        own = of_primary(bodies(first(bodies(data), b"meta")[4:]))
        colours = [body for name, body in own if name == b"colr"]
        if any(body[:4] in PROFILES for body in colours):
            return 2, 2  # the profile is converted
        nclx = next((body for body in colours if body[:4] == b"nclx"), b"")
        return struct.unpack_from(">HH", nclx, 4) if nclx else (2, 2)
    except (ValueError, IndexError, struct.error):
        return 2, 2  # intake refuses such a file


def _of_png(data: bytes) -> tuple[int, int]:
    """CICP goes before a profile (PNG third edition, 4.3)."""
    for name, start, end in png.chunks(data):
        if name == b"cICP" and end - start >= 2:
            return data[start], data[start + 1]
    return 2, 2


def _name(names: dict[int, str], code: int, what: str) -> str:
    return names.get(code, f"{what} {code}")
