"""JPEG XL headers (ISO/IEC 18181-1): the size and the first fields of the image metadata."""

from __future__ import annotations

from eyebright.intake.header import MOST_PARTS, Header, counted
from eyebright.metadata.containers.boxes import boxes
from eyebright.metadata.containers.jxl_header import (
    CODESTREAM,
    Bits,
    bit_depth,
    extra_channels,
    size,
)

HEADER_BYTES = 64
"""More than the fields that are read take."""


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    stream, kinds = _unwrap(data, most_parts)
    if not stream.startswith(CODESTREAM):
        raise ValueError("no codestream")
    bits = Bits(stream[2 : 2 + HEADER_BYTES])
    width, height = size(bits)
    turn, frames, depth, has_alpha = _metadata(bits)
    return Header(
        width=width,
        height=height,
        orientation=turn,
        frames=frames,
        bit_depth=depth,
        has_alpha=has_alpha,
        metadata=kinds,
    )


def _metadata(bits: Bits) -> tuple[int, int, int, bool]:
    """Orientation, frames (2 for any animation), bit depth and whether there is alpha."""
    turn, frames, depth = 1, 1, 8
    if bits.take(1):
        return turn, frames, depth, False
    if bits.take(1):
        turn = bits.take(3) + 1
        if bits.take(1):
            size(bits)
        if bits.take(1):
            return turn, frames, depth, False  # A preview: its header is not worth reading.
        if bits.take(1):
            frames = 2
            return turn, frames, depth, False  # The pipeline passes animations through.
    depth = bit_depth(bits)
    bits.take(1)  # modular_16bit_buffers
    return turn, frames, depth, extra_channels(bits) > 0


def _unwrap(data: bytes, most_parts: int) -> tuple[bytes, frozenset[str]]:
    """The codestream of a container, joined, and the kinds of metadata beside it."""
    if data.startswith(CODESTREAM):
        return data, frozenset()
    parts: list[bytes] = []
    kinds: set[str] = set()
    for name, _start, body, end in counted(boxes(data), most_parts):
        if name in {b"jxlc", b"jxlp"}:
            parts.append(data[body + (4 if name == b"jxlp" else 0) : end])
        if name in {b"Exif", b"xml "}:
            kinds.add("exif" if name == b"Exif" else "xmp")
    return b"".join(parts), frozenset(kinds)
