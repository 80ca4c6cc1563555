"""JPEG XL headers (ISO/IEC 18181-1): the size and the first fields of the image metadata."""

from __future__ import annotations

from eyebright.intake.header import MOST_PARTS, Header, counted
from eyebright.metadata.containers.boxes import boxes

CODESTREAM = b"\xff\x0a"

RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width over height for the ratio codes 1 to 7."""

SIZE_BITS = (9, 13, 18, 30)


class Bits:
    """Reads little-endian bit fields, as the codestream packs them."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:64], "little")
        self._at = 0

    def take(self, count: int) -> int:
        value = self._value >> self._at & ((1 << count) - 1)
        self._at += count
        return value


def read(data: bytes, most_parts: int = MOST_PARTS) -> Header:
    stream, kinds = _unwrap(data, most_parts)
    if not stream.startswith(CODESTREAM):
        raise ValueError("no codestream")
    bits = Bits(stream[2:])
    width, height = _size(bits)
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


def _size(bits: Bits) -> tuple[int, int]:
    small = bits.take(1)
    height = (bits.take(5) + 1) * 8 if small else bits.take(SIZE_BITS[bits.take(2)]) + 1
    ratio = bits.take(3)
    if ratio:
        over, under = RATIOS[ratio - 1]
        return height * over // under, height
    width = (bits.take(5) + 1) * 8 if small else bits.take(SIZE_BITS[bits.take(2)]) + 1
    return width, height


def _metadata(bits: Bits) -> tuple[int, int, int, bool]:
    """Orientation, frames (2 for any animation), bit depth and whether there is alpha."""
    turn, frames, depth = 1, 1, 8
    if bits.take(1):
        return turn, frames, depth, False
    if bits.take(1):
        turn = bits.take(3) + 1
        if bits.take(1):
            _size(bits)
        if bits.take(1):
            return turn, frames, depth, False  # A preview: its header is not worth reading.
        if bits.take(1):
            frames = 2
            return turn, frames, depth, False  # The pipeline passes animations through.
    depth = _bit_depth(bits)
    bits.take(1)  # modular_16bit_buffers
    return turn, frames, depth, _extra_channels(bits) > 0


def _bit_depth(bits: Bits) -> int:
    if bits.take(1):
        chosen = bits.take(2)
        depth = (32, 16, 24)[chosen] if chosen < 3 else 1 + bits.take(6)
        bits.take(4)  # exponent bits
        return depth
    chosen = bits.take(2)
    return (8, 10, 12)[chosen] if chosen < 3 else 1 + bits.take(6)


def _extra_channels(bits: Bits) -> int:
    chosen = bits.take(2)
    if chosen < 2:
        return chosen
    return 2 + bits.take(4) if chosen == 2 else 1 + bits.take(12)


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
